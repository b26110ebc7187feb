"""Custom objects that a webhook converts: written in one version, stored in another, read in any."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from cluster.config import ClusterConfig
from cluster.controllers import customresources
from cluster.intents import Create, Patch
from cluster.kinds import conversion
from cluster.kinds.webhooks.calling import Answer, Call, Unreachable
from cluster.kinds.webhooks.converting import NotConverted, converter
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import CUSTOM_DEFINITIONS, GroupResource, Obj, key
from cluster.nodes.messages import Request
from cluster.nodes.responses import respond
from cluster.world import World
from tests.controllers.street import Street
from tests.kinds.definitions import GROUP, crontab, definition, version
from tests.kinds.test_webhooks import RULE, configured, hook

CRONTABS = GroupResource(GROUP, "crontabs")
MY = key(CRONTABS, "default", "my")
ONE = version({"properties": {"hostPort": {"type": "string"}}}, "v1")
TWO = version({"properties": {"host": {"type": "string"}, "port": {"type": "string"}}}, "v2", storage=False)
AGNHOST = {"name": "c", "image": "registry.k8s.io/e2e-test-images/agnhost:2.53", "args": ["crd-conversion-webhook"]}


def defined(*versions: dict[str, Any]) -> Obj:
    made = definition(*versions)
    client = {"service": {"namespace": "hooks", "name": "convert", "path": "/crdconvert"}}
    made["spec"]["conversion"] = {
        "strategy": "Webhook",
        "webhook": {"clientConfig": client, "conversionReviewVersions": ["v1"]},
    }
    return made


def agnhost(world: World, config: ClusterConfig, now: float, call: Call) -> Answer:
    assert call.address == "https://convert.hooks.svc:443/crdconvert?timeout=30s"
    headers = (("Content-Type", "application/json"),)
    said = respond(Request("POST", "/crdconvert", headers=headers, body=orjson.dumps(call.review)), {}, AGNHOST, 443)
    return Answer(said.status, said.body)


def street(*versions: dict[str, Any]) -> Street:
    made = Street(customresources.CONTROLLER)
    made.caller = agnhost
    made.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}})
    made.create(defined(*(versions or (ONE, TWO))))
    made.rest()
    return made


def read(made: Street, api: str) -> Obj:
    found = made.world.get(MY)
    assert found is not None
    with conversion.converting(converter(lambda: made.world, made.config, lambda: made.now, made.caller)):
        return conversion.shown(found, f"{GROUP}/{api}")


def content(obj: Obj) -> dict[str, Any]:
    return {part: value for part, value in obj.items() if part not in ("apiVersion", "kind", "metadata")}


def test_it_is_read_in_either_version() -> None:
    made = street()
    made.do(Create(crontab(hostPort="a:80")))
    assert content(read(made, "v1")) == {"hostPort": "a:80"}
    seen = read(made, "v2")
    assert (seen["apiVersion"], content(seen)) == (f"{GROUP}/v2", {"host": "a", "port": "80"})
    assert seen["metadata"] == (made.world.get(MY) or {})["metadata"]


def test_it_is_written_in_either_version_by_that_ones_schema() -> None:
    made = street()
    stored = made.do(Create(crontab(api="v2", host="a", port="80", hostPort="pruned")))
    assert stored is not None
    assert (stored["apiVersion"], content(stored)) == (f"{GROUP}/v1", {"hostPort": "a:80"})
    changed = made.do(Patch(MY, "merge", {"port": "81"}, api_version=f"{GROUP}/v2"))
    assert changed is not None
    assert (changed["apiVersion"], content(changed)) == (f"{GROUP}/v1", {"hostPort": "a:81"})
    with pytest.raises(ApiError, match="host: Invalid value"):
        made.do(Create(crontab("other", api="v2", host=1)))


def test_what_changes_nothing_writes_nothing() -> None:
    made = street()
    made.do(Create(crontab(hostPort="a:80")))
    revision = made.world.revision
    made.do(Patch(MY, "merge", {"port": "80"}, api_version=f"{GROUP}/v2"))
    assert made.world.revision == revision


def test_objects_of_the_version_that_was_stored_before_stay_and_move_on_when_they_are_written() -> None:
    made = street()
    made.do(Create(crontab(hostPort="a:80")))
    where = key(CUSTOM_DEFINITIONS, "", f"crontabs.{GROUP}")
    moved = {"spec": {"versions": [{**ONE, "storage": False}, {**TWO, "storage": True}]}}
    made.do(Patch(where, "merge", moved))
    made.rest()
    made.do(Create(crontab("new", api="v2", host="b", port="90")))
    assert [(each["apiVersion"], content(each)) for each in made.world.list(CRONTABS)] == [
        (f"{GROUP}/v1", {"hostPort": "a:80"}),
        (f"{GROUP}/v2", {"host": "b", "port": "90"}),
    ]
    assert content(read(made, "v2")) == {"host": "a", "port": "80"}
    stored = made.do(Patch(MY, "merge", {"metadata": {"labels": {"a": "b"}}}, api_version=f"{GROUP}/v1"))
    assert stored is not None
    assert (stored["apiVersion"], content(stored)) == (f"{GROUP}/v2", {"host": "a", "port": "80"})


def test_admission_webhooks_see_the_version_they_ask_for() -> None:
    made = street()
    seen: list[Obj] = []

    def both(world: World, config: ClusterConfig, now: float, call: Call) -> Answer:
        if call.service == "convert":
            return agnhost(world, config, now, call)
        request = call.review["request"]
        seen.append(request["object"])
        response = {"uid": request["uid"], "allowed": True}
        return Answer(200, orjson.dumps({**call.review, "response": response}))

    made.caller = both
    rule = {**RULE, "apiGroups": [GROUP], "apiVersions": ["v2"], "resources": ["crontabs"]}
    made.create(configured(hook(rule=rule)))
    made.do(Create(crontab(hostPort="a:80")))
    assert (seen[0]["apiVersion"], content(seen[0])) == (f"{GROUP}/v2", {"host": "a", "port": "80"})


def test_what_the_webhook_refuses_is_told_and_nothing_is_stored() -> None:
    made = street(TWO | {"storage": True}, ONE | {"storage": False})
    with pytest.raises(NotConverted) as refused:
        made.do(Create(crontab(hostPort="nonsense")))
    assert refused.value.message == (
        f"conversion webhook for {GROUP}/v1, Kind=CronTab failed: invalid hostPort value `nonsense`"
    )
    assert refused.value.code == 500
    assert MY not in made.world


def test_silence_is_told() -> None:
    made = street()
    made.do(Create(crontab(hostPort="a:80")))

    def nobody(world: World, config: ClusterConfig, now: float, call: Call) -> Answer:
        raise Unreachable('service "convert" not found')

    made.caller = nobody
    with pytest.raises(NotConverted) as refused:
        read(made, "v2")
    assert refused.value.message == (
        f"conversion webhook for {GROUP}/v1, Kind=CronTab failed: Post "
        '"https://convert.hooks.svc:443/crdconvert?timeout=30s": service "convert" not found'
    )
    assert content(read(made, "v1")) == {"hostPort": "a:80"}
