"""A kubeconfig for a cluster, and where the running server left its addresses."""

from __future__ import annotations

import base64
import ipaddress
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from cluster import keptfiles
from cluster.binding import in_address, is_loopback
from cluster.yamltext import dump


class Addresses(NamedTuple):
    """The ports that a running server really bound, as DATA/ports.json keeps them."""

    bind: str
    web: int
    api: int
    dns: int


def keep_addresses(data: Path, addresses: Addresses) -> None:
    keptfiles.put(data / "ports.json", orjson.dumps(addresses._asdict()) + b"\n", 0o644)


def kept_addresses(data: Path) -> Addresses | None:
    """None when no server ever ran there, or what it left cannot be read."""
    try:
        return Addresses(**orjson.loads((data / "ports.json").read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def host_of(bind: str, public: str) -> str:
    """The name that clients reach the API by: the public one, else the address it listens on."""
    if public:
        return public
    if is_loopback(bind):
        return in_address(bind)
    return "127.0.0.1" if ipaddress.ip_address(bind).is_unspecified else in_address(bind)


def address_of(bind: str, port: int, public: str) -> str:
    """Where clients reach the API: https://127.0.0.1:6443."""
    return f"https://{host_of(bind, public)}:{port}"


def kubeconfig(*, server: str, authority: str, cluster: str, user: str, token: str) -> str:
    """YAML text; `authority` is the PEM of the one that signed the server's certificate."""
    name = f"kubarium-{cluster}"
    config: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {
                "name": name,
                "cluster": {
                    "server": server,
                    "certificate-authority-data": base64.b64encode(authority.encode()).decode(),
                },
            }
        ],
        "users": [{"name": f"{name}-{user}", "user": {"token": token}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": f"{name}-{user}", "namespace": "default"}}],
        "current-context": name,
    }
    return dump(config)
