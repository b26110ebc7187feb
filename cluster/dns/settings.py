"""How a cluster's DNS server is set: the directives of CoreDNS' kubernetes plugin as values. Parses no Corefile."""

from __future__ import annotations

from typing import Literal, NamedTuple

from cluster.config import ClusterConfig

PodsMode = Literal["disabled", "insecure", "verified"]

REVERSE_ZONES = ("in-addr.arpa.", "ip6.arpa.")


class DnsConfig(NamedTuple):
    """Zones in lower case with their final dot. The defaults are the kubernetes plugin's own."""

    zones: tuple[str, ...] = ("cluster.local.",)
    """The first one that is no reverse zone is the cluster's domain: PTR records name it."""
    ttl: int = 5
    pods: PodsMode = "disabled"
    fallthrough: tuple[str, ...] = ()
    """Zones in which a name that does not exist is asked outside."""
    loadbalance: bool = False
    """Addresses change their order from reply to reply."""
    namespaces: frozenset[str] = frozenset()
    """Only these namespaces exist; empty: all do."""
    labels: tuple[tuple[str, str], ...] = ()
    """Only Services, slices and pods with these labels exist."""
    namespace_labels: tuple[tuple[str, str], ...] = ()
    """Only namespaces with these labels have names (reverse look-ups still answer)."""
    endpoint_pod_names: bool = False
    noendpoints: bool = False
    ignore_empty_service: bool = False

    @property
    def domain(self) -> str:
        """The zone that PTR records and pods' search lists use."""
        return next((zone for zone in self.zones if not zone.endswith(".arpa.")), self.zones[0])


def kubeadm(config: ClusterConfig) -> DnsConfig:
    """The server a cluster of kubeadm has: its domain and both reverse trees, dashed pod names, 30 seconds."""
    return DnsConfig(
        zones=(f"{config.domain.rstrip('.').lower()}.", *REVERSE_ZONES),
        ttl=30,
        pods="insecure",
        fallthrough=REVERSE_ZONES,
        loadbalance=True,
    )
