"""What differs from cluster to cluster: addresses, pace, features. Values only; not where they are kept."""

from __future__ import annotations

from typing import Literal, NamedTuple

KUBERNETES_VERSION = "v1.32.13"

Pace = Literal["instant", "brisk", "real"]


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


_PATIENCE: dict[Pace, float] = {"instant": 0.0, "brisk": 0.1, "real": 1.0}


def patience(pace: Pace, seconds: float) -> float:
    """How long one waits for what a real cluster lets pass `seconds` for, as until a silent node counts as lost: that
    long at real, a tenth of it at brisk, not at all at instant."""
    return seconds * _PATIENCE[pace]
