"""One request, one answer: who may, which verb it is, who answers it. Every refusal is a Status."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from cluster.api import (
    accounts,
    computed,
    discovery,
    listing,
    metrics,
    openapi,
    options,
    questions,
    served,
    watching,
    writing,
)
from cluster.api.authorization import authorize, authorize_path
from cluster.api.negotiation import PROTOBUF, clauses
from cluster.api.refusals import MethodNotAllowed, NoSuchPath, NotAcceptable, NotServed
from cluster.api.request import Request
from cluster.api.response import Response, Stream, json, text
from cluster.api.routing import Target, find
from cluster.api.subresources import SUBRESOURCES
from cluster.kinds import custom
from cluster.machinery.errors import ApiError, BadRequest
from cluster.machinery.protobuf import encoding

Answer = Response | Stream
_DURATION = re.compile(r"[-+]?(?:0|(?:(?:\d{1,18}(?:\.\d{0,18})?|\.\d{1,18})(?:ns|us|µs|μs|ms|s|m|h)){1,9})", re.ASCII)
"""As Go writes it: 1m30s."""
Answerer = Callable[[Request], Awaitable[Response | None]]

FRONT: tuple[Answerer, ...] = (discovery.answer, openapi.answer, accounts.answer, metrics.answer)
"""Those that answer paths that are about no object: discovery, OpenAPI, health; the first that knows it does."""

_VERBS = {
    "GET": "get",
    "HEAD": "get",
    "POST": "create",
    "PUT": "update",
    "PATCH": "patch",
    "DELETE": "delete",
}


async def answer(request: Request) -> Answer:
    """Never raises an ApiError: those are answers."""
    found = await _answered(request)
    metrics.count(request, found.code)
    return found


async def _answered(request: Request) -> Answer:
    try:
        return await attempt(request)
    except NoSuchPath as nowhere:
        return text(nowhere.text, 404)
    except ApiError as error:
        return refusal(error)


def refusal(error: ApiError) -> Response:
    after = (error.details or {}).get("retryAfterSeconds")
    headers = (("Retry-After", str(after)),) if after else ()
    return json(error.status(), error.code, headers=headers)


async def attempt(request: Request) -> Answer:
    """NoSuchPath and ApiErrors, for who cannot send them as answers."""
    _check_timeout(request)
    try:
        verb, target = permitted(request)
    except (NotServed, NoSuchPath):
        authorize_path(request)
        for front in FRONT:
            if (found := await front(request)) is not None:
                return found
        raise
    request.about = metrics.about(verb, target, request.headers.get("content-type", ""))
    if told := target.resource.kind.written_in(target.resource.api_version).deprecated:
        request.warnings.append(told)
    if "protobuf" in request.headers.get("accept", ""):
        _has_protobuf(request, target)
    if target.subresource:
        verbs = {each.name: each.verbs for each in target.resource.kind.all_subresources}[target.subresource]
        if verb not in verbs and target.subresource != "proxy":
            raise MethodNotAllowed
        return await SUBRESOURCES[target.subresource](request, target)
    if verb not in target.resource.kind.verbs:
        raise MethodNotAllowed
    if target.resource.kind.computed:
        return await computed.answer(request, target)
    if not target.resource.kind.stored:
        return await questions.ask(request, target)
    return await _by_verb(request, target, verb)


def _check_timeout(request: Request) -> None:
    """No answer takes so long that a timeout would end it; one that is no duration is refused all the same."""
    given = request.first("timeout")
    if given and not _DURATION.fullmatch(given) and not request.flag("watch"):
        raise BadRequest(f'invalid timeout specified in the request URL - time: invalid duration "{given}"')


def _has_protobuf(request: Request, target: Target) -> None:
    """NotAcceptable for a kind that has no such form, of who reads no other: before anything is done."""
    resource = target.resource
    wanted = clauses(request.headers.get("accept", ""))
    if all(each.media == PROTOBUF for each in wanted) and not encoding.encodes(
        resource.api_version, resource.kind.kind
    ):
        raise NotAcceptable


def permitted(request: Request) -> tuple[str, Target]:
    """What is asked, of what. NoSuchPath and ApiErrors when it is not there, or not for who asks."""
    target = find(request.path, served.of(custom.of(request.world)))
    verb = verb_of(request, target)
    authorize(request, verb, target)
    return verb, target


def verb_of(request: Request, target: Target) -> str:
    """The verb that roles speak of. MethodNotAllowed for a method that means none here."""
    verb = _VERBS.get(request.method)
    if verb is None and target.subresource == "proxy":
        return request.method.lower()
    if verb is None:
        raise MethodNotAllowed
    if verb == "get" and not target.subresource:
        if target.watch or request.flag("watch"):
            return "watch"
        return "get" if target.name else "list"
    if target.name and not target.subresource and verb == "create":
        raise MethodNotAllowed
    if not target.name:
        if verb in ("update", "patch"):
            raise MethodNotAllowed
        if verb == "delete":
            return "deletecollection"
    return verb


async def _by_verb(request: Request, target: Target, verb: str) -> Answer:
    match verb:
        case "get":
            return await listing.get(request, target)
        case "list":
            return await listing.collection(request, target, options.read(request, target))
        case "watch":
            return await watching.watch(request, target, options.read(request, target))
        case "create":
            return await writing.create(request, target)
        case "update":
            return await writing.update(request, target)
        case "patch":
            return await writing.patch(request, target)
        case "delete":
            return await writing.delete(request, target)
        case _:
            return await writing.delete_collection(request, target)
