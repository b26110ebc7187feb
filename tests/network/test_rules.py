"""The rules of a Service's port on a node: who is caught by what, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.objects import SERVICES, Obj, key
from cluster.network import iptables, rules
from tests.dns import made
from tests.network import town
from tests.network.town import endpoint, pod, service

WEB = key(SERVICES, "default", "web")


def written(spec: dict[str, Any], *, node: str = "node-1", status: Obj | None = None, **more: Any) -> rules.PortRules:
    web = service("web", "10.96.1.2", **spec)
    web["status"] = status or {}
    world = town.world(services=[web], **more)
    (found,) = rules.of_service(world, WEB, web, node)
    return found


def said(rule: rules.Rule) -> str:
    chosen = ",".join(each.pod.name if each.pod else each.address for each in rule.endpoints)
    return f"{rule.door} {rule.address or 'any'}:{rule.port} {chosen or rule.target}"


NODE_PORT = [{"port": 80, "targetPort": 80, "protocol": "TCP", "nodePort": 30080}]
BALANCED = {"loadBalancer": {"ingress": [{"ip": "198.51.100.1"}]}}


@pytest.mark.parametrize(
    ("spec", "node", "inside", "outside"),
    [
        ({}, "node-1", ["cluster IP 10.96.1.2:80 web-0,web-1,web-2"], []),
        ({"internalTrafficPolicy": "Local"}, "node-1", ["cluster IP 10.96.1.2:80 web-0,web-1"], []),
        ({"internalTrafficPolicy": "Local"}, "node-3", ["cluster IP 10.96.1.2:80 DROP"], []),
        (
            {"type": "NodePort", "ports": NODE_PORT},
            "node-3",
            ["cluster IP 10.96.1.2:80 web-0,web-1,web-2", "node port any:30080 web-0,web-1,web-2"],
            ["node port any:30080 web-0,web-1,web-2"],
        ),
        (
            {"type": "NodePort", "ports": NODE_PORT, "externalTrafficPolicy": "Local"},
            "node-2",
            ["cluster IP 10.96.1.2:80 web-0,web-1,web-2", "node port any:30080 web-0,web-1,web-2"],
            ["node port any:30080 web-2"],
        ),
        (
            {"type": "NodePort", "ports": NODE_PORT, "externalTrafficPolicy": "Local"},
            "node-3",
            ["cluster IP 10.96.1.2:80 web-0,web-1,web-2", "node port any:30080 web-0,web-1,web-2"],
            ["node port any:30080 DROP"],
        ),
        (
            {"type": "LoadBalancer", "externalIPs": ["192.0.2.9"]},
            "node-1",
            [
                "cluster IP 10.96.1.2:80 web-0,web-1,web-2",
                "external IP 192.0.2.9:80 web-0,web-1,web-2",
                "load balancer 198.51.100.1:80 web-0,web-1,web-2",
            ],
            [
                "external IP 192.0.2.9:80 web-0,web-1,web-2",
                "load balancer 198.51.100.1:80 web-0,web-1,web-2",
            ],
        ),
    ],
)
def test_who_is_chosen_from(spec: dict[str, Any], node: str, inside: list[str], outside: list[str]) -> None:
    found = written(spec, node=node, status=BALANCED if spec.get("type") == "LoadBalancer" else None)
    assert [said(rule) for rule in found.inside] == inside
    assert [said(rule) for rule in found.outside] == outside


def test_nobody_ready_is_refused_by_every_door() -> None:
    pods = [pod("web-0", "10.244.0.10", ready=False)]
    found = written({"type": "NodePort", "ports": NODE_PORT}, pods=pods)
    assert [rule.target for rule in (*found.inside, *found.outside)] == ["REJECT"] * 3


def test_headless_and_aliases_have_no_rules() -> None:
    for spec in ({"clusterIP": "None"}, {"type": "ExternalName", "externalName": "example.org"}):
        web = service("web", "10.96.1.2", **spec)
        assert list(rules.of_service(town.world(services=[web]), WEB, web, "node-1")) == []


@pytest.mark.parametrize(
    ("name", "protocol", "chain"),
    [
        ("default/kubernetes:https", "tcp", "KUBE-SVC-NPX46M4PTMTKRN6Y"),
        ("kube-system/kube-dns:dns", "udp", "KUBE-SVC-TCOU7JCQXEZGVUNU"),
        ("kube-system/kube-dns:dns-tcp", "tcp", "KUBE-SVC-ERIFXISQEP7F7OF4"),
    ],
)
def test_chains_have_the_names_that_every_cluster_has(name: str, protocol: str, chain: str) -> None:
    assert rules._chain("SVC", f"{name}{protocol}") == chain


def test_hints_keep_traffic_in_the_zone_only_where_all_have_them() -> None:
    web = service("web", "10.96.1.2")
    world = town.world(services=[web])
    hinted = [endpoint(each, hints={"forZones": [{"name": "ba"[n < 2]}]}) for n, each in enumerate(town.PODS)]

    def chosen(node: str, *endpoints: Obj) -> str:
        made.put(world, town.slice_of("web", *endpoints))
        (found,) = rules.of_service(world, WEB, web, node)
        return said(found.inside[0])

    assert chosen("node-1", *hinted) == "cluster IP 10.96.1.2:80 web-0,web-1"
    assert chosen("node-2", *hinted) == "cluster IP 10.96.1.2:80 web-2"
    assert chosen("node-2", *hinted[:2], endpoint(town.PODS[2])) == "cluster IP 10.96.1.2:80 web-0,web-1,web-2"
    assert chosen("node-2", *hinted[:2]) == "cluster IP 10.96.1.2:80 web-0,web-1"


# As `iptables-save` prints them on a node.
SAVED = """\
-A KUBE-SERVICES -d 10.96.1.2/32 -p tcp -m comment --comment "default/web cluster IP" -m tcp --dport 80 -j {svc}
-A {svc} ! -s 10.244.0.0/16 -d 10.96.1.2/32 -p tcp -m comment --comment "default/web cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
-A {svc} -m comment --comment "default/web -> 10.244.0.10:80" -m statistic --mode random --probability 0.33333333333 -j {seps[0]}
-A {svc} -m comment --comment "default/web -> 10.244.0.11:80" -m statistic --mode random --probability 0.50000000000 -j {seps[1]}
-A {svc} -m comment --comment "default/web -> 10.244.0.12:80" -j {seps[2]}
-A {seps[0]} -s 10.244.0.10/32 -m comment --comment default/web -j KUBE-MARK-MASQ
-A {seps[0]} -p tcp -m comment --comment default/web -m tcp -j DNAT --to-destination 10.244.0.10:80
"""  # noqa: E501


def test_printed_as_the_node_would() -> None:
    found = written({})
    seps = [found.sep(each) for each in found.endpoints]
    lines = iptables.saved(found, "10.244.0.0/16")
    assert list(lines[:7]) == SAVED.format(svc=found.inside[0].chain, seps=seps).splitlines()


def test_printed_where_nobody_is() -> None:
    found = written({}, pods=[pod("web-0", "10.244.0.10", ready=False)])
    assert iptables.saved(found, "10.244.0.0/16") == (
        '-A KUBE-SERVICES -d 10.96.1.2/32 -p tcp -m comment --comment "default/web has no endpoints" -m tcp '
        "--dport 80 -j REJECT --reject-with icmp-port-unreachable",
    )


def test_a_guarded_load_balancer_is_printed_with_its_guard() -> None:
    spec = {"type": "LoadBalancer", "ports": NODE_PORT, "loadBalancerSourceRanges": ["10.0.0.0/8"]}
    text = "\n".join(iptables.saved(written(spec, status=BALANCED), "10.244.0.0/16"))
    assert '-A KUBE-SERVICES -d 198.51.100.1/32 -p tcp -m comment --comment "default/web loadbalancer IP"' in text
    assert "--dport 80 -j KUBE-FW-LOLE4ISW44XBNF3G" in text
    assert '-A KUBE-FW-LOLE4ISW44XBNF3G -s 10.0.0.0/8 -m comment --comment "default/web loadbalancer IP"' in text


def test_affinity_and_doors_are_printed_too() -> None:
    spec = {"type": "NodePort", "ports": NODE_PORT, "sessionAffinity": "ClientIP", "externalTrafficPolicy": "Local"}
    text = "\n".join(iptables.saved(written(spec), "10.244.0.0/16"))
    assert "-m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-" in text
    assert "-m recent --set --name KUBE-SEP-" in text
    assert "-A KUBE-NODEPORTS -p tcp -m comment --comment default/web -m tcp --dport 30080 -j KUBE-EXT-" in text
    assert (
        '-s 10.244.0.0/16 -m comment --comment "pod traffic for default/web external destinations" -j KUBE-SVC-' in text
    )
