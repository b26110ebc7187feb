"""Ready Corefiles: as kubeadm writes it today, as it wrote it when it still cached the cluster's names, and plain.

They differ in how long an answer outlives what it was made of; nothing else of a cluster's DNS does.
"""

from __future__ import annotations

from cluster.dns.settings import COREFILE
from cluster.machinery.objects import Obj

_COREFILE = """\
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

PROFILES = {"kubeadm": (_TTL, _TODAY), "kubeadm-old": (_TTL, "    cache 30\n"), "plain": ("", "")}
"""Name -> the lines in which they differ."""


def corefile(profile: str, domain: str) -> str:
    """The text; KeyError when there is no such profile."""
    ttl, cache = PROFILES[profile]
    return _COREFILE.replace("TTL", ttl).replace("CACHE", cache).replace("DOMAIN", domain)


def config_map(profile: str, domain: str) -> Obj:
    """The object to apply."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": COREFILE.name, "namespace": COREFILE.namespace},
        "data": {"Corefile": corefile(profile, domain)},
    }
