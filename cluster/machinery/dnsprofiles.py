"""Ready Corefiles: as kubeadm writes it today, as it wrote it when it still cached the cluster's names, and plain.

They differ in how long an answer outlives what it was made of, and in nothing else.
"""

from __future__ import annotations

from cluster.machinery.objects import CONFIG_MAPS, Obj, key

COREFILE = key(CONFIG_MAPS, "kube-system", "coredns")
"""The object whose text decides how a cluster's DNS answers."""

_TEXT = """\
.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes DOMAIN in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
TTL    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
CACHE    loop
    reload
    loadbalance
}
"""
_TODAY = """\
    cache 30 {
       disable success DOMAIN
       disable denial DOMAIN
    }
"""
_TTL = "       ttl 30\n"

DEFAULT = "kubeadm"
PROFILES = {DEFAULT: (_TTL, _TODAY), "kubeadm-old": (_TTL, "    cache 30\n"), "plain": ("", "")}
"""Name -> the lines in which they differ."""


def corefile(profile: str, domain: str) -> str:
    """The text; KeyError when there is no such profile."""
    ttl, cache = PROFILES[profile]
    return _TEXT.replace("TTL", ttl).replace("CACHE", cache).replace("DOMAIN", domain)


def config_map(profile: str, domain: str) -> Obj:
    """The object to apply."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": COREFILE.name, "namespace": COREFILE.namespace},
        "data": {"Corefile": corefile(profile, domain)},
    }
