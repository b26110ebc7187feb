"""Policies and webhooks decide about connections, too: exec, attach, port-forward, proxies."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.config import ClusterConfig
from cluster.kinds.webhooks.calling import Answer, Call, Unreachable
from cluster.store import calling
from cluster.world import World
from tests.api.asking import Client
from tests.kinds.test_policies import binding, policy
from tests.kinds.test_webhooks import configured, hook

PODS = "/api/v1/namespaces/default/pods"
POLICIES = "/apis/admissionregistration.k8s.io/v1"
POD: dict[str, Any] = {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}


def rule(*parts: str) -> dict[str, Any]:
    return {"operations": ["CONNECT"], "apiGroups": [""], "apiVersions": ["v1"], "resources": list(parts)}


async def bound(client: Client, *validations: dict[str, str], parts: tuple[str, ...]) -> None:
    made = await client.post(f"{POLICIES}/validatingadmissionpolicies", policy(*validations, rule=rule(*parts)))
    assert made.code == 201, made.json
    assert (await client.post(f"{POLICIES}/validatingadmissionpolicybindings", binding())).code == 201
    assert (await client.post(PODS, POD)).code == 201


@pytest.mark.parametrize(
    ("path", "expression", "denied"),
    [
        ("exec?command=sh&stdin=true", "object.command[0] != 'sh'", True),
        ("exec?command=ls", "object.command[0] != 'sh'", False),
        ("exec?command=ls&stdin=true", "!has(object.stdin)", True),
        ("attach?container=c", "object.container != 'c'", True),
        ("portforward?ports=80", "!(80 in object.ports)", True),
        ("proxy/x", "object.path != '/x'", True),
        ("proxy/y", "request.kind.kind == 'PodProxyOptions'", False),
        ("exec?command=ls", "request.operation == 'CONNECT' && request.subResource == 'exec'", False),
    ],
)
async def test_a_policy_is_asked_with_the_options(client: Client, path: str, expression: str, denied: bool) -> None:
    parts = ("pods/exec", "pods/attach", "pods/portforward", "pods/proxy")
    await bound(client, {"expression": expression, "message": "not like that"}, parts=parts)
    reply = await client.get(f"{PODS}/web/{path}")
    said = reply.json.get("message", "") if reply.body.startswith(b"{") else ""
    assert ("denied request: not like that" in said) is denied
    if denied:
        assert said.startswith('pods "web" is forbidden: ValidatingAdmissionPolicy')


async def test_a_webhook_is_asked_before_anybody_connects(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    def nobody(world: World, config: ClusterConfig, now: float, call: Call) -> Answer:
        asked.append(dict(call.review["request"]))
        raise Unreachable("no answer")

    monkeypatch.setattr(calling, "_current", nobody)
    assert (await client.post(PODS, POD)).code == 201
    made = configured(hook(rule=rule("pods/attach")))
    assert (await client.post(f"{POLICIES}/validatingwebhookconfigurations", made)).code == 201
    reply = await client.get(f"{PODS}/web/attach?container=c&stdin=true")
    assert (reply.code, reply.json["reason"]) == (500, "InternalError")
    (request,) = asked
    assert (request["operation"], request["name"], request["subResource"]) == ("CONNECT", "web", "attach")
    assert request["object"] == {"kind": "PodAttachOptions", "apiVersion": "v1", "stdin": True, "container": "c"}
    assert request["kind"] == {"group": "", "version": "v1", "kind": "PodAttachOptions"}
    assert (await client.get(f"{PODS}/web/exec?command=ls")).code == 400
    assert len(asked) == 1
