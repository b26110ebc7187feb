"""What agnhost's `webhook` and `crd-conversion-webhook` answer: the reviews of Kubernetes' own tests. Pure.

How long an answer takes is said apart (`seconds`), since a page has no time.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from cluster.machinery.objects import Obj, labels, name, spec
from cluster.nodes import agnhost
from cluster.nodes.messages import Exchange, Response, text

_SLOW = "/always-allow-delay-5s"
_TEST = "webhook-e2e-test"
_STAGES = ("mutation-start", "mutation-stage-1", "mutation-stage-2")
_SIDECAR, _INIT = "webhook-added-sidecar", "webhook-added-init-container"

Asked = Mapping[str, Any]
"""The `request` of an AdmissionReview."""
Said = dict[str, Any]


def seconds(path: str, review: Mapping[str, Any]) -> float:
    """How long the answer to that review takes."""
    if path == _SLOW:
        return 5.0
    found = (review.get("request") or {}).get("object") or {}
    return math.inf if path == "/pods" and labels(found).get(_TEST) == "wait-forever" else 0.0


def webhook(asked: Exchange) -> Response:
    return _served(asked, "AdmissionReview", _PAGES, _admission)


def conversion(asked: Exchange) -> Response:
    return _served(asked, "ConversionReview", {"/crdconvert": _converted}, lambda page, review, words: page(review))


def _served(
    asked: Exchange,
    kind: str,
    pages: Mapping[str, Callable[..., Said]],
    answered: Callable[[Callable[..., Said], Asked, list[str]], Said],
) -> Response:
    if asked.path == "/readyz":
        return text("ok")
    page = pages.get(asked.path)
    if page is None:
        return text("404 page not found\n", 404)
    if not asked.request.header("Content-Type").startswith("application/json"):
        return text("")
    try:
        review = orjson.loads(asked.request.body)
        request = review["request"]
        if review["kind"] != kind:
            return text(f"Unsupported group version kind: {review.get('apiVersion')}, Kind={review['kind']}\n", 400)
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        return text(f"Request could not be decoded: {error}\n", 400)
    said = {"uid": request.get("uid", ""), **answered(page, request, agnhost.words(asked.container))}
    body = orjson.dumps({"kind": kind, "apiVersion": review.get("apiVersion"), "response": said})
    return text(body, 200, "application/json")


# -- admission ---------------------------------------------------------------------------------------------------


def _admission(page: Callable[..., Said], request: Asked, words: list[str]) -> Said:
    return page(request, words) if page is _with_sidecar else page(request)


def _allowed(*patch: Mapping[str, Any]) -> Said:
    if not patch:
        return {"allowed": True}
    return {
        "allowed": True,
        "patchType": "JSONPatch",
        "patch": base64.b64encode(orjson.dumps(patch)).decode(),
    }


def _denied(**result: Any) -> Said:
    return {"allowed": False, "status": {"metadata": {}, **result}}


def _object(request: Asked) -> Obj:
    deleted = request.get("operation") == "DELETE"
    return (request.get("oldObject") if deleted else request.get("object")) or {}


def _add_label(request: Asked) -> Said:
    present = labels(_object(request))
    if not present:
        return _allowed({"op": "add", "path": "/metadata/labels", "value": {"added-label": "yes"}})
    if present.get("added-label") == "yes":
        return _allowed()
    how = "replace" if "added-label" in present else "add"
    return _allowed({"op": how, "path": "/metadata/labels/added-label", "value": "yes"})


def _pods(request: Asked) -> Said:
    pod = _object(request)
    found = []
    if labels(pod).get(_TEST) == "webhook-disallow":
        found.append("the pod contains unwanted label;")
    found += [
        "the pod contains unwanted container name;"
        for container in spec(pod).get("containers") or ()
        if "webhook-disallow" in str(container.get("name"))
    ]
    return _denied(message=" ".join(found)) if found else _allowed()


def _attaching(request: Asked) -> Said:
    options = request.get("object") or {}
    if request.get("name") != "to-be-attached-pod":
        return _allowed()
    if request.get("subResource") != "attach":
        return _denied(message=f"expect subresource to be attach, got {request.get('subResource')}")
    if not options.get("stdin") or options.get("container") != "container1":
        return _allowed()
    return _denied(message="attaching to pod 'to-be-attached-pod' is not allowed")


def _has(containers: Sequence[Obj] | None, called: str) -> bool:
    return any(each.get("name") == called for each in containers or ())


def _mutating_pods(request: Asked) -> Said:
    pod = _object(request)
    if name(pod) != "webhook-to-be-mutated" or _has(spec(pod).get("initContainers"), _INIT):
        return _allowed()
    added = {"image": "webhook-added-image", "name": _INIT, "resources": {}}
    return _allowed({"op": "add", "path": "/spec/initContainers", "value": [added]})


def _with_sidecar(request: Asked, words: list[str]) -> Said:
    image = agnhost.flag(words, "sidecar-image")
    if not image:
        message = "No image specified by the sidecar-image parameter"
        return _denied(status="Failure", message=message, code=500)
    if _has(spec(_object(request)).get("containers"), _SIDECAR):
        return _allowed()
    added = {"image": image, "name": _SIDECAR, "resources": {}}
    return _allowed({"op": "add", "path": "/spec/containers/-", "value": added})


def _judged(what: str, unwanted: str) -> Callable[[Asked], Said]:
    """Deny what has the word for it in its data."""

    def judge(request: Asked) -> Said:
        word = (_object(request).get("data") or {}).get(_TEST)
        operation = request.get("operation")
        if word == "webhook-disallow" and operation in ("CREATE", "UPDATE"):
            return _denied(reason=f"the {what} contains {unwanted}")
        if word == "webhook-nondeletable" and operation == "DELETE":
            return _denied(reason=f"the {what} cannot be deleted because it contains unwanted key and value")
        return _allowed()

    return judge


def _staged(request: Asked) -> Said:
    """Each stage adds the next."""
    data = _object(request).get("data") or {}
    stage = 2 if data.get(_STAGES[1]) == "yes" else 1 if data.get(_STAGES[0]) == "yes" else 0
    return _allowed({"op": "add", "path": f"/data/{_STAGES[stage]}", "value": "yes"}) if stage else _allowed()


def _definitions(request: Asked) -> Said:
    unwanted = labels(_object(request)).get(_TEST) == "webhook-disallow"
    return _denied(message="the crd contains unwanted label") if unwanted else _allowed()


_PAGES: Mapping[str, Callable[..., Said]] = {
    _SLOW: lambda request: _allowed(),
    "/always-deny": lambda request: _denied(message="this webhook denies all requests"),
    "/add-label": _add_label,
    "/pods": _pods,
    "/pods/attach": _attaching,
    "/mutating-pods": _mutating_pods,
    "/mutating-pods-sidecar": _with_sidecar,
    "/configmaps": _judged("configmap", "unwanted key and value"),
    "/mutating-configmaps": _staged,
    "/custom-resource": _judged("custom resource", "unwanted data"),
    "/mutating-custom-resource": _staged,
    "/crd": _definitions,
}


# -- conversion --------------------------------------------------------------------------------------------------

_ONE, _TWO = "stable.example.com/v1", "stable.example.com/v2"


class _Impossible(Exception):
    pass


def _converted(request: Asked) -> Said:
    wanted = str(request.get("desiredAPIVersion"))
    try:
        made = [{**_in_version(obj, wanted), "apiVersion": wanted} for obj in request.get("objects") or ()]
    except _Impossible as error:
        return {"convertedObjects": [], "result": {"metadata": {}, "status": "Failure", "message": str(error)}}
    return {"convertedObjects": made, "result": {"metadata": {}, "status": "Success"}}


def _in_version(obj: Obj, wanted: str) -> Obj:
    given = obj.get("apiVersion")
    if given == wanted:
        raise _Impossible(f"conversion from a version to itself should not call the webhook: {wanted}")
    if (given, wanted) == (_ONE, _TWO):
        rest = {part: value for part, value in obj.items() if part != "hostPort"}
        if "hostPort" not in obj:
            return rest
        parts = str(obj["hostPort"]).split(":")
        if len(parts) != 2:
            raise _Impossible(f"invalid hostPort value `{obj['hostPort']}`")
        return {**rest, "host": parts[0], "port": parts[1]}
    if (given, wanted) == (_TWO, _ONE):
        rest = {part: value for part, value in obj.items() if part not in ("host", "port")}
        if "host" not in obj and "port" not in obj:
            return rest
        return {**rest, "hostPort": f"{obj.get('host', '')}:{obj.get('port', '')}"}
    strange = wanted if given in (_ONE, _TWO) else given
    raise _Impossible(f'unexpected conversion version "{strange}"')
