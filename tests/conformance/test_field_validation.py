"""[sig-api-machinery] FieldValidation: what a client asks to have refused, over the wire and byte by byte."""

from __future__ import annotations

import orjson
import pytest

from tests.conformance.suite import APPLY, Suite

DEPLOYMENT = """{
  "apiVersion": "apps/v1", "kind": "Deployment",
  "metadata": {"name": "my-dep", "unknownMeta": "x", "labels": {"app": "nginx"}},
  "spec": {
    "unknown1": "val1", "unknownDupe": "valDupe", "unknownDupe": "valDupe2", "paused": true, "paused": false,
    "selector": {"matchLabels": {"app": "nginx"}},
    "template": {
      "metadata": {"labels": {"app": "nginx"}, "unknownMeta": "x"},
      "spec": {"containers": [{"name": "nginx", "image": "nginx", "unknownNested": "val1",
        "imagePullPolicy": "Always", "imagePullPolicy": "Never"}]}
    }
  }
}"""
FOUND = [
    'unknown field "metadata.unknownMeta"',
    'unknown field "spec.unknown1"',
    'unknown field "spec.unknownDupe"',
    'duplicate field "spec.paused"',
    'unknown field "spec.template.metadata.unknownMeta"',
    'unknown field "spec.template.spec.containers[0].unknownNested"',
    'duplicate field "spec.template.spec.containers[0].imagePullPolicy"',
]


def send(suite: Suite, method: str, path: str, body: bytes, media: str) -> tuple[int, str]:
    """(code, answer) of a request whose body is sent as it stands."""
    answer = suite.ask(method, path, body or None, media)
    return answer.code, answer.text


@pytest.mark.parametrize("validation", ["Strict", "Warn"])
def test_should_detect_unknown_and_duplicate_fields_of_a_typed_object(suite: Suite, validation: str) -> None:
    path = f"/apis/apps/v1/namespaces/{suite.namespace}/deployments?fieldValidation={validation}&dryRun=All"
    code, answer = send(suite, "POST", path, DEPLOYMENT.encode(), "application/json")
    if validation == "Warn":
        assert code == 201
        assert "unknown" not in answer
        return
    assert code == 400
    assert orjson.loads(answer)["message"] == (
        'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: ' + ", ".join(FOUND)
    )


@pytest.fixture
def crontabs(suite: Suite, request: pytest.FixtureRequest) -> str:
    """The path of objects of a kind of their own; the parameter is its schema."""
    group = f"{suite.namespace}.example.com"
    names = {"plural": "crontabs", "singular": "crontab", "kind": "CronTab", "listKind": "CronTabList"}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": request.param}}
    spec = {"group": group, "scope": "Namespaced", "names": names, "versions": [version]}
    body = {"metadata": {"name": f"crontabs.{group}"}, "spec": spec}
    made = orjson.dumps({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", **body})
    code, answer = send(
        suite, "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", made, "application/json"
    )
    assert code == 201, answer
    path = f"/apis/{group}/v1/namespaces/{suite.namespace}/crontabs"
    suite.until(lambda: send(suite, "GET", path, b"", "application/json")[0] == 200)
    return path


OPEN = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
CLOSED = {
    "type": "object",
    "properties": {"spec": {"type": "object", "properties": {"cronSpec": {"type": "string"}}}},
}


def crontab(path: str, spec: str, metadata: str = "") -> bytes:
    group = path.split("/")[2]
    return (
        f'{{"apiVersion": "{group}/v1", "kind": "CronTab", "metadata": {{"name": "c"{metadata}}}, "spec": {spec}}}'
    ).encode()


@pytest.mark.parametrize("crontabs", [OPEN], indirect=True)
def test_should_apply_a_cr_with_unknown_fields_where_nothing_is_said(suite: Suite, crontabs: str) -> None:
    body = crontab(crontabs, '{"cronSpec": "* * * * *", "anything": {"goes": 1}}')
    code, answer = send(suite, "PATCH", f"{crontabs}/c?fieldManager=m&fieldValidation=Strict", body, APPLY)
    assert code == 201, answer
    assert orjson.loads(answer)["spec"]["anything"] == {"goes": 1}


@pytest.mark.parametrize("crontabs", [CLOSED], indirect=True)
def test_should_refuse_a_cr_with_extra_properties(suite: Suite, crontabs: str) -> None:
    body = crontab(crontabs, '{"cronSpec": "* * * * *", "extra": 1}')
    code, answer = send(suite, "PATCH", f"{crontabs}/c?fieldManager=m&fieldValidation=Strict", body, APPLY)
    assert code == 500
    assert ".spec.extra: field not declared in schema" in orjson.loads(answer)["message"]
    code, answer = send(suite, "POST", f"{crontabs}?fieldValidation=Strict", body, "application/json")
    assert code == 400
    assert 'strict decoding error: unknown field "spec.extra"' in orjson.loads(answer)["message"]


@pytest.mark.parametrize("crontabs", [OPEN], indirect=True)
def test_should_detect_duplicates_in_a_cr_and_unknown_metadata(suite: Suite, crontabs: str) -> None:
    body = crontab(crontabs, '{"a": 1, "a": 2}', ', "unknownMeta": "x"')
    code, answer = send(suite, "POST", f"{crontabs}?fieldValidation=Strict", body, "application/json")
    assert code == 400
    message = orjson.loads(answer)["message"]
    assert 'unknown field "metadata.unknownMeta"' in message
    assert 'duplicate field "spec.a"' in message
