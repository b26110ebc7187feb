"""Which settings a cluster's DNS server has: those of the Corefile in its ConfigMap, else those of kubeadm."""

from __future__ import annotations

from functools import lru_cache

from cluster.config import ClusterConfig
from cluster.machinery.coredns import (
    REVERSE_ZONES,
    CacheRule,
    DnsConfig,
    ExternalZones,
    Keeping,
    PodsMode,
    is_reverse,
    read,
)
from cluster.machinery.corefile import CorefileError
from cluster.machinery.dnsprofiles import COREFILE
from cluster.world import World

__all__ = ["REVERSE_ZONES", "CacheRule", "DnsConfig", "ExternalZones", "Keeping", "PodsMode", "is_reverse"]


def kubeadm(config: ClusterConfig) -> DnsConfig:
    """What a cluster of kubeadm has: its domain and both reverse trees, dashed pod names, 30 seconds, and no cache
    where answers change with the cluster."""
    return DnsConfig(
        zones=(f"{config.domain.rstrip('.').lower()}.", *REVERSE_ZONES),
        ttl=30,
        pods="insecure",
        fallthrough=REVERSE_ZONES,
        loadbalance=True,
    )


def of(world: World, config: ClusterConfig) -> DnsConfig:
    """The settings in force. Without a Corefile that can be followed (admission lets none in) they are kubeadm's."""
    found = world.get(COREFILE)
    text = (found.get("data") or {}).get("Corefile") if found is not None else None
    return (_read(str(text)) if text else None) or kubeadm(config)


@lru_cache(maxsize=64)
def _read(text: str) -> DnsConfig | None:
    try:
        return read(text)
    except CorefileError:
        return None
