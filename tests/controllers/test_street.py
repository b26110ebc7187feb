"""The controllers of this directory together, through the real admission: what a cluster does by itself."""

from __future__ import annotations

import pytest

from cluster.config import Pace
from cluster.controllers import (
    endpoints,
    endpointslice,
    garbage,
    namespace,
    scheduler,
    serviceaccounts,
    statefulset,
    volumes,
)
from cluster.intents import Delete
from cluster.machinery.objects import (
    CLAIMS,
    CONFIG_MAPS,
    ENDPOINT_SLICES,
    ENDPOINTS,
    NAMESPACES,
    NODES,
    PODS,
    SERVICE_ACCOUNTS,
    SERVICES,
    STATEFUL_SETS,
    VOLUMES,
    Obj,
    is_pod_ready,
    key,
    owner_reference,
    status,
)
from cluster.nodes import kubelet
from tests.controllers.street import Street
from tests.objects import config_map

ALL = (
    namespace.CONTROLLER,
    serviceaccounts.CONTROLLER,
    statefulset.CONTROLLER,
    volumes.CONTROLLER,
    scheduler.CONTROLLER,
    kubelet.CONTROLLER,
    endpoints.CONTROLLER,
    endpointslice.CONTROLLER,
    garbage.CONTROLLER,
)


def cluster(pace: Pace = "instant") -> Street:
    street = Street(*ALL, pace=pace)
    street.create(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}},
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": "node-1"},
            "status": {
                "addresses": [{"type": "InternalIP", "address": "172.18.0.2"}],
                "allocatable": {"pods": "10000"},
                "conditions": [{"type": "Ready", "status": "True"}],
            },
        },
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {"name": "standard", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
            "provisioner": "kubarium.dev/simulated",
            "reclaimPolicy": "Delete",
            "volumeBindingMode": "WaitForFirstConsumer",
        },
    )
    street.rest()
    return street


def service(place: str = "default") -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "namespace": place},
        "spec": {"clusterIP": "None", "selector": {"app": "web"}, "ports": [{"port": 80}]},
    }


def stateful_set(replicas: int, place: str = "default", *, claims: bool = False, parallel: bool = True) -> Obj:
    storage = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    template = {"metadata": {"name": "data"}, "spec": storage}
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "web", "namespace": place},
        "spec": {
            "replicas": replicas,
            "serviceName": "web",
            "podManagementPolicy": "Parallel" if parallel else "OrderedReady",
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "nginx", "image": "nginx:alpine", "ports": [{"containerPort": 80}]}]},
            },
            **({"volumeClaimTemplates": [template]} if claims else {}),
        },
    }


SET = key(STATEFUL_SETS, "default", "web")


def ready(street: Street) -> int:
    return sum(map(is_pod_ready, street.world.bucket(PODS, "default").values()))


def test_at_instant_a_pod_is_created_bound_running_and_ready_and_nothing_else_is_written_of_it() -> None:
    street = cluster()
    street.create(service(), stateful_set(40))
    street.rest()
    assert (street.refused, ready(street)) == ([], 40)
    for number in range(40):
        history = [each for each in street.log if each.key == key(PODS, "default", f"web-{number}")]
        assert [each.author for each in history] == [
            "statefulset-controller",
            "default-scheduler",
            "kubelet",
            "kubelet",
        ]
        assert [is_pod_ready(each.object) for each in history] == [False, False, False, True]
    addresses = {status(each)["podIP"] for each in street.world.bucket(PODS, "default").values()}
    assert len(addresses) == 40
    (one,) = street.world.list(ENDPOINT_SLICES, "default")
    assert {each["addresses"][0] for each in one["endpoints"]} == addresses
    assert all(each["conditions"]["ready"] and each["hostname"] for each in one["endpoints"])
    older = street.world.find(ENDPOINTS, "default", "web")
    assert older is not None
    assert {each["ip"] for each in older["subsets"][0]["addresses"]} == addresses


@pytest.mark.parametrize("pace", ["brisk", "real"])
def test_an_ordered_set_at_other_paces(pace: Pace) -> None:
    street = cluster(pace)
    begin = street.now
    street.create(service(), stateful_set(3, parallel=False))
    street.rest()
    assert (street.refused, ready(street)) == ([], 3)
    assert street.now - begin < (6 if pace == "brisk" else 60)


def test_a_deleted_pod_ends_and_comes_back_with_another_address() -> None:
    street = cluster("brisk")
    street.create(service(), stateful_set(3))
    street.rest()
    where = key(PODS, "default", "web-1")
    before = street.world.get(where)
    street.do(Delete(where))
    street.rest()
    after = street.world.get(where)
    assert before is not None and after is not None
    assert status(before)["podIP"] != status(after)["podIP"]
    history = [f"{each.type} {status(each.object)['phase']}" for each in street.log if each.key == where]
    assert history[-8:] == [
        "MODIFIED Running",  # marked for deletion
        "MODIFIED Succeeded",
        "DELETED Succeeded",
        "ADDED Pending",
        "MODIFIED Pending",
        "MODIFIED Pending",
        "MODIFIED Running",
        "MODIFIED Running",
    ]


def test_a_set_takes_its_pods_with_it_in_linear_time() -> None:
    planned = []
    for replicas in (20, 80):
        street = cluster()
        street.create(service(), stateful_set(replicas))
        street.rest()
        before = street.planned
        street.do(Delete(SET, propagation="Background"))
        street.rest()
        assert (street.refused, len(street.world.bucket(PODS, "default"))) == ([], 0)
        planned.append(street.planned - before)
    # Four times the pods, about four times the plans.
    assert planned[1] < 5 * planned[0]


def test_foreground_deletion_waits_for_the_pods() -> None:
    street = cluster("brisk")
    owner = config_map("owner")
    street.create(owner)
    where = key(CONFIG_MAPS, "default", "owner")
    reference = owner_reference(street.world.get(where) or {})
    for number in range(3):
        pod = {**stateful_set(1)["spec"]["template"], "apiVersion": "v1", "kind": "Pod"}
        street.create(
            {**pod, "metadata": {"name": f"p{number}", "namespace": "default", "ownerReferences": [reference]}}
        )
    street.rest()
    assert ready(street) == 3
    street.do(Delete(where, propagation="Foreground"))
    waited: list[str] = []

    def owner_outlives_its_pods() -> None:
        if street.world.bucket(PODS, "default"):
            assert where in street.world
            plan = garbage.plan(street.world, where, street.now, street.config)
            waited.extend(reason.text for reason in plan.reasons)

    street.rest(each=owner_outlives_its_pods)
    assert (street.refused, where in street.world, len(street.world.bucket(PODS, "default"))) == ([], False, 0)
    assert "Waits for p0 to be gone." in waited


def test_orphaned_pods_stay_without_an_owner() -> None:
    street = cluster()
    street.create(service(), stateful_set(3))
    street.rest()
    street.do(Delete(SET, propagation="Orphan"))
    street.rest()
    assert (street.refused, SET in street.world, ready(street)) == ([], False, 3)
    pods = street.world.bucket(PODS, "default").values()
    assert not any(pod["metadata"].get("ownerReferences") for pod in pods)


def test_slices_and_endpoints_go_with_the_service() -> None:
    street = cluster()
    street.create(service(), stateful_set(2))
    street.rest()
    street.do(Delete(key(SERVICES, "default", "web")))
    street.rest()
    assert street.world.list(ENDPOINT_SLICES, "default") == []
    assert street.world.list(ENDPOINTS, "default") == []


def test_claims_are_bound_once_their_pod_is_scheduled_and_pods_run_after_that() -> None:
    street = cluster("brisk")
    street.create(service(), stateful_set(2, claims=True))
    street.rest()
    assert (street.refused, ready(street)) == ([], 2)
    claims = street.world.list(CLAIMS, "default")
    assert [status(claim)["phase"] for claim in claims] == ["Bound", "Bound"]
    for claim in claims:
        volume = street.world.find(VOLUMES, "", claim["spec"]["volumeName"])
        assert volume is not None
        assert volume["metadata"]["name"] == f"pvc-{claim['metadata']['uid']}"
        assert status(volume)["phase"] == "Bound"
        assert status(claim)["capacity"] == {"storage": "1Gi"}
    order = [
        (each.key.resource, status(each.object).get("phase"))
        for each in street.log
        if each.key.name in ("web-0", "data-web-0") and status(each.object).get("phase") in ("Bound", "Running")
    ]
    assert order[0] == ("persistentvolumeclaims", "Bound")


def test_a_claim_that_is_deleted_waits_for_its_pod_and_takes_its_volume_with_it() -> None:
    street = cluster("brisk")
    street.create(service(), stateful_set(1, claims=True))
    street.rest()
    claim = key(CLAIMS, "default", "data-web-0")
    street.do(Delete(claim))
    street.rest()
    assert claim in street.world, "web-0 uses it"
    street.do(Delete(SET, propagation="Background"))
    street.rest()
    assert claim not in street.world
    assert street.world.list(VOLUMES) == []


def test_every_namespace_has_its_account_and_certificate() -> None:
    street = cluster()
    street.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}})
    street.rest()
    for place in ("default", "team"):
        assert street.world.find(SERVICE_ACCOUNTS, place, "default") is not None
        assert street.world.find(CONFIG_MAPS, place, "kube-root-ca.crt") is not None
    street.do(Delete(key(CONFIG_MAPS, "team", "kube-root-ca.crt")))
    street.do(Delete(key(SERVICE_ACCOUNTS, "team", "default")))
    street.rest()
    assert street.world.find(SERVICE_ACCOUNTS, "team", "default") is not None
    assert street.world.find(CONFIG_MAPS, "team", "kube-root-ca.crt") is not None


def test_a_deleted_namespace_is_emptied_and_goes() -> None:
    street = cluster("brisk")
    street.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}})
    street.rest()
    street.create(service("team"), stateful_set(3, "team", claims=True))
    street.rest()
    street.do(Delete(key(NAMESPACES, "", "team")))
    found = street.world.find(NAMESPACES, "", "team")
    assert found is not None and status(found)["phase"] == "Terminating"
    street.rest()
    assert street.refused == []
    assert [where for where, _ in street.world.items() if "team" in (where.namespace, where.name)] == []
    assert street.world.find(NODES, "", "node-1") is not None
