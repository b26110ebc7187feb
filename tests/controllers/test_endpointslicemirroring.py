"""Endpoints written by hand show up as slices, and only those."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.controllers import endpoints, endpointslice, endpointslicemirroring, garbage
from cluster.intents import Delete, Patch
from cluster.machinery.objects import ENDPOINT_SLICES, ENDPOINTS, SERVICES, Obj, key
from tests.controllers.street import Street

HAND = key(ENDPOINTS, "default", "db")


def street(*objects: Obj) -> Street:
    made = Street(endpoints.CONTROLLER, endpointslice.CONTROLLER, endpointslicemirroring.CONTROLLER, garbage.CONTROLLER)
    made.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}, *objects)
    made.rest()
    return made


def service(**spec: Any) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "db", "namespace": "default"},
        "spec": {"ports": [{"port": 5432}], **spec},
    }


def by_hand(*subsets: Obj, **metadata: Any) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {"name": "db", "namespace": "default", **metadata},
        "subsets": list(subsets),
    }


def subset(*addresses: str, waiting: tuple[str, ...] = (), port: int = 5432) -> Obj:
    made: Obj = {"ports": [{"port": port}]}
    if addresses:
        made["addresses"] = [{"ip": each} for each in addresses]
    if waiting:
        made["notReadyAddresses"] = [{"ip": each} for each in waiting]
    return made


def slices(made: Street) -> list[Obj]:
    return made.world.list(ENDPOINT_SLICES, "default")


def told(made: Street) -> list[tuple[str, list[tuple[str, bool]], list[int]]]:
    return sorted(
        (
            each["addressType"],
            [(one["addresses"][0], one["conditions"]["ready"]) for one in each["endpoints"]],
            [port["port"] for port in each["ports"]],
        )
        for each in slices(made)
    )


def test_the_object_is_as_a_real_one() -> None:
    labelled = by_hand(
        {
            "addresses": [{"ip": "192.0.2.1", "hostname": "one", "nodeName": "node-1"}],
            "notReadyAddresses": [{"ip": "192.0.2.2"}],
            "ports": [{"name": "sql", "port": 5432}],
        },
        labels={"tier": "data"},
        annotations={"note": "mine", "kubectl.kubernetes.io/last-applied-configuration": "{}"},
    )
    made = street(service(), labelled)
    (one,) = slices(made)
    owner = made.world.get(HAND)
    assert owner is not None
    assert one["metadata"]["generateName"] == "db-"
    assert one["metadata"]["labels"] == {
        "tier": "data",
        "kubernetes.io/service-name": "db",
        "endpointslice.kubernetes.io/managed-by": "endpointslicemirroring-controller.k8s.io",
    }
    assert one["metadata"]["annotations"] == {"note": "mine"}
    assert one["metadata"]["ownerReferences"] == [
        {
            "apiVersion": "v1",
            "kind": "Endpoints",
            "name": "db",
            "uid": owner["metadata"]["uid"],
            "controller": True,
            "blockOwnerDeletion": True,
        }
    ]
    assert (one["addressType"], one["ports"]) == ("IPv4", [{"name": "sql", "protocol": "TCP", "port": 5432}])
    assert one["endpoints"] == [
        {"addresses": ["192.0.2.1"], "conditions": {"ready": True}, "hostname": "one", "nodeName": "node-1"},
        {"addresses": ["192.0.2.2"], "conditions": {"ready": False}},
    ]


def test_each_list_of_ports_and_each_family_has_a_slice() -> None:
    made = street(service(), by_hand(subset("192.0.2.1", "2001:db8::1"), subset("192.0.2.2", port=5433)))
    assert told(made) == [
        ("IPv4", [("192.0.2.1", True)], [5432]),
        ("IPv4", [("192.0.2.2", True)], [5433]),
        ("IPv6", [("2001:db8::1", True)], [5432]),
    ]


def test_a_change_changes_the_slice_that_is_there() -> None:
    made = street(service(), by_hand(subset("192.0.2.1")))
    (before,) = slices(made)
    made.do(Patch(HAND, "merge", {"subsets": [subset("192.0.2.1", waiting=("192.0.2.9",))]}))
    made.rest()
    (after,) = slices(made)
    assert after["metadata"]["name"] == before["metadata"]["name"]
    assert told(made) == [("IPv4", [("192.0.2.1", True), ("192.0.2.9", False)], [5432])]
    written = len(made.log)
    made.do(
        Patch(HAND, "merge", {"metadata": {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": "x"}}})
    )
    made.rest()
    assert len(made.log) == written + 1, "the slice is as before and is not written"


LEFT_ALONE: dict[str, tuple[Obj, Obj]] = {
    "asked to be left out": (
        service(),
        by_hand(subset("192.0.2.1"), labels={"endpointslice.kubernetes.io/skip-mirror": "true"}),
    ),
    "a leader's lock": (
        service(),
        by_hand(subset("192.0.2.1"), annotations={"control-plane.alpha.kubernetes.io/leader": "{}"}),
    ),
    "no addresses": (service(), by_hand()),
}


@pytest.mark.parametrize(("given", "hand"), LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_what_is_not_mirrored(given: Obj, hand: Obj) -> None:
    assert slices(street(given, hand)) == []


def test_without_a_service_nothing_is_mirrored_until_there_is_one() -> None:
    made = street(by_hand(subset("192.0.2.1")))
    assert slices(made) == []
    made.create(service())
    made.rest()
    assert len(slices(made)) == 1


def test_a_selector_makes_the_slices_the_other_controllers_work() -> None:
    made = street(service(), by_hand(subset("192.0.2.1")))
    made.do(Patch(key(SERVICES, "default", "db"), "merge", {"spec": {"selector": {"app": "db"}}}))
    made.rest()
    managers = [each["metadata"]["labels"]["endpointslice.kubernetes.io/managed-by"] for each in slices(made)]
    assert managers == ["endpointslice-controller.k8s.io"]


def test_they_go_with_the_endpoints() -> None:
    made = street(service(), by_hand(subset("192.0.2.1")))
    made.do(Delete(HAND))
    made.rest()
    assert slices(made) == []


def test_a_thousand_a_subset_and_an_event_for_the_rest() -> None:
    many = [f"192.0.{number // 250}.{number % 250 + 1}" for number in range(1003)]
    made = street(service(), by_hand(subset(*many)))
    (one,) = slices(made)
    assert len(one["endpoints"]) == 1000
    assert {note.message for note in made.notes if note.reason == "TooManyAddressesToMirror"} == {
        "A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 3 addresses were skipped"
    }
