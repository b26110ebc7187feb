"""The FlowSchemas and PriorityLevelConfigurations of a new cluster, as v1.32 has them.

`MANDATORY` are always as they are here; the others are suggestions, which somebody may take over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from cluster.machinery.objects import Obj, copy

_API_VERSION = "flowcontrol.apiserver.k8s.io/v1"
AUTO_UPDATE = "apf.kubernetes.io/autoupdate-spec"
"""An annotation: "true" has the spec put right again, "false" leaves it to whoever changed it."""
MANDATORY = ("catch-all", "exempt")

_LIMITED: Mapping[str, tuple[int, int, tuple[int, int] | None]] = {
    "catch-all": (5, 0, None),
    "global-default": (20, 50, (128, 6)),
    "leader-election": (10, 0, (16, 4)),
    "node-high": (40, 25, (64, 6)),
    "system": (30, 33, (64, 6)),
    "workload-high": (40, 50, (128, 6)),
    "workload-low": (100, 90, (128, 6)),
}
"""Level -> shares, percent that may be lent, queues and how many of them a flow is dealt (None: it rejects)."""
_QUEUE_LENGTH = 50

_EVERYBODY = ("Group system:unauthenticated", "Group system:authenticated")
_SYSTEM_ACCOUNTS = "ServiceAccount *"
_LEASES = ("get create update", "coordination.k8s.io", "leases", False)
_SCHEMAS: Sequence[tuple[str, int, str, str, Sequence[str], Sequence[tuple[str, str, str, bool]]]] = (
    ("exempt", 1, "exempt", "", ("Group system:masters",), ()),
    ("probes", 2, "exempt", "", _EVERYBODY, ()),
    (
        "system-leader-election",
        100,
        "leader-election",
        "ByUser",
        ("User system:kube-controller-manager", "User system:kube-scheduler", _SYSTEM_ACCOUNTS),
        (_LEASES,),
    ),
    (
        "endpoint-controller",
        150,
        "workload-high",
        "ByUser",
        (
            "User system:kube-controller-manager",
            "ServiceAccount endpoint-controller",
            "ServiceAccount endpointslicemirroring-controller",
        ),
        (("get create update", "", "endpoints", False),),
    ),
    ("workload-leader-election", 200, "leader-election", "ByUser", (_SYSTEM_ACCOUNTS,), (_LEASES,)),
    (
        "system-node-high",
        400,
        "node-high",
        "ByUser",
        ("Group system:nodes",),
        (("*", "", "nodes nodes/status", True), ("*", "coordination.k8s.io", "leases", False)),
    ),
    ("system-nodes", 500, "system", "ByUser", ("Group system:nodes",), ()),
    ("kube-controller-manager", 800, "workload-high", "ByNamespace", ("User system:kube-controller-manager",), ()),
    ("kube-scheduler", 800, "workload-high", "ByNamespace", ("User system:kube-scheduler",), ()),
    ("kube-system-service-accounts", 900, "workload-high", "ByNamespace", (_SYSTEM_ACCOUNTS,), ()),
    ("service-accounts", 9000, "workload-low", "ByUser", ("Group system:serviceaccounts",), ()),
    ("global-default", 9900, "global-default", "ByUser", _EVERYBODY, ()),
    ("catch-all", 10_000, "catch-all", "ByUser", _EVERYBODY, ()),
)
"""Name, precedence, level, what flows are told apart by, subjects, and what is asked (nothing said: all)."""


def _made(kind: str, name: str, given: Obj) -> Obj:
    metadata = {"name": name, "annotations": {AUTO_UPDATE: "true"}}
    return {"apiVersion": _API_VERSION, "kind": kind, "metadata": metadata, "spec": given}


def _level(name: str) -> Obj:
    if name not in _LIMITED:
        return {"type": "Exempt", "exempt": {"nominalConcurrencyShares": 0, "lendablePercent": 0}}
    shares, lent, queued = _LIMITED[name]
    response: Obj = {"type": "Reject"}
    if queued is not None:
        queues, hand = queued
        response = {
            "type": "Queue",
            "queuing": {"queues": queues, "handSize": hand, "queueLengthLimit": _QUEUE_LENGTH},
        }
    limited = {"nominalConcurrencyShares": shares, "lendablePercent": lent, "limitResponse": response}
    return {"type": "Limited", "limited": limited}


def _subject(text: str) -> Obj:
    kind, name = text.split()
    if kind == "ServiceAccount":
        return {"kind": kind, "serviceAccount": {"name": name, "namespace": "kube-system"}}
    return {"kind": kind, kind.lower(): {"name": name}}


def _asked(name: str, rules: Sequence[tuple[str, str, str, bool]]) -> dict[str, list[dict[str, Any]]]:
    if name == "probes":
        return {"nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/healthz", "/readyz", "/livez"]}]}
    every = {"nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}]} if not rules else {}
    found = [
        {
            "verbs": verbs.split(),
            "apiGroups": [group],
            "resources": resources.split(),
            **({"clusterScope": True} if outside else {}),
            "namespaces": ["*"],
        }
        for verbs, group, resources, outside in rules or (("*", "*", "*", True),)
    ]
    return {"resourceRules": found, **every}


@cache
def _all() -> tuple[Obj, ...]:
    levels = [_made("PriorityLevelConfiguration", name, _level(name)) for name in ("exempt", *_LIMITED)]
    schemas = []
    for name, place, level, told_apart, subjects, rules in _SCHEMAS:
        given: Obj = {
            "priorityLevelConfiguration": {"name": level},
            "matchingPrecedence": place,
            **({"distinguisherMethod": {"type": told_apart}} if told_apart else {}),
            "rules": [{"subjects": [_subject(each) for each in subjects], **_asked(name, rules)}],
        }
        schemas.append(_made("FlowSchema", name, given))
    return (*levels, *schemas)


def flow_control() -> list[Obj]:
    """Levels before schemas, each a copy of its own."""
    return [copy(each) for each in _all()]
