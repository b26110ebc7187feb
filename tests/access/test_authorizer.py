"""Who may do what: each line of the tables is one request and the answer to it."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.access import Attributes, Decision, allowed, refusal, rules
from cluster.kinds import key_of
from tests.access.people import ANN, BOB, NOBODY, ROBOT, Person, binding, may, role, world
from tests.fidelity import golden

WORLD = world(
    role("reader", may("get list", "pods pods/log"), may("get", "configmaps", names="shown"), namespace="shop"),
    binding("ann-reads", "Role/reader", "User/ann", namespace="shop"),
    role("scaler", may("update", "*/scale", "apps"), may("*", "deployments", "apps")),
    binding("devs-scale", "ClusterRole/scaler", "Group/devs", namespace="shop"),
    role("looker", may("get list watch", "*", "*"), {"verbs": ["get"], "nonResourceURLs": ["/metrics", "/logs/*"]}),
    binding("robot-looks", "ClusterRole/looker", "ServiceAccount/shop/robot"),
    binding("robot-reads", "Role/reader", "ServiceAccount/robot", namespace="shop"),
    binding("lost", "ClusterRole/gone", "User/bob"),
)


def _asked(text: str) -> Attributes:
    """ "list pods in shop", "get apps/deployments/scale web in shop", "get /metrics"."""
    what, _, namespace = text.partition(" in ")
    verb, resource, *name = what.split(" ")
    if resource.startswith("/"):
        return Attributes(verb, path=resource)
    group = ""
    if resource.partition("/")[0] in ("apps", "batch"):
        group, _, resource = resource.partition("/")
    plural, _, subresource = resource.partition("/")
    return Attributes(verb, group, plural, subresource, namespace, *name)


ANSWERS: list[tuple[Person, str, bool]] = [
    (ANN, "list pods in shop", True),
    (ANN, "get pods web-0 in shop", True),
    (ANN, "get pods/log web-0 in shop", True),
    (ANN, "get pods/status web-0 in shop", False),
    (ANN, "delete pods web-0 in shop", False),
    (ANN, "list pods in default", False),
    (ANN, "list pods", False),
    (ANN, "get configmaps shown in shop", True),
    (ANN, "get configmaps hidden in shop", False),
    (ANN, "list configmaps in shop", False),
    (ANN, "get apps/pods web-0 in shop", False),
    (BOB, "update apps/deployments/scale web in shop", True),
    (BOB, "update apps/statefulsets/scale web in shop", True),
    (BOB, "get apps/statefulsets/scale web in shop", False),
    (BOB, "escalate apps/deployments web in shop", True),
    (BOB, "get apps/deployments web in default", False),
    (ROBOT, "watch apps/deployments", True),
    (ROBOT, "get secrets s in default", True),
    (ROBOT, "create secrets s in default", False),
    (ROBOT, "get /metrics", True),
    (ROBOT, "get /metrics/slis", False),
    (ROBOT, "get /logs/a/b", True),
    (ROBOT, "post /metrics", False),
    (Person("robot"), "list pods in shop", False),
    (Person("x", ("system:masters",)), "delete pods in shop", True),
    (Person("x", (), owner=True), "delete pods in shop", True),
]


@pytest.mark.parametrize(("who", "asked", "answer"), ANSWERS, ids=[f"{each[0].name}-{each[1]}" for each in ANSWERS])
def test_answers(who: Person, asked: str, answer: bool) -> None:
    assert allowed(WORLD, who, _asked(asked)).allowed is answer


REASONS = [
    (ANN, "list pods in shop", 'RBAC: allowed by RoleBinding "ann-reads/shop" of Role "reader" to User "ann"'),
    (BOB, "get apps/deployments web in shop",
     'RBAC: allowed by RoleBinding "devs-scale/shop" of ClusterRole "scaler" to Group "devs"'),
    (ROBOT, "list nodes",
     'RBAC: allowed by ClusterRoleBinding "robot-looks" of ClusterRole "looker" to ServiceAccount "robot/shop"'),
    (BOB, "list pods", 'RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found'),
    (ANN, "list pods", ""),
]  # fmt: skip


@pytest.mark.parametrize(("who", "asked", "reason"), REASONS)
def test_reasons(who: Person, asked: str, reason: str) -> None:
    assert allowed(WORLD, who, _asked(asked)).reason == reason


def test_a_change_of_a_role_holds_at_once() -> None:
    changing = world(role("reader", may("get", "pods")), binding("b", "ClusterRole/reader", "User/ann"))
    asked = _asked("get pods p in default")
    assert allowed(changing, ANN, asked).allowed
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "default"}}
    changing.put(key_of(pod), pod)
    assert allowed(changing, ANN, asked).allowed
    emptied = role("reader")
    changing.put(key_of(emptied), emptied)
    assert allowed(changing, ANN, asked) == Decision(False)


def test_all_that_one_may() -> None:
    found = rules(WORLD, ANN, "shop")
    assert found.resources == [
        {"verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods", "pods/log"]},
        {"verbs": ["get"], "apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["shown"]},
    ]
    assert rules(WORLD, ANN, "default").rules == ()
    assert rules(WORLD, ROBOT, "default").paths == [{"verbs": ["get"], "nonResourceURLs": ["/metrics", "/logs/*"]}]
    assert rules(WORLD, BOB, "default").missing == ('clusterrole.rbac.authorization.k8s.io "gone" not found',)


REFUSED = [
    (ANN, Attributes("list", "", "pods", namespace="default"),
     'pods is forbidden: User "ann" cannot list resource "pods" in API group "" in the namespace "default"',
     {"kind": "pods"}),
    (ANN, Attributes("create", "", "pods", "exec", "default", "web-0"),
     'pods "web-0" is forbidden: User "ann" cannot create resource "pods/exec" in API group "" in the namespace '
     '"default"', {"name": "web-0", "kind": "pods"}),
    (ANN, Attributes("list", "apps", "deployments"),
     'deployments.apps is forbidden: User "ann" cannot list resource "deployments" in API group "apps" at the cluster '
     "scope", {"group": "apps", "kind": "deployments"}),
    (NOBODY, Attributes("get", path="/api"),
     'forbidden: User "system:anonymous" cannot get path "/api"', {}),
]  # fmt: skip


@pytest.mark.parametrize(("who", "asked", "message", "details"), REFUSED)
def test_the_words_of_a_refusal(who: Person, asked: Attributes, message: str, details: dict[str, str]) -> None:
    assert refusal(who, asked).status() == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": "Forbidden",
        "details": details,
        "code": 403,
    }


def _recorded_refusals() -> list[dict[str, Any]]:
    found = [case for case in golden.cases("errors.json") if case.get("via") == "http"]
    return [case for case in found if str(case["name"]).startswith("anonymous ")]


@pytest.mark.skipif(bool(golden.absent("errors.json")), reason=golden.absent("errors.json"))
@pytest.mark.parametrize("case", _recorded_refusals(), ids=[case["name"] for case in _recorded_refusals()])
def test_nobody_may_what_nobody_may_there(case: dict[str, Any]) -> None:
    """The default roles give somebody unknown what they give there, and refuse in the same words."""
    steps = case["path"].strip("/").split("/")
    if steps[0] in ("api", "apis") and len(steps) > 2:
        rest = steps[2:]
        namespace, rest = (rest[1], rest[2:]) if rest[0] == "namespaces" and len(rest) > 2 else ("", rest)
        asked = Attributes("get" if len(rest) > 1 else "list", "", rest[0], "", namespace, *rest[1:2])
    else:
        asked = Attributes("get", path=case["path"])
    decision = allowed(world(defaults=True), NOBODY, asked)
    assert decision.allowed == (case["code"] == 200)
    if not decision.allowed:
        assert refusal(NOBODY, asked, decision.reason).status() == case["response"]
