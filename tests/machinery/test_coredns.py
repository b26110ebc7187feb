"""What each directive sets, and the sentence that refuses each one that would not be followed."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.coredns import REVERSE_ZONES, CacheRule, DnsConfig, ExternalZones, Keeping, read
from cluster.machinery.corefile import CorefileError
from cluster.machinery.selectors import parse

PLAIN = DnsConfig(forward=())
KEPT = CacheRule(Keeping(30), Keeping(30))


def corefile(*lines: str, kubernetes: str = "kubernetes cluster.local") -> str:
    return "\n".join((".:53 {", kubernetes, *lines, "}"))


def block(name: str, *options: str) -> str:
    return "\n".join((f"{name} {{", *options, "}"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (corefile("errors", "health :8080", "loop", "reload 30s", "prometheus :9153"), {}),
        (corefile(kubernetes="kubernetes Cluster.Local. in-addr.arpa"), {"zones": ("cluster.local.", "in-addr.arpa.")}),
        (corefile("forward . /etc/resolv.conf"), {"forward": (".",)}),
        (corefile(block("forward example.org 192.0.2.1", "prefer_udp")), {"forward": ("example.org.",)}),
        (corefile("loadbalance round_robin"), {"loadbalance": True}),
        (corefile("bind 10.244.0.20 fd00::1"), {"bind": ("10.244.0.20", "fd00::1")}),
        (corefile("cache 30"), {"cache": KEPT}),
        (corefile("cache"), {"cache": CacheRule()}),
        (corefile("cache 30 example.org"), {"cache": KEPT._replace(zones=("example.org.",))}),
        (
            corefile(block("cache 30", "success 100 20 1", "denial 7 9", "servfail 10s")),
            {"cache": CacheRule(Keeping(20, 1, 100), Keeping(9, 5, 7), 10)},
        ),
        (
            corefile(block("cache 30", "disable success cluster.local", "disable denial")),
            {"cache": CacheRule(Keeping(30, excepted=("cluster.local.",)), Keeping(30, excepted=(".",)))},
        ),
        (corefile("k8s_external apps.example"), {"external": ExternalZones(("apps.example.",))}),
        (
            corefile(block("k8s_external apps.example", "ttl 7", "apex ns", "headless")),
            {"external": ExternalZones(("apps.example.",), 7, "ns", True)},
        ),
    ],
)
def test_plugins(text: str, expected: dict[str, Any]) -> None:
    assert read(text) == PLAIN._replace(**expected)


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("pods insecure", {"pods": "insecure"}),
        ("ttl 0", {"ttl": 0}),
        ("fallthrough", {"fallthrough": (".",)}),
        ("fallthrough in-addr.arpa ip6.arpa", {"fallthrough": REVERSE_ZONES}),
        ("ignore empty_service", {"ignore_empty_service": True}),
        ("namespaces a b", {"namespaces": frozenset({"a", "b"})}),
        ("labels app=web, tier==front", {"labels": parse("app=web,tier==front")}),
        ("namespace_labels istio in (on, off), !old", {"namespace_labels": parse("istio in (on,off),!old")}),
        ("endpoint_pod_names", {"endpoint_pod_names": True}),
        ("noendpoints", {"noendpoints": True}),
        ("zonal", {"zonal": True}),
        ("multicluster cluster.local", {"multicluster": ("cluster.local.",)}),
        ("endpoint https://192.0.2.1:6443", {}),
    ],
)
def test_options_of_kubernetes(option: str, expected: dict[str, Any]) -> None:
    assert read(corefile(kubernetes=block("kubernetes cluster.local", option))) == PLAIN._replace(**expected)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "line 1: A Corefile has a server block, such as `.:53 { … }`."),
        (". {\n}", "line 1: Without the plugin kubernetes the cluster's names would not exist."),
        (corefile() + "\nb.example {\n}", "line 4: One server block is followed, and this is the second."),
        ("cluster.local:53 {\n}", "line 1: The server block is for all names on port 53, `.:53`, not for"),
        (".:5353 {\n}", "line 1: The server block is for all names on port 53, `.:53`, not for .:5353."),
        (corefile("hosts /etc/hosts"), "line 3: The plugin hosts is not imitated here. These are: bind, cache,"),
        (corefile("import x"), "line 3: The plugin import is not imitated here."),
        (corefile("loop", "loop"), "line 4: loop stands twice in one server block."),
        (corefile(kubernetes=block("kubernetes", "ttl 3601")), "line 3: ttl: 3601 is no number from 0 to 3600."),
        (corefile(kubernetes=block("kubernetes", "pods yes")), "line 3: pods is disabled, insecure or verified, not"),
        (corefile(kubernetes=block("kubernetes", "wildcards")), "line 3: kubernetes has no option wildcards here."),
        (corefile(kubernetes=block("kubernetes", "zonal yes")), "line 3: zonal stands alone."),
        (corefile(kubernetes=block("kubernetes", "labels a in b")), "line 3: labels: unable to parse requirement"),
        (corefile(kubernetes="kubernetes in-addr.arpa"), "line 2: kubernetes needs a zone that is no reverse zone."),
        (
            corefile(kubernetes=block("kubernetes", "namespaces a", "namespace_labels b=c")),
            "line 2: namespaces and namespace_labels cannot both stand here.",
        ),
        (
            corefile(kubernetes=block("kubernetes x.y", "multicluster z")),
            "line 2: multicluster names z., which is none",
        ),
        (corefile(kubernetes="kubernetes 10.0.0.0/8"), "line 2: 10.0.0.0/8 is no name of a zone."),
        (corefile("forward ."), "line 3: forward names a zone and then whom to ask"),
        (corefile("loadbalance weighted w.txt"), "line 3: loadbalance has one policy here, round_robin."),
        (corefile("bind eth0"), "line 3: bind names addresses; eth0 is none."),
        (corefile("cache 0"), "line 3: cache: 0 is no number from 1 to 86400."),
        (corefile(block("cache", "serve_stale")), "line 4: cache has no option serve_stale here"),
        (
            corefile("k8s_external in-addr.arpa"),
            "line 3: k8s_external needs a zone of its own that is no reverse zone.",
        ),
    ],
)
def test_what_would_not_be_followed(text: str, sentence: str) -> None:
    with pytest.raises(CorefileError) as caught:
        read(text)
    assert str(caught.value).startswith(sentence)
