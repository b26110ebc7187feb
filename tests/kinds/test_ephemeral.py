"""Ephemeral containers: what `pods/ephemeralcontainers` takes, and what it refuses in which words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.intents import Patch
from cluster.kinds import key_of
from cluster.machinery.errors import Invalid, NoSubresource
from cluster.machinery.objects import Obj, copy
from cluster.store.effects import effect_of
from tests.kinds.sandbox import Sandbox

DEBUGGER = {"name": "debugger-abcde", "image": "busybox:1.28", "command": ["sh"], "stdin": True, "tty": True}


def _pod(sandbox: Sandbox, **spec: Any) -> Obj:
    containers = [{"name": "c", "image": "nginx"}]
    given = {"containers": containers, "initContainers": [{"name": "first", "image": "busybox"}], **spec}
    return sandbox.create({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": given})


def _with(pod: Obj, *containers: Obj) -> Obj:
    return {**pod, "spec": {**pod["spec"], "ephemeralContainers": list(containers)}}


def _added(sandbox: Sandbox, pod: Obj, *containers: Obj) -> Obj:
    return sandbox.update(_with(pod, *containers), "ephemeralcontainers")


def test_one_is_added_with_its_defaults() -> None:
    sandbox = Sandbox()
    stored = _added(sandbox, _pod(sandbox), DEBUGGER)
    assert stored["spec"]["ephemeralContainers"] == [
        {
            **DEBUGGER,
            "resources": {},
            "terminationMessagePath": "/dev/termination-log",
            "terminationMessagePolicy": "File",
            "imagePullPolicy": "IfNotPresent",
        }
    ]


def test_as_kubectl_debug_sends_it() -> None:
    sandbox = Sandbox()
    pod = _pod(sandbox)
    body = {"spec": {"ephemeralContainers": [{**DEBUGGER, "resources": {}, "targetContainerName": "c"}]}}
    effect = effect_of(Patch(key_of(pod), "strategic", body, "ephemeralcontainers"), sandbox.admission)
    assert effect.new is not None and effect.new["spec"]["ephemeralContainers"][0]["targetContainerName"] == "c"
    sandbox.world.put(key_of(pod), effect.new)
    second = {"spec": {"ephemeralContainers": [{**DEBUGGER, "name": "debugger-fghij"}]}}
    effect = effect_of(Patch(key_of(pod), "strategic", second, "ephemeralcontainers"), sandbox.admission)
    assert effect.new is not None
    assert {each["name"] for each in effect.new["spec"]["ephemeralContainers"]} == {"debugger-abcde", "debugger-fghij"}


def test_nothing_else_changes() -> None:
    sandbox = Sandbox()
    pod = _pod(sandbox)
    sent = copy(_with(pod, DEBUGGER))
    sent["spec"]["hostname"], sent["metadata"]["labels"] = "x", {"app": "x"}
    stored = sandbox.update(sent, "ephemeralcontainers")
    assert {**stored["spec"], "ephemeralContainers": None} == {**pod["spec"], "ephemeralContainers": None}
    assert "labels" not in stored["metadata"]


def test_the_same_again_changes_nothing() -> None:
    sandbox = Sandbox()
    stored = _added(sandbox, _pod(sandbox), DEBUGGER)
    assert sandbox.update(copy(stored), "ephemeralcontainers") is stored


REFUSED: list[tuple[Obj, str, str]] = [
    ({"name": "c"}, "spec.ephemeralContainers[0].name", 'Duplicate value: "c"'),
    ({"name": "first"}, "spec.ephemeralContainers[0].name", 'Duplicate value: "first"'),
    ({"name": ""}, "spec.ephemeralContainers[0].name", "Required value"),
    ({"image": ""}, "spec.ephemeralContainers[0].image", "Required value"),
    ({"targetContainerName": "x"}, "spec.ephemeralContainers[0].targetContainerName", 'Not found: "x"'),
    *(
        ({field: value}, f"spec.ephemeralContainers[0].{field}", "Forbidden: cannot be set for an Ephemeral Container")
        for field, value in (
            ("ports", [{"containerPort": 80}]),
            ("resources", {"limits": {"cpu": "1"}}),
            ("livenessProbe", {"exec": {"command": ["true"]}}),
            ("lifecycle", {"preStop": {"exec": {"command": ["true"]}}}),
        )
    ),
]


@pytest.mark.parametrize(("fields", "where", "words"), REFUSED, ids=[case[1][27:] + case[2][:9] for case in REFUSED])
def test_what_may_not_be_added(fields: Obj, where: str, words: str) -> None:
    sandbox = Sandbox()
    pod = _pod(sandbox)
    with pytest.raises(Invalid) as refused:
        _added(sandbox, pod, {**DEBUGGER, **fields})
    assert [(cause.field, cause.message) for cause in refused.value.causes] == [(where, words)]


def test_those_that_are_there_stay() -> None:
    sandbox = Sandbox()
    stored = _added(sandbox, _pod(sandbox), DEBUGGER)
    with pytest.raises(Invalid) as refused:
        _added(sandbox, stored)
    words = 'spec.ephemeralContainers: Forbidden: existing ephemeral containers "debugger-abcde" may not be removed\n'
    assert refused.value.message == f'Pod "p" is invalid: {words}'
    with pytest.raises(Invalid, match="may not be changed"):
        _added(sandbox, stored, {**stored["spec"]["ephemeralContainers"][0], "image": "alpine"})


def test_by_no_other_way() -> None:
    sandbox = Sandbox()
    with pytest.raises(Invalid, match=r"spec.ephemeralContainers: Forbidden: cannot be set on create"):
        _pod(sandbox, ephemeralContainers=[DEBUGGER])
    with pytest.raises(Invalid, match="pod updates may not change fields other than"):
        sandbox.update(_with(_pod(sandbox), DEBUGGER))
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    workload = {"selector": {"matchLabels": {"a": "b"}}, "template": _with(template, DEBUGGER)}
    with pytest.raises(Invalid, match="ephemeral containers not allowed in pod template"):
        sandbox.create({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": workload})


@pytest.mark.parametrize("subresource", ["resize", "log"])
def test_what_this_release_does_not_have(subresource: str) -> None:
    sandbox = Sandbox()
    with pytest.raises(NoSubresource, match="the server could not find the requested resource"):
        sandbox.update(copy(_pod(sandbox)), subresource)
