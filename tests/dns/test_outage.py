"""Whether the cluster's DNS answers at all: by its own pods, as they come and go."""

from __future__ import annotations

import pytest

from cluster.config import ClusterConfig, Pace
from cluster.dns.outage import SILENT, outage
from cluster.intents import Patch
from cluster.machinery.objects import DEPLOYMENTS, ENDPOINT_SLICES, NODES, PODS, SERVICES, is_pod_ready, key, status
from cluster.network.proxy import Client
from cluster.questions import ask, message, server_of
from cluster.requests.asking import Asker
from cluster.requests.resolving import resolve
from cluster.store.system import system_objects
from cluster.worker.assembly import CONTROLLERS, explain
from tests.controllers.street import Street

COREDNS = key(DEPLOYMENTS, "kube-system", "coredns")
WHERE = "so the Service kube-system/kube-dns (10.96.0.10) has no endpoint and every query is rejected."


def cluster(pace: Pace = "real") -> Street:
    street = Street(*CONTROLLERS, pace=pace)
    street.create(*system_objects(ClusterConfig()))
    return street


def said(street: Street) -> str:
    return outage(street.world, street.config)


def explained(street: Street) -> list[tuple[str, str, str]]:
    found = explain(street.world, key(SERVICES, "kube-system", "kube-dns"), street.now, street.config)
    return [(reason.level, reason.code, reason.text) for reason in found]


def test_two_pods_stand_behind_the_dns_service() -> None:
    street = cluster()
    street.rest(120)
    pods = street.world.list(PODS, "kube-system")
    assert sorted(status(pod)["podIP"] for pod in pods) == ["10.244.0.2", "10.244.0.3"]
    assert all(is_pod_ready(pod) for pod in pods)
    (piece,) = street.world.slices_of("kube-system", "kube-dns").values()
    assert len(piece["endpoints"]) == 2


@pytest.mark.parametrize("pace", ["instant", "brisk", "real"])
def test_it_answers_from_the_first_moment(pace: Pace) -> None:
    street = cluster(pace)
    assert said(street) == ""
    told: list[str] = []
    street.rest(120, each=lambda: told.append(said(street)))
    assert not any(told)


def test_scaled_to_nothing_and_back() -> None:
    street = cluster()
    street.rest(120)
    street.do(Patch(COREDNS, "merge", {"spec": {"replicas": 0}}))
    street.rest(120)
    assert said(street) == f"Nobody answers: the Deployment coredns is scaled to 0, {WHERE}"
    assert ("fail", "dns-silent", said(street)) in explained(street)
    street.do(Patch(COREDNS, "merge", {"spec": {"replicas": 1}}))
    street.rest(120)
    assert said(street) == ""
    assert "dns-silent" not in [code for _, code, _ in explained(street)]


def test_its_only_node_is_lost() -> None:
    street = cluster()
    street.rest(120)
    lost = {"metadata": {"annotations": {"kubarium.dev/lost": "true"}}}
    street.do(Patch(key(NODES, "", "node-1"), "merge", lost))
    street.rest(120)
    assert said(street) == f"Nobody answers: no pod of the Deployment coredns is Ready, {WHERE}"


def test_its_deployment_is_gone() -> None:
    street = cluster()
    street.rest(120)
    street.world.drop(COREDNS)
    (piece,) = street.world.slices_of("kube-system", "kube-dns").values()
    where = key(ENDPOINT_SLICES, "kube-system", piece["metadata"]["name"])
    street.world.put(where, {**piece, "endpoints": []})
    assert said(street) == f"Nobody answers: the Deployment coredns is gone, {WHERE}"


def test_a_pod_is_rejected_at_its_first_try_and_told_why() -> None:
    street = cluster()
    street.rest(120)
    street.do(Patch(COREDNS, "merge", {"spec": {"replicas": 0}}))
    street.rest(120)
    found = ask(street.world, street.config, name="kubernetes")
    assert (found["rcode"], found["records"], found["reasons"]) == ("UNREACHABLE", [], [said(street)])
    assert [step["asked"] for step in found["steps"]] == [True, False, False, False]
    assert found["dig"].splitlines()[0] == ";; communications error to 10.96.0.10#53: connection refused"
    assert found["dig"].splitlines()[-1] == ";; no servers could be reached"
    pod = {"metadata": {"name": "a", "namespace": "default"}, "spec": {"containers": [{"image": "nginx"}]}}
    resolved = resolve(street.world, street.config, Asker(pod, None, "default", Client("10.244.0.10")), "web", 0.0)
    assert (resolved.addresses, resolved.reasons) == ((), (said(street),))
    assert server_of(street.world, street.config)(None) is SILENT  # type: ignore[arg-type]
    assert message(street.world, street.config, b"x" * 20) == b""
