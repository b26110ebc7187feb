"""The indexes of a World: whatever is put, replaced and dropped, they say what a search through all objects says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.machinery.objects import (
    CONFIG_MAPS,
    ENDPOINT_SLICES,
    EVENTS,
    PODS,
    SECRETS,
    SERVICES,
    Key,
    Obj,
    key,
)
from cluster.world import World


def pod(name: str, **spec: Any) -> Obj:
    metadata = {"name": name, "namespace": "default", "labels": spec.pop("labels", {})}
    status = {"podIP": spec.pop("ip")} if "ip" in spec else {}
    owner = spec.pop("owner", None)
    if owner:
        metadata["ownerReferences"] = [{"uid": owner, "controller": True}]
    return {"metadata": metadata, "spec": spec, "status": status}


def where(name: str) -> Key:
    return key(PODS, "default", name)


def test_a_pod_is_found_by_node_address_owner_label_and_claim() -> None:
    world = World()
    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": "data-web-0"}}, {"name": "tmp", "emptyDir": {}}]
    obj = pod("web-0", nodeName="node-1", ip="10.244.0.10", owner="set", labels={"app": "web"}, volumes=volumes)
    world.put(where("web-0"), obj)
    found = {where("web-0"): obj}
    assert world.pods_on("node-1") == found
    assert world.by_address(PODS, "10.244.0.10") == found
    assert world.owned_by("set") == found
    assert world.with_label(PODS, "default", "app", "web") == found
    assert world.pods_using_claim("default", "data-web-0") == found


def test_a_pod_is_found_by_what_configures_it() -> None:
    world = World()
    volumes = [{"configMap": {"name": "files"}}, {"secret": {"secretName": "keys"}}, {"configMap": None}]
    container = {
        "env": [{"valueFrom": {"configMapKeyRef": {"name": "vars", "key": "k"}}}, {"name": "PLAIN", "value": "x"}],
        "envFrom": [{"secretRef": {"name": "more"}}],
    }
    obj = pod("a", volumes=volumes, containers=[container])
    world.put(where("a"), obj)
    for kind, called in ((CONFIG_MAPS, "files"), (SECRETS, "keys"), (CONFIG_MAPS, "vars"), (SECRETS, "more")):
        assert world.pods_configured_by(kind, "default", called) == {where("a"): obj}
    assert world.pods_configured_by(CONFIG_MAPS, "default", "keys") == {}
    world.put(where("a"), pod("a"))
    assert world.pods_configured_by(CONFIG_MAPS, "default", "files") == {}


def test_replacing_leaves_no_trace_of_what_was_there() -> None:
    world = World()
    world.put(where("a"), pod("a", nodeName="node-1", ip="10.0.0.1", labels={"app": "x"}))
    world.put(where("a"), pod("a", nodeName="node-2", ip="10.0.0.2", labels={"app": "y"}))
    assert not world.pods_on("node-1")
    assert not world.by_address(PODS, "10.0.0.1")
    assert not world.with_label(PODS, "default", "app", "x")
    assert set(world.pods_on("node-2")) == {where("a")}
    world.drop(where("a"))
    assert len(world) == 0
    assert vars(world)["_index"] == {} == vars(world)["_entered"] == vars(world)["_kinds"]


def test_services_slices_and_events_have_their_own_ways_to_be_found() -> None:
    world = World()
    web = {"metadata": {"name": "web"}, "spec": {"clusterIP": "10.96.0.7", "clusterIPs": ["10.96.0.7"]}}
    none = {"metadata": {"name": "none"}, "spec": {"clusterIP": "None", "clusterIPs": ["None"]}}
    part = {
        "metadata": {"name": "web-x", "labels": {"kubernetes.io/service-name": "web"}},
        "endpoints": [{"addresses": ["10.0.0.1"]}, {"addresses": ["10.0.0.2"]}],
    }
    event = {"metadata": {"name": "e"}, "involvedObject": {"uid": "pod-uid"}}
    world.put(key(SERVICES, "default", "web"), web)
    world.put(key(SERVICES, "default", "none"), none)
    world.put(key(ENDPOINT_SLICES, "default", "web-x"), part)
    world.put(key(EVENTS, "default", "e"), event)
    assert list(world.by_address(SERVICES, "10.96.0.7").values()) == [web]
    assert not world.by_address(SERVICES, "None")
    assert list(world.slices_of("default", "web").values()) == [part]
    assert list(world.by_address(ENDPOINT_SLICES, "10.0.0.2").values()) == [part]
    assert list(world.events_about("pod-uid").values()) == [event]


@pytest.mark.parametrize(
    ("selector", "names"),
    [
        ({"app": "web"}, ["a", "b"]),
        ({"app": "web", "tier": "front"}, ["a"]),
        ({"statefulset.kubernetes.io/pod-name": "b"}, ["b"]),  # a label that is not indexed
        ({"app": "none"}, []),
        ({}, []),
    ],
)
def test_a_selector_selects_by_all_its_labels_in_order_of_name(selector: dict[str, str], names: list[str]) -> None:
    world = World()
    world.put(where("b"), pod("b", labels={"app": "web", "statefulset.kubernetes.io/pod-name": "b"}))
    world.put(where("a"), pod("a", labels={"app": "web", "tier": "front"}))
    world.put(key(PODS, "other", "c"), pod("c", labels={"app": "web"}))
    assert [obj["metadata"]["name"] for obj in world.selected(PODS, "default", selector)] == names


STEPS = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.none() | st.fixed_dictionaries({"node": st.sampled_from("xyz"), "app": st.sampled_from("pq")}),
    ),
    max_size=40,
)


@given(STEPS)
def test_the_indexes_agree_with_a_search_through_everything(steps: list[tuple[str, dict[str, str] | None]]) -> None:
    world = World()
    plain: dict[Key, Obj] = {}
    for name, values in steps:
        if values is None:
            assert world.drop(where(name)) == plain.pop(where(name), None)
        else:
            obj = pod(name, nodeName=values["node"], labels={"app": values["app"]})
            assert world.put(where(name), obj) == plain.get(where(name))
            plain[where(name)] = obj
        for node in "xyz":
            assert world.pods_on(node) == {k: o for k, o in plain.items() if o["spec"]["nodeName"] == node}
        for app in "pq":
            by_label = {k: o for k, o in plain.items() if o["metadata"]["labels"]["app"] == app}
            assert world.with_label(PODS, "default", "app", app) == by_label
            assert world.selected(PODS, "default", {"app": app}) == [plain[k] for k in sorted(by_label)]
        assert world.list(PODS) == [plain[k] for k in sorted(plain)]
        assert dict(world.items()) == plain


def test_objects_of_a_kind_are_counted() -> None:
    world = World()
    for name in ("a", "b", "a"):
        world.put(key(PODS, f"in-{name}", name), {"metadata": {"name": name}})
    assert (world.count(PODS), world.count(SERVICES)) == (2, 0)
    world.drop(key(PODS, "in-a", "a"))
    world.drop(key(PODS, "in-a", "a"))
    assert world.count(PODS) == 1


def test_a_copy_stands_alike_and_goes_its_own_way() -> None:
    world = World(7)
    world.cursors["pods/node-1"] = 3
    pod: Obj = {
        "metadata": {"name": "a", "labels": {"app": "x"}, "ownerReferences": [{"uid": "u"}]},
        "spec": {"nodeName": "node-1"},
    }
    where = key(PODS, "default", "a")
    world.put(where, pod, 4)
    copy = world.copy()
    assert (copy.revision, copy.cursors, copy.seat(where), copy.count(PODS)) == (7, {"pods/node-1": 3}, 4, 1)
    world.drop(where)
    copy.put(key(PODS, "default", "b"), {"metadata": {"name": "b", "labels": {"app": "x"}}})
    assert copy.get(where) is pod
    assert [each["metadata"]["name"] for each in copy.selected(PODS, "default", {"app": "x"})] == ["a", "b"]
    assert list(copy.owned_by("u")) == list(copy.pods_on("node-1")) == [where]
    assert (len(world), world.count(PODS), world.with_label(PODS, "default", "app", "x")) == (0, 0, {})


def test_pods_that_no_node_was_found_for() -> None:
    world = World()
    where = key(PODS, "default", "a")
    refused: Obj = {"metadata": {"name": "a"}, "status": {"conditions": [{"reason": "Unschedulable"}]}}
    world.put(where, {"metadata": {"name": "a"}})
    assert (list(world.unbound_pods()), list(world.refused_pods())) == ([where], [])
    world.put(where, refused)
    assert (list(world.unbound_pods()), list(world.refused_pods())) == ([where], [where])
    world.put(where, {**refused, "spec": {"nodeName": "node-1"}})
    assert (list(world.unbound_pods()), list(world.refused_pods())) == ([], [])
