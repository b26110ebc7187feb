"""APIServices: those of the API itself, of custom kinds, and of somebody's own Service."""

from __future__ import annotations

import pytest

from cluster.bootstrap.apiservices import api_services, name_of
from cluster.controllers import apiregistration, customresources, garbage
from cluster.intents import Create, Delete
from cluster.kinds import BUILT_IN
from cluster.machinery.objects import API_SERVICES, CUSTOM_DEFINITIONS, Obj, condition, key
from tests.controllers.street import Street
from tests.kinds.definitions import GROUP, definition


def street(*objects: Obj) -> Street:
    made = Street(apiregistration.CONTROLLER, customresources.CONTROLLER, garbage.CONTROLLER)
    made.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}, *api_services(), *objects)
    made.rest()
    return made


def available(made: Street, name: str) -> tuple[str, str, str]:
    found = condition(made.world.find(API_SERVICES, "", name) or {}, "Available")
    assert found is not None
    return found["status"], found["reason"], found["message"]


def test_every_version_that_is_served_has_one_and_is_available() -> None:
    made = street()
    served = {name_of(version) for kind in BUILT_IN.kinds for version in kind.every_version}
    served.remove("v1.apiregistration.k8s.io")  # a real server does not list itself
    assert {each.name for each in made.world.bucket(API_SERVICES, "")} == served
    for name in served:
        assert available(made, name) == ("True", "Local", "Local APIServices are always available")


def test_that_of_a_definition_comes_and_goes_with_it() -> None:
    made = street(definition())
    name = f"v1.{GROUP}"
    assert available(made, name)[0] == "True"
    found = made.world.find(API_SERVICES, "", name)
    assert found is not None
    assert found["metadata"]["labels"] == {"kube-aggregator.kubernetes.io/automanaged": "true"}
    assert found["spec"] == {"group": GROUP, "version": "v1", "groupPriorityMinimum": 1000, "versionPriority": 100}
    made.do(Delete(key(CUSTOM_DEFINITIONS, "", f"crontabs.{GROUP}")))
    made.rest()
    assert made.world.find(API_SERVICES, "", name) is None


def test_one_that_is_deleted_comes_back() -> None:
    made = street()
    made.do(Delete(key(API_SERVICES, "", "v1.apps")))
    made.rest()
    assert available(made, "v1.apps")[0] == "True"


def _service(**parts: object) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "api", "namespace": "default"},
        "spec": {"selector": {"app": "api"}, "ports": [{"name": "https", "port": 443}], **parts},
    }


SLICE: Obj = {
    "apiVersion": "discovery.k8s.io/v1",
    "kind": "EndpointSlice",
    "metadata": {"name": "api-1", "namespace": "default", "labels": {"kubernetes.io/service-name": "api"}},
    "addressType": "IPv4",
    "endpoints": [{"addresses": ["10.244.0.9"], "conditions": {"ready": True}}],
    "ports": [{"name": "https", "port": 8443, "protocol": "TCP"}],
}
ABOUT = 'service/api in "default"'
STEPS = [
    ((), "ServiceNotFound", f"{ABOUT} is not present"),
    ((_service(ports=[{"port": 80}]),), "ServicePortError", f"{ABOUT} is not listening on port 443"),
    ((_service(),), "MissingEndpoints", f'endpoints for {ABOUT} have no addresses with port name "https"'),
    (
        (_service(), SLICE),
        "FailedDiscoveryCheck",
        "failing or missing response from https://api.default.svc:443/apis/shop.example.com/v1: aggregated APIs are "
        "not asked in this cluster",
    ),
]


@pytest.mark.parametrize(("objects", "reason", "message"), STEPS)
def test_what_is_told_of_one_that_names_a_service(objects: tuple[Obj, ...], reason: str, message: str) -> None:
    made = street()
    wanted = {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": "v1.shop.example.com"},
        "spec": {
            "group": "shop.example.com",
            "version": "v1",
            "groupPriorityMinimum": 100,
            "versionPriority": 10,
            "service": {"name": "api", "namespace": "default"},
        },
    }
    made.do(Create(wanted))
    made.rest()
    assert available(made, "v1.shop.example.com")[1] == "ServiceNotFound"
    made.create(*objects)
    made.rest()
    assert available(made, "v1.shop.example.com") == ("False", reason, message)
