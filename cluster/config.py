"""What differs from cluster to cluster: addresses, pace, features. Values only; not where they are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol

KUBERNETES_VERSION = "v1.32.13"

Pace = Literal["instant", "brisk", "real"]


class Trust(Protocol):
    """Who signs tokens and reads those that it signed, and what the API's certificate is trusted by."""

    @property
    def authority(self) -> str:
        """PEM; "" where the API has no certificate yet."""
        ...

    def sign(self, claims: Mapping[str, Any]) -> str: ...

    def read(self, token: str) -> dict[str, Any]: ...

    def certify(self, request: str, usages: Sequence[str], wanted: int | None, now: float, cluster: str) -> str:
        """A certificate for a PKCS#10 request, both PEM, that lasts as many seconds as wanted, or a year, and is good
        in one cluster; "" where there is no authority."""
        ...


class ClusterConfig(NamedTuple):
    """The settings of one cluster that pure code needs."""

    slug: str = "demo"
    pace: Pace = "brisk"
    domain: str = "cluster.local"
    service_range: str = "10.96.0.0/12"
    pod_range: str = "10.244.0.0/16"
    node_ports: tuple[int, int] = (30000, 32767)
    dns_address: str = "10.96.0.10"
    most_pods: int = 12_000
    """Pods of all namespaces together: more than one node holds, so that a full node is seen; not more than a process
    can keep in memory."""
    gates: frozenset[str] = frozenset()
    """Names of Kubernetes feature gates that are on beyond v1.32's defaults."""
    trust: Trust | None = None
    """None: no account's token is signed, and no certificate known."""


_PATIENCE: dict[Pace, float] = {"instant": 0.0, "brisk": 0.1, "real": 1.0}


def patience(pace: Pace, seconds: float) -> float:
    """How long one waits for what a real cluster lets pass `seconds` for, as until a silent node counts as lost: that
    long at real, a tenth of it at brisk, not at all at instant."""
    return seconds * _PATIENCE[pace]
