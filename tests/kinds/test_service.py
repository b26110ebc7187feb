"""Services: addresses and node ports given, kept, released and refused."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.config import ClusterConfig
from cluster.machinery.errors import Invalid
from cluster.machinery.objects import Obj, copy
from tests.kinds.sandbox import Sandbox


def _service(name: str = "web", **spec: Any) -> Obj:
    spec = {"ports": [{"port": 80}], "selector": {"app": "web"}, **spec}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def _refused(sandbox: Sandbox, obj: Obj, **spec: Any) -> list[str]:
    with pytest.raises(Invalid) as refused:
        sandbox.change(obj, spec=spec)
    return [str(cause) for cause in refused.value.causes]


def test_addresses_ascend_behind_the_band_when_the_die_says_nothing() -> None:
    sandbox = Sandbox()
    made = [sandbox.create(_service(f"s{index}"))["spec"]["clusterIP"] for index in range(3)]
    assert made == ["10.96.1.1", "10.96.1.2", "10.96.1.3"]


def test_an_address_asked_for_is_had_once() -> None:
    sandbox = Sandbox()
    sandbox.create(_service("a", clusterIP="10.96.0.10"))
    with pytest.raises(Invalid) as refused:
        sandbox.create(_service("b", clusterIP="10.96.0.10"))
    assert refused.value.message == (
        'Service "b" is invalid: spec.clusterIPs: Invalid value: []string{"10.96.0.10"}: failed to allocate IP '
        "10.96.0.10: provided IP is already allocated"
    )
    sandbox.delete(sandbox.stored(_service("a")))
    assert sandbox.create(_service("b", clusterIP="10.96.0.10"))["spec"]["clusterIPs"] == ["10.96.0.10"]


def test_no_address_is_left() -> None:
    sandbox = Sandbox(config=ClusterConfig(service_range="10.96.0.0/30"))
    for name in ("a", "b"):
        sandbox.create(_service(name))
    with pytest.raises(Invalid) as refused:
        sandbox.create(_service("c"))
    assert "range is full" in refused.value.message
    assert sandbox.create(_service("d", clusterIP="None"))["spec"]["clusterIPs"] == ["None"]


HEADLESS = [
    ("with a selector", {}, ["IPv4"], "SingleStack"),
    ("without", {"selector": None}, ["IPv4", "IPv6"], "RequireDualStack"),
    ("without, single", {"selector": None, "ipFamilyPolicy": "SingleStack"}, ["IPv4"], "SingleStack"),
]


@pytest.mark.parametrize(("why", "spec", "families", "policy"), HEADLESS, ids=[case[0] for case in HEADLESS])
def test_families_of_headless_services(why: str, spec: Obj, families: list[str], policy: str) -> None:
    made = Sandbox().create(_service(clusterIP="None", **spec))["spec"]
    assert (made["ipFamilies"], made["ipFamilyPolicy"]) == (families, policy)


def test_written_anew_it_keeps_what_it_was_given() -> None:
    sandbox = Sandbox()
    made = sandbox.create(_service(type="NodePort"))
    anew = _service(type="NodePort", ports=[{"port": 81}])
    anew["metadata"]["namespace"] = "default"
    changed = sandbox.update(anew)
    assert changed["spec"]["clusterIP"] == made["spec"]["clusterIP"]
    assert changed["spec"]["ports"][0] == {**made["spec"]["ports"][0], "port": 81, "targetPort": 81}


def test_changes_of_type() -> None:
    sandbox = Sandbox()
    made = sandbox.create(_service())
    address = made["spec"]["clusterIP"]
    node_port = sandbox.change(made, spec={"type": "NodePort"})
    assert node_port["spec"]["ports"][0]["nodePort"] == 30086
    assert node_port["spec"]["externalTrafficPolicy"] == "Cluster"
    balanced = sandbox.change(node_port, spec={"type": "LoadBalancer"})
    assert balanced["spec"]["allocateLoadBalancerNodePorts"] is True
    assert balanced["spec"]["ports"] == node_port["spec"]["ports"]
    again = sandbox.change(balanced, spec={"type": "ClusterIP"})
    assert again["spec"] == made["spec"]
    named = sandbox.change(again, spec={"type": "ExternalName", "externalName": "a.example"})
    assert {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"}.isdisjoint(named["spec"])
    assert sandbox.create(_service("other", clusterIP=address))["spec"]["clusterIP"] == address
    assert sandbox.change(named, spec={"type": "ClusterIP"})["spec"]["clusterIP"] not in ("", address)


IMMUTABLE = [
    (
        {"clusterIP": "10.96.0.77"},
        ['spec.clusterIPs[0]: Invalid value: []string{"10.96.0.77"}: may not change once set'],
    ),
    ({"clusterIP": "None"}, ['spec.clusterIPs[0]: Invalid value: []string{"None"}: may not change once set']),
]


@pytest.mark.parametrize(("spec", "causes"), IMMUTABLE)
def test_the_address_stays(spec: Obj, causes: list[str]) -> None:
    sandbox = Sandbox()
    assert _refused(sandbox, sandbox.create(_service()), **spec) == causes


def test_one_port_over_two_protocols_has_one_node_port() -> None:
    ports = [{"name": "dns", "port": 53, "protocol": "UDP"}, {"name": "dns-tcp", "port": 53, "protocol": "TCP"}]
    made = Sandbox().create(_service(type="NodePort", ports=ports))
    assert [port["nodePort"] for port in made["spec"]["ports"]] == [30086, 30086]


def test_a_node_port_is_had_once() -> None:
    sandbox = Sandbox()
    wanted = [{"port": 80, "nodePort": 30080}]
    sandbox.create(_service("a", type="NodePort", ports=wanted))
    with pytest.raises(Invalid) as refused:
        sandbox.create(_service("b", type="NodePort", ports=wanted))
    assert [str(cause) for cause in refused.value.causes] == [
        "spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated"
    ]


def test_local_balancers_have_a_port_for_health() -> None:
    made = Sandbox().create(_service(type="LoadBalancer", externalTrafficPolicy="Local"))
    assert made["spec"]["healthCheckNodePort"] == 30087


def test_a_refused_change_leaves_the_stored_service_as_it_was() -> None:
    sandbox = Sandbox()
    made = sandbox.create(_service(type="NodePort"))
    before = copy(made)
    _refused(sandbox, made, ports=[{"port": 80, "nodePort": 80}])
    assert sandbox.stored(made) == before


def test_an_address_of_a_load_balancer_is_the_nodes_own_unless_somebody_says_otherwise() -> None:
    sandbox = Sandbox()
    made = sandbox.create(_service(type="LoadBalancer"))
    told = [{"ip": "203.0.113.1"}, {"ip": "203.0.113.2", "ipMode": "Proxy"}, {"hostname": "lb.example.com"}]
    status = {"loadBalancer": {"ingress": told}}
    found = sandbox.update({**made, "status": status}, "status")["status"]["loadBalancer"]["ingress"]
    assert [each.get("ipMode") for each in found] == ["VIP", "Proxy", None]
    assert "ipMode" not in told[0]
