"""Kernel settings a pod asks for: how they are named, and which ones every node gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cluster.machinery.errors import Cause, duplicate, invalid, required

_LONGEST = 253
_PART = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_RULE = rf"^({_PART}[\./])*{_PART}$"
_NAME = re.compile(_RULE.removeprefix("^").removesuffix("$"), re.ASCII)

SAFE = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_wmem",
    }
)
"""A node gives these; others only when whoever keeps it says so, which nobody does here."""


def of(pod_spec: Mapping[str, Any]) -> dict[str, str]:
    """name -> value, as the pod asks for them, with dots."""
    asked = (pod_spec.get("securityContext") or {}).get("sysctls") or ()
    return {str(each.get("name") or "").replace("/", "."): str(each.get("value") or "") for each in asked}


def validate(path: str, asked: list[Mapping[str, Any]]) -> Iterator[Cause]:
    seen: set[str] = set()
    for index, each in enumerate(asked):
        name = str(each.get("name") or "")
        if not name:
            yield required(f"{path}[{index}].name")
        elif len(name) > _LONGEST or not _NAME.fullmatch(name):
            yield invalid(
                f"{path}[{index}].name", name, f"must have at most {_LONGEST} characters and match regex {_RULE}"
            )
        elif name in seen:
            yield duplicate(f"{path}[{index}].name", name)
        seen.add(name)
