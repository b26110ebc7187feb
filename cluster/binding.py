"""Words about an address to listen on. Knows no socket."""

from __future__ import annotations

import ipaddress


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches it: 127.0.0.0/8, ::1 (in brackets or not), localhost."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def in_address(bind: str) -> str:
    """As it stands before a port: an IPv6 address in brackets."""
    return f"[{bind}]" if ":" in bind else bind
