"""Reviews and what they are answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from cluster.access.reviews import Verified, answer
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import Obj
from tests.access.people import ANN, BOB, Person, binding, may, role, world

WORLD = world(
    role("reader", may("get list", "pods"), {"verbs": ["get"], "nonResourceURLs": ["/metrics"]}),
    binding("ann", "ClusterRole/reader", "User/ann"),
    binding("devs", "ClusterRole/gone", "Group/devs"),
)


def _verify(token: str, audiences: Sequence[str]) -> Verified:
    if token != "good":
        return Verified(error="invalid bearer token")
    return Verified(Person("bob", ("devs",), "u1", {"a": ("b",)}), audiences=tuple(audiences))


def _answer(kind: str, who: Person = ANN, **parts: Any) -> Obj:
    group = "authentication" if kind in ("SelfSubjectReview", "TokenReview") else "authorization"
    return answer({"apiVersion": f"{group}.k8s.io/v1", "kind": kind, **parts}, who, WORLD, _verify)


PODS = {"verb": "list", "resource": "pods", "namespace": "default"}
READS = 'RBAC: allowed by ClusterRoleBinding "ann" of ClusterRole "reader" to User "ann"'

STATUSES: list[tuple[str, Person, dict[str, Any], dict[str, Any]]] = [
    ("SelfSubjectReview", Person("bob", ("devs",), "u1", {"a": ("b",)}), {},
     {"userInfo": {"username": "bob", "uid": "u1", "groups": ["devs"], "extra": {"a": ["b"]}}}),
    ("SelfSubjectReview", ANN, {}, {"userInfo": {"username": "ann", "groups": ["system:authenticated"]}}),
    ("SelfSubjectAccessReview", ANN, {"spec": {"resourceAttributes": PODS}}, {"allowed": True, "reason": READS}),
    ("SelfSubjectAccessReview", ANN, {"spec": {"resourceAttributes": {**PODS, "verb": "delete"}}}, {"allowed": False}),
    ("SelfSubjectAccessReview", BOB, {"spec": {"resourceAttributes": PODS}},
     {"allowed": False, "reason": 'RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found'}),
    ("SelfSubjectAccessReview", ANN, {"spec": {"nonResourceAttributes": {"verb": "get", "path": "/metrics"}}},
     {"allowed": True, "reason": READS}),
    ("SelfSubjectAccessReview", Person("x", (), owner=True), {"spec": {"resourceAttributes": PODS}}, {"allowed": True}),
    ("SubjectAccessReview", BOB, {"spec": {"user": "ann", "resourceAttributes": PODS}},
     {"allowed": True, "reason": READS}),
    ("SubjectAccessReview", Person("x", (), owner=True), {"spec": {"user": "eve", "resourceAttributes": PODS}},
     {"allowed": False}),
    ("LocalSubjectAccessReview", BOB,
     {"metadata": {"namespace": "default"}, "spec": {"user": "ann", "resourceAttributes": PODS}},
     {"allowed": True, "reason": READS}),
    ("SelfSubjectRulesReview", ANN, {"spec": {"namespace": "default"}},
     {"resourceRules": [{"verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods"]}],
      "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/metrics"]}], "incomplete": False}),
    ("SelfSubjectRulesReview", BOB, {"spec": {"namespace": "default"}},
     {"resourceRules": [], "nonResourceRules": [], "incomplete": True,
      "evaluationError": 'clusterrole.rbac.authorization.k8s.io "gone" not found'}),
    ("TokenReview", ANN, {"spec": {"token": "good", "audiences": ["x"]}},
     {"authenticated": True, "audiences": ["x"],
      "user": {"username": "bob", "uid": "u1", "groups": ["devs"], "extra": {"a": ["b"]}}}),
    ("TokenReview", ANN, {"spec": {"token": "bad"}}, {"user": {}, "error": "invalid bearer token"}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "who", "parts", "status"), STATUSES, ids=[each[0] for each in STATUSES])
def test_answers(kind: str, who: Person, parts: dict[str, Any], status: dict[str, Any]) -> None:
    found = _answer(kind, who, **parts)
    assert found["status"] == status
    assert found["kind"] == kind
    assert found.get("spec") == parts.get("spec")
    assert found["metadata"] == {"creationTimestamp": None, **parts.get("metadata", {})}


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("SelfSubjectAccessReview", {"spec": {}},
     'SelfSubjectAccessReview.authorization.k8s.io "" is invalid: spec.resourceAttributes: Invalid value: null: '
     "exactly one of nonResourceAttributes or resourceAttributes must be specified"),
    ("SubjectAccessReview", {"spec": {"resourceAttributes": PODS}},
     'SubjectAccessReview.authorization.k8s.io "" is invalid: spec.user: Invalid value: "": at least one of user or '
     "group must be specified"),
    ("LocalSubjectAccessReview",
     {"metadata": {"namespace": "shop"}, "spec": {"user": "ann", "resourceAttributes": PODS}},
     'LocalSubjectAccessReview.authorization.k8s.io "" is invalid: spec.resourceAttributes.namespace: Invalid value: '
     '"default": must match metadata.namespace'),
    ("SelfSubjectRulesReview", {"spec": {}}, "no namespace on request"),
    ("TokenReview", {"spec": {}}, "token is required for TokenReview in authentication"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "parts", "message"), REFUSED, ids=[each[0] for each in REFUSED])
def test_what_cannot_be_answered(kind: str, parts: dict[str, Any], message: str) -> None:
    with pytest.raises(ApiError) as refused:
        _answer(kind, **parts)
    assert refused.value.message == message
