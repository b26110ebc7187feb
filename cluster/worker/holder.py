"""The name under which a process holds clusters, and whether the process of another such name can still be alive.

A process that was killed lets go of nothing. The next one on the same machine sees that it is gone, and need not wait
for its leases to expire.
"""

from __future__ import annotations

import os
import secrets
import socket

_HOST_LENGTH = 70


def fresh_holder() -> str:
    """A name no other process has: host, process id, and something new (containers share the former two)."""
    return f"{_host()}-{os.getpid()}-{secrets.token_hex(4)}"


def is_dead(holder: str) -> bool:
    """True when the holder lived on this machine and its process is gone, or has an id that is ours by now."""
    host, _, rest = holder.rpartition("-")[0].rpartition("-")
    if host != _host() or not rest.isdecimal():
        return False
    if int(rest) == os.getpid():
        return True
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False  # somebody else's process, but a process
    return False


def _host() -> str:
    return socket.gethostname()[:_HOST_LENGTH]
