"""Admission webhooks: which are asked, in which order, with what, and what becomes of their answers."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from cluster.config import ClusterConfig
from cluster.intents import Bind, Create, Delete, Evict, Patch
from cluster.kinds.webhooks import VALIDATING
from cluster.kinds.webhooks.calling import Answer, Call, Unreachable
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import CONFIG_MAPS, CUSTOM_DEFINITIONS, PODS, Obj, key
from cluster.world import World
from tests.controllers.street import Street
from tests.kinds.definitions import GROUP, crontab, definition, version

API = "admissionregistration.k8s.io/v1"
RULE = {"operations": ["*"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]}
MAP = key(CONFIG_MAPS, "default", "web")

Answering = Callable[[dict[str, Any]], dict[str, Any]]
"""From the request of a review to its response."""


def hook(called: str = "one", rule: dict[str, Any] | None = None, **more: Any) -> Obj:
    return {
        "name": f"{called}.example.com",
        "rules": [{**RULE, **(rule or {})}],
        "clientConfig": {"service": {"namespace": "hooks", "name": called, "path": f"/{called}"}},
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        **more,
    }


def configured(*hooks: Obj, kind: str = "Validating", called: str = "all") -> Obj:
    named = {"apiVersion": API, "kind": f"{kind}WebhookConfiguration", "metadata": {"name": called}}
    return {**named, "webhooks": list(hooks) or [hook()]}


def config_map(name: str = "web", labels: dict[str, str] | None = None, **data: str) -> Obj:
    metadata = {"name": name, "namespace": "default", **({"labels": labels} if labels else {})}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def allow(request: dict[str, Any]) -> dict[str, Any]:
    return {"allowed": True}


def patching(*steps: dict[str, Any]) -> Answering:
    patch = base64.b64encode(orjson.dumps(steps)).decode()
    return lambda request: {"allowed": True, "patchType": "JSONPatch", "patch": patch}


def adding(field: str, value: str) -> Answering:
    return patching({"op": "add", "path": f"/data/{field}", "value": value})


class Pods:
    """Answers in the place of pods, and remembers what it was asked."""

    def __init__(self, **answers: Answering) -> None:
        self.answers = answers
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, world: World, config: ClusterConfig, now: float, call: Call) -> Answer:
        request = call.review["request"]
        self.asked.append((call.service, orjson.loads(orjson.dumps(request))))
        if call.service not in self.answers:
            raise Unreachable(f'service "{call.service}" not found')
        response = {"uid": request["uid"], **self.answers[call.service](request)}
        review = {"kind": "AdmissionReview", "apiVersion": call.review["apiVersion"], "response": response}
        return Answer(200, orjson.dumps(review))

    @property
    def order(self) -> list[str]:
        return [called for called, _ in self.asked]


def street(*objects: Obj, **answers: Answering) -> tuple[Street, Pods]:
    made, pods = Street(), Pods(**answers)
    spaces = ({"name": "default"}, {"name": "test", "labels": {"environment": "test"}})
    made.create(*({"apiVersion": "v1", "kind": "Namespace", "metadata": each} for each in spaces), *objects)
    made.caller = pods
    return made, pods


def refused(made: Street, intent: Any) -> dict[str, Any]:
    with pytest.raises(ApiError) as error:
        made.do(intent)
    return error.value.status()


DENIALS = [
    ({"allowed": False}, 400, "", "without explanation"),
    ({"allowed": False, "status": {"message": "no"}}, 400, "", ": no"),
    ({"allowed": False, "status": {"reason": "too bad"}}, 400, "too bad", ": too bad"),
    ({"allowed": False, "status": {"message": "no", "code": 403, "reason": "Forbidden"}}, 403, "Forbidden", ": no"),
    ({"allowed": False, "status": {"message": "no", "code": 200}}, 400, "", ": no"),
]


@pytest.mark.parametrize(("response", "code", "reason", "said"), DENIALS)
def test_a_denial_has_the_webhooks_words_code_and_reason(
    response: dict[str, Any], code: int, reason: str, said: str
) -> None:
    made, _ = street(configured(), one=lambda request: response)
    status = refused(made, Create(config_map()))
    by = 'admission webhook "one.example.com" denied the request'
    assert status["message"] == (f"{by}{said}" if said.startswith(":") else f"{by} {said}")
    assert (status["code"], status.get("reason", "")) == (code, reason)
    assert MAP not in made.world


def test_the_question_is_the_request_with_its_objects() -> None:
    made, pods = street(configured(), one=allow)
    made.do(Create({**config_map(a="b"), "metadata": {"generateName": "web-", "namespace": "default"}}))
    _, request = pods.asked[0]
    assert request["operation"] == "CREATE"
    assert request["kind"] == {"group": "", "version": "v1", "kind": "ConfigMap"}
    assert request["resource"] == {"group": "", "version": "v1", "resource": "configmaps"}
    assert (request["namespace"], request["oldObject"]) == ("default", None)
    assert request["object"]["data"] == {"a": "b"}
    assert request["options"] == {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"}
    made.do(Create(config_map()))
    made.do(Delete(MAP))
    _, request = pods.asked[-1]
    assert (request["operation"], request["object"]) == ("DELETE", None)
    assert request["oldObject"]["metadata"]["name"] == request["name"] == "web"


MATCHED = [
    (hook(), True),
    (hook(rule={"operations": ["UPDATE", "DELETE"]}), False),
    (hook(rule={"apiGroups": ["apps"]}), False),
    (hook(rule={"resources": ["*/*"]}), True),
    (hook(rule={"resources": ["configmaps/status"]}), False),
    (hook(rule={"scope": "Cluster"}), False),
    (hook(namespaceSelector={"matchLabels": {"environment": "test"}}), False),
    (hook(objectSelector={"matchLabels": {"app": "web"}}), True),
    (hook(objectSelector={"matchLabels": {"app": "other"}}), False),
    (hook(matchConditions=[{"name": "a", "expression": "object.data.x == 'y'"}]), True),
    (hook(matchConditions=[{"name": "a", "expression": "request.userInfo.username == 'nobody'"}]), False),
    (hook(matchConditions=[{"name": "a", "expression": "object.data.none == 'y'"}], failurePolicy="Ignore"), False),
]


@pytest.mark.parametrize(("given", "asked"), MATCHED)
def test_which_are_asked(given: Obj, asked: bool) -> None:
    made, pods = street(configured(given), one=allow)
    made.do(Create(config_map(labels={"app": "web"}, x="y")))
    assert bool(pods.asked) is asked


def test_a_condition_without_a_value_refuses_where_the_webhook_must_be_asked() -> None:
    made, _ = street(configured(hook(matchConditions=[{"name": "a", "expression": "object.data.none == 'y'"}])))
    assert refused(made, Create(config_map(x="y")))["message"] == 'configmaps "web" is forbidden: no such key: none'


def test_silence_refuses_or_does_not_matter() -> None:
    made, pods = street(configured(hook("gone")))
    said = (
        'failed calling webhook "gone.example.com": failed to call webhook: Post '
        '"https://gone.hooks.svc:443/gone?timeout=10s": service "gone" not found'
    )
    status = refused(made, Create(config_map()))
    assert (status["code"], status["reason"]) == (500, "InternalError")
    assert status["message"] == f"Internal error occurred: {said}"
    assert status["details"] == {"causes": [{"message": said}]}
    made, pods = street(configured(hook("gone", failurePolicy="Ignore"), hook()), one=allow)
    made.do(Create(config_map()))
    assert pods.order == ["gone", "one"]


WRONG = [
    (Answer(404, b"404 page not found\n"), "failed to call webhook: the server could not find the requested resource"),
    (Answer(500, b"oh"),
     'failed to call webhook: an error on the server ("oh") has prevented the request from succeeding'),
    (Answer(200, b"<html>"), "failed to call webhook: couldn't get version/kind; json parse error: invalid character "
     "'<' looking for beginning of value"),
    (Answer(200, b"{}"), "received invalid webhook response: expected webhook response of admission.k8s.io/v1, "
     "Kind=AdmissionReview, got /, Kind="),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "said"), WRONG)
def test_an_answer_that_says_nothing(answer: Answer, said: str) -> None:
    made, _ = street(configured())
    made.caller = lambda world, config, now, call: answer
    message = refused(made, Create(config_map()))["message"]
    assert message == f'Internal error occurred: failed calling webhook "one.example.com": {said}'


def test_mutating_ones_go_by_the_names_of_their_configurations_and_see_each_others_changes() -> None:
    made, pods = street(
        configured(hook("b"), hook("a"), kind="Mutating", called="second"),
        configured(hook("c"), kind="Mutating", called="first"),
        a=adding("a", "1"),
        b=adding("b", "1"),
        c=adding("c", "1"),
    )
    stored = made.do(Create(config_map()))
    assert stored is not None
    assert stored["data"] == {"a": "1", "b": "1", "c": "1"}
    assert pods.order == ["c", "b", "a"]
    assert pods.asked[2][1]["object"]["data"] == {"b": "1", "c": "1"}


def test_one_is_asked_again_when_others_changed_the_object_after_it() -> None:
    again = hook("one", reinvocationPolicy="IfNeeded")
    for hooks, order in (
        ((again, hook("two")), ["one", "two", "one"]),
        ((hook("two"), again), ["two", "one"]),
        ((hook("one"), hook("two")), ["one", "two"]),
    ):
        made, pods = street(configured(*hooks, kind="Mutating"), one=allow, two=adding("x", "y"))
        made.do(Create(config_map()))
        assert pods.order == order


def test_a_changed_pod_gets_its_defaults_and_is_checked() -> None:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"containers": [{"name": "c", "image": "nginx"}]},
    }
    added = {"op": "add", "path": "/spec/initContainers", "value": [{"name": "init", "image": "busybox:1"}]}
    rule = {"resources": ["pods"]}
    made, _ = street(configured(hook(rule=rule), kind="Mutating"), one=patching(added))
    stored = made.do(Create(pod))
    assert stored is not None
    (init,) = stored["spec"]["initContainers"]
    assert (init["imagePullPolicy"], init["terminationMessagePath"]) == ("IfNotPresent", "/dev/termination-log")
    mounted = {mount["name"] for each in (init, *stored["spec"]["containers"]) for mount in each["volumeMounts"]}
    assert mounted == {each["name"] for each in stored["spec"]["volumes"]}
    assert len(mounted) == 1
    nameless = {**added, "value": [{"image": "busybox"}]}
    made, _ = street(configured(hook(rule=rule), kind="Mutating"), one=patching(nameless))
    assert "spec.initContainers[0].name: Required value" in refused(made, Create(pod))["message"]
    assert key(PODS, "default", "web") not in made.world


def test_a_patch_that_does_not_apply_is_told() -> None:
    made, _ = street(configured(kind="Mutating"), one=patching({"op": "remove", "path": "/data/none"}))
    assert "webhook one.example.com: its patch does not apply" in refused(made, Create(config_map()))["message"]


def test_updates_are_changed_and_their_names_are_not() -> None:
    renamed = {"op": "replace", "path": "/metadata/name", "value": "other"}
    patch = patching({"op": "add", "path": "/data/seen", "value": "yes"}, renamed)
    made, _ = street(configured(hook(rule={"operations": ["UPDATE"]}), kind="Mutating"), one=patch)
    made.do(Create(config_map(a="b")))
    stored = made.do(Patch(MAP, "merge", {"data": {"a": "c"}}))
    assert stored is not None
    assert (stored["data"], stored["metadata"]["name"]) == ({"a": "c", "seen": "yes"}, "web")


def test_warnings_are_passed_on() -> None:
    made, _ = street(configured(), one=lambda request: {"allowed": True, "warnings": ["think again"]})
    made.do(Create(config_map()))
    assert made.warned == ["think again"]


def test_nobody_is_asked_about_the_configurations_themselves() -> None:
    every = {"apiGroups": ["*"], "apiVersions": ["*"], "resources": ["*"]}
    made, pods = street(configured(hook(rule=every)), one=lambda request: {"allowed": False})
    made.create(configured(called="other"))
    made.do(Delete(key(VALIDATING, "", "all")))
    assert pods.asked == []


def test_custom_objects_are_pruned_again_and_seen_in_the_version_that_is_asked_for() -> None:
    schema = {"properties": {"data": {"type": "object", "additionalProperties": {"type": "string"}}}}
    defined = definition(version(schema, "v1", storage=False), version(schema, "v2"))
    defined = {
        **defined,
        "status": {
            "acceptedNames": defined["spec"]["names"],
            "conditions": [{"type": "Established", "status": "True"}],
        },
    }
    rule = {"apiGroups": [GROUP], "apiVersions": ["v1"], "resources": ["crontabs"]}
    steps = ({"op": "add", "path": "/data/a", "value": "1"}, {"op": "add", "path": "/strange", "value": "x"})
    made, pods = street(configured(hook(rule=rule), kind="Mutating"), one=patching(*steps))
    made.caller = None
    made.create(defined)
    where = next(each for each in made.world.bucket(CUSTOM_DEFINITIONS, ""))
    made.do(Patch(where, "merge", {"status": defined["status"]}, "status"))
    made.caller = pods
    stored = made.do(Create(crontab(data={"b": "2"})))
    assert stored is not None
    assert pods.asked[0][1]["object"]["apiVersion"] == f"{GROUP}/v1"
    assert (stored["apiVersion"], stored["data"]) == (f"{GROUP}/v2", {"a": "1", "b": "2"})
    assert "strange" not in stored


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("object.kind ==", "compilation failed: "),
        ("nobody.name == 'x'", "compilation failed: "),
        ("'text'", "must evaluate to bool"),
    ],
)
def test_a_condition_that_is_none_is_refused(expression: str, said: str) -> None:
    made = Street()
    status = refused(made, Create(configured(hook(matchConditions=[{"name": "a", "expression": expression}]))))
    assert status["code"] == 422
    assert "webhooks[0].matchConditions[0].expression: Invalid value: " in status["message"]
    assert said in status["message"]


def test_a_binding_and_an_eviction_are_what_webhooks_see_of_them() -> None:
    rule = {"resources": ["pods", "pods/binding", "pods/eviction"], "operations": ["CREATE", "DELETE"]}
    made, pods = street(configured(hook(rule=rule)), configured(hook(rule=rule), kind="Mutating"), one=allow)
    made.caller = None
    made.create(
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1"}},
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": "default", "namespace": "default"},
        },
    )
    made.caller = pods
    pod = {"name": "c", "image": "nginx"}
    metadata = {"name": "web", "namespace": "default"}
    made.do(Create({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [pod]}}))
    where = key(PODS, "default", "web")
    pods.asked.clear()
    made.do(Bind(where, "", "node-1"))
    made.do(Evict(where))
    told = [
        (each["operation"], each["subResource"], each["kind"]["kind"], each["object"]["kind"]) for _, each in pods.asked
    ]
    assert (
        told == [("CREATE", "binding", "Binding", "Binding")] * 2 + [("CREATE", "eviction", "Eviction", "Eviction")] * 2
    )
    assert pods.asked[0][1]["object"]["target"] == {"kind": "Node", "name": "node-1"}
