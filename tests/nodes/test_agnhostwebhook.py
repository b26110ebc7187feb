"""What agnhost says as a webhook: reviews in, reviews out."""

from __future__ import annotations

import base64
import math
from typing import Any

import orjson
import pytest

from cluster.machinery.objects import Obj
from cluster.nodes import agnhostwebhook, listening
from cluster.nodes.messages import Request, Response
from cluster.nodes.responses import respond

JSON = (("Content-Type", "application/json"),)


def container(*args: str) -> Obj:
    return {"name": "c", "image": "registry.k8s.io/e2e-test-images/agnhost:2.53", "args": list(args)}


def asked(path: str, request: dict[str, Any], *args: str, kind: str = "AdmissionReview") -> dict[str, Any]:
    review = {"kind": kind, "apiVersion": "x/v1", "request": {"uid": "u", **request}}
    found = respond(Request("POST", path, headers=JSON, body=orjson.dumps(review)), {}, container(*args), 443)
    assert found.status == 200
    answer = orjson.loads(found.body)
    assert (answer["kind"], answer["apiVersion"], answer["response"]["uid"]) == (kind, "x/v1", "u")
    return {part: value for part, value in answer["response"].items() if part != "uid"}


def admitted(path: str, obj: Obj | None, operation: str = "CREATE", *args: str, **more: Any) -> tuple[bool, Any]:
    """Whether it is allowed; the patch, or what is said of the refusal."""
    part = "oldObject" if operation == "DELETE" else "object"
    found = asked(path, {"operation": operation, part: obj, **more}, "webhook", *args)
    if "patch" in found:
        assert found["patchType"] == "JSONPatch"
        return found["allowed"], [(s["op"], s["path"]) for s in orjson.loads(base64.b64decode(found["patch"]))]
    status = found.get("status") or {}
    return found["allowed"], status.get("message") or status.get("reason")


def labelled(value: str, *containers: str) -> Obj:
    given = {"containers": [{"name": each} for each in containers]}
    return {"metadata": {"name": "web", "labels": {"webhook-e2e-test": value}}, "spec": given}


def data(**given: str) -> Obj:
    return {"metadata": {"name": "web"}, "data": given}


BAD, STUCK = {"webhook-e2e-test": "webhook-disallow"}, {"webhook-e2e-test": "webhook-nondeletable"}
ADMITTED: list[tuple[str, Obj | None, str, tuple[bool, Any]]] = [
    ("/always-deny", data(), "CREATE", (False, "this webhook denies all requests")),
    ("/always-allow-delay-5s", data(), "CREATE", (True, None)),
    ("/add-label", data(), "CREATE", (True, [("add", "/metadata/labels")])),
    ("/add-label", labelled("x"), "CREATE", (True, [("add", "/metadata/labels/added-label")])),
    (
        "/add-label",
        {"metadata": {"labels": {"added-label": "no"}}},
        "CREATE",
        (True, [("replace", "/metadata/labels/added-label")]),
    ),
    ("/add-label", {"metadata": {"labels": {"added-label": "yes"}}}, "CREATE", (True, None)),
    ("/pods", labelled("fine", "c"), "CREATE", (True, None)),
    (
        "/pods",
        labelled("webhook-disallow", "webhook-disallow"),
        "CREATE",
        (False, "the pod contains unwanted label; the pod contains unwanted container name;"),
    ),
    (
        "/mutating-pods",
        {"metadata": {"name": "webhook-to-be-mutated"}},
        "CREATE",
        (True, [("add", "/spec/initContainers")]),
    ),
    ("/mutating-pods", {"metadata": {"name": "other"}}, "CREATE", (True, None)),
    (
        "/mutating-pods-sidecar",
        labelled("x", "c"),
        "CREATE",
        (False, "No image specified by the sidecar-image parameter"),
    ),
    ("/configmaps", data(**BAD), "CREATE", (False, "the configmap contains unwanted key and value")),
    ("/configmaps", data(**BAD), "DELETE", (True, None)),
    (
        "/configmaps",
        data(**STUCK),
        "DELETE",
        (False, "the configmap cannot be deleted because it contains unwanted key and value"),
    ),
    ("/custom-resource", data(**BAD), "UPDATE", (False, "the custom resource contains unwanted data")),
    ("/mutating-configmaps", data(), "CREATE", (True, None)),
    ("/mutating-configmaps", data(**{"mutation-start": "yes"}), "CREATE", (True, [("add", "/data/mutation-stage-1")])),
    (
        "/mutating-custom-resource",
        data(**{"mutation-start": "yes", "mutation-stage-1": "yes"}),
        "CREATE",
        (True, [("add", "/data/mutation-stage-2")]),
    ),
    ("/crd", labelled("webhook-disallow"), "CREATE", (False, "the crd contains unwanted label")),
]


@pytest.mark.parametrize(("path", "obj", "operation", "said"), ADMITTED)
def test_what_is_admitted(path: str, obj: Obj | None, operation: str, said: tuple[bool, Any]) -> None:
    assert admitted(path, obj, operation) == said


def test_a_sidecar_is_added_once() -> None:
    wanted = [("add", "/spec/containers/-")]
    assert admitted("/mutating-pods-sidecar", labelled("x", "c"), "CREATE", "--sidecar-image=busybox") == (True, wanted)
    has = labelled("x", "webhook-added-sidecar")
    assert admitted("/mutating-pods-sidecar", has, "CREATE", "--sidecar-image=busybox") == (True, None)


def test_attaching_to_one_container_of_one_pod_is_denied() -> None:
    given = {"name": "to-be-attached-pod", "subResource": "attach"}
    options = {"stdin": True, "container": "container1"}
    said = (False, "attaching to pod 'to-be-attached-pod' is not allowed")
    assert admitted("/pods/attach", options, "CONNECT", **given) == said
    assert admitted("/pods/attach", {**options, "stdin": False}, "CONNECT", **given) == (True, None)
    assert admitted("/pods/attach", options, "CONNECT", **{**given, "name": "other"}) == (True, None)


def test_how_long_answers_take() -> None:
    assert agnhostwebhook.seconds("/always-allow-delay-5s", {}) == 5.0
    assert agnhostwebhook.seconds("/pods", {"request": {"object": labelled("wait-forever")}}) == math.inf
    assert agnhostwebhook.seconds("/pods", {"request": {"object": None}}) == 0.0


ONE, TWO = "stable.example.com/v1", "stable.example.com/v2"
CONVERTED: list[tuple[Obj, str, Obj | str]] = [
    ({"apiVersion": ONE, "hostPort": "a:80"}, TWO, {"apiVersion": TWO, "host": "a", "port": "80"}),
    ({"apiVersion": TWO, "host": "a", "port": "80"}, ONE, {"apiVersion": ONE, "hostPort": "a:80"}),
    ({"apiVersion": TWO, "port": "80"}, ONE, {"apiVersion": ONE, "hostPort": ":80"}),
    ({"apiVersion": ONE}, TWO, {"apiVersion": TWO}),
    ({"apiVersion": ONE, "hostPort": "a"}, TWO, "invalid hostPort value `a`"),
    ({"apiVersion": ONE}, ONE, f"conversion from a version to itself should not call the webhook: {ONE}"),
    ({"apiVersion": ONE}, "stable.example.com/v3", 'unexpected conversion version "stable.example.com/v3"'),
]


@pytest.mark.parametrize(("obj", "wanted", "said"), CONVERTED)
def test_conversions(obj: Obj, wanted: str, said: Obj | str) -> None:
    request = {"desiredAPIVersion": wanted, "objects": [obj]}
    found = asked("/crdconvert", request, "crd-conversion-webhook", kind="ConversionReview")
    if isinstance(said, str):
        assert found["result"] == {"metadata": {}, "status": "Failure", "message": said}
    else:
        assert found == {"convertedObjects": [said], "result": {"metadata": {}, "status": "Success"}}


def got(path: str, body: bytes = b"", headers: tuple[tuple[str, str], ...] = JSON) -> Response:
    return respond(Request("POST", path, headers=headers, body=body), {}, container("webhook"), 443)


def test_what_is_no_review() -> None:
    assert (got("/readyz").status, got("/readyz").body) == (200, b"ok")
    assert (got("/crdconvert").status, got("/crdconvert").text) == (404, "404 page not found\n")
    assert (got("/pods", b"{}", ()).status, got("/pods", b"{}", ()).body) == (200, b"")
    for body in (b"", b"{", b"[]", b"{}", b'{"kind":"Pod","request":{}}'):
        assert got("/pods", body).status == 400


@pytest.mark.parametrize(
    ("args", "port"),
    [(("webhook",), 443), (("webhook", "--port=8444"), 8444), (("crd-conversion-webhook", "--port", "9444"), 9444)],
)
def test_where_it_listens(args: tuple[str, ...], port: int) -> None:
    (found,) = listening.ports(container(*args))
    assert (found.number, found.speaks) == (port, "tls")
