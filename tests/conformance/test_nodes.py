"""Taints that evict, and what a node's own files give pods, as the suite's tests of sig-node ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conformance.pods import BUSYBOX, created, printed, ready, said
from tests.conformance.suite import Obj, Suite

KEY, VALUE = "kubernetes.io/e2e-evict-taint-key", "evictTaintVal"
TAINT = {"key": KEY, "value": VALUE, "effect": "NoExecute"}


@pytest.fixture
def taints(suite: Suite) -> Iterator[Any]:
    """The only node's taints, taken away in the end."""

    def put(*taints: Obj) -> None:
        suite.core.patch_node("node-1", {"spec": {"taints": list(taints) or None}})

    yield put
    put()


def _pod(suite: Suite, name: str, tolerated: int | str | None) -> None:
    toleration: Obj = {"key": KEY, "operator": "Equal", "value": VALUE, "effect": "NoExecute"}
    if isinstance(tolerated, int):
        toleration["tolerationSeconds"] = tolerated
    given = [] if tolerated == "never" else [toleration]
    created(suite, name, {"args": ["pause"]}, tolerations=given, terminationGracePeriodSeconds=0)
    suite.until(lambda: ready(suite, name))


def test_who_does_not_tolerate_a_taint_goes_and_who_does_stays(suite: Suite, taints: Any) -> None:
    _pod(suite, "goes", "never")
    _pod(suite, "stays", None)
    taints(TAINT)
    suite.gone(lambda: suite.core.read_namespaced_pod("goes", suite.namespace))
    assert suite.core.read_namespaced_pod("stays", suite.namespace).metadata.deletion_timestamp is None
    told = suite.until(lambda: said(suite, "goes").get("TaintManagerEviction"))
    assert told == f"Marking for deletion Pod {suite.namespace}/goes"


def test_a_taint_that_is_taken_away_in_time_evicts_nobody(suite: Suite, taints: Any) -> None:
    _pod(suite, "stays", 600)
    _pod(suite, "goes", 1)
    taints(TAINT)
    suite.gone(lambda: suite.core.read_namespaced_pod("goes", suite.namespace))
    taints()
    assert suite.core.read_namespaced_pod("stays", suite.namespace).metadata.deletion_timestamp is None


@pytest.mark.parametrize(
    ("mounted", "on_node", "managed"), [(False, False, True), (True, False, False), (False, True, False)]
)
def test_hosts_are_the_kubelets_unless_they_are_mounted(
    suite: Suite, mounted: bool, on_node: bool, managed: bool
) -> None:
    place = "/etc/hosts" if mounted else "/etc/hosts-original"
    mount = {"volumeMounts": [{"name": "host", "mountPath": place}]}
    container = {"image": BUSYBOX, "command": ["cat", "/etc/hosts"], **mount}
    volume = {"name": "host", "hostPath": {"path": "/etc/hosts", "type": "File"}}
    found = printed(suite, container, volumes=[volume], hostNetwork=on_node)
    assert ("# Kubernetes-managed hosts file." in found) is managed
    assert "127.0.0.1\tlocalhost\n" in found


def test_variables_tell_of_the_services_that_were_there(suite: Suite) -> None:
    service = {"metadata": {"name": "fooservice"}, "spec": {"ports": [{"port": 8765, "targetPort": 8080}]}}
    address = suite.core.create_namespaced_service(suite.namespace, service).spec.cluster_ip
    found = set(printed(suite, {"image": BUSYBOX, "command": ["sh", "-c", "env"]}).splitlines())
    assert found >= {
        f"FOOSERVICE_SERVICE_HOST={address}",
        "FOOSERVICE_SERVICE_PORT=8765",
        f"FOOSERVICE_PORT=tcp://{address}:8765",
        f"FOOSERVICE_PORT_8765_TCP=tcp://{address}:8765",
        "FOOSERVICE_PORT_8765_TCP_PROTO=tcp",
        "FOOSERVICE_PORT_8765_TCP_PORT=8765",
        f"FOOSERVICE_PORT_8765_TCP_ADDR={address}",
    }
