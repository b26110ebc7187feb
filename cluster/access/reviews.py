"""Reviews answered: who am I, may I, may they, what may I do, whose token is this."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from cluster.access.attributes import Attributes, Subject
from cluster.access.authorizer import allowed, rules
from cluster.machinery.errors import BadRequest, Cause, Invalid, invalid
from cluster.machinery.objects import Obj, meta, namespace, spec
from cluster.world import World


class Person(Subject, Protocol):
    """Somebody with everything that is known of them."""

    @property
    def uid(self) -> str: ...

    @property
    def extra(self) -> Mapping[str, tuple[str, ...]]: ...


class Verified(NamedTuple):
    """What a token turned out to be."""

    user: Person | None = None
    error: str = ""
    audiences: tuple[str, ...] = ()


Verify = Callable[[str, Sequence[str]], Verified]
"""(token, audiences wanted; none: the API's own)."""


class _Asked(NamedTuple):
    """Whom a review is about, when it is not who asks."""

    name: str
    groups: tuple[str, ...]
    owner: bool = False


def answer(review: Obj, user: Person, world: World, verify: Verify) -> Obj:
    """The review with its status. Raises ApiError when it cannot be answered as it stands."""
    kind = str(review.get("kind"))
    status = _ANSWERS[kind](review, user, world, verify)
    metadata = {"creationTimestamp": None, **meta(review)}
    return {
        "kind": kind,
        "apiVersion": review.get("apiVersion"),
        "metadata": metadata,
        **_spec(review),
        "status": status,
    }


def _spec(review: Obj) -> dict[str, Any]:
    return {"spec": spec(review)} if "spec" in review else {}


def user_info(user: Person) -> dict[str, Any]:
    """A user as reviews tell of one; nothing that is empty."""
    found = {
        "username": user.name,
        "uid": user.uid,
        "groups": list(user.groups),
        "extra": {key: list(values) for key, values in user.extra.items()},
    }
    return {field: value for field, value in found.items() if value}


def _who_am_i(review: Obj, user: Person, world: World, verify: Verify) -> dict[str, Any]:
    return {"userInfo": user_info(user)}


def _whose_token(review: Obj, user: Person, world: World, verify: Verify) -> dict[str, Any]:
    given = spec(review)
    if not given.get("token"):
        raise BadRequest("token is required for TokenReview in authentication")
    found = verify(str(given["token"]), tuple(given.get("audiences") or ()))
    if found.user is None:
        return {"user": {}, "error": found.error} if found.error else {"user": {}}
    status: dict[str, Any] = {"authenticated": True, "user": user_info(found.user)}
    return {**status, "audiences": list(found.audiences)} if found.audiences else status


def _may_i(review: Obj, user: Person, world: World, verify: Verify) -> dict[str, Any]:
    _refuse(review, _one_question(review))
    return _decided(world, user, spec(review))


def _may_they(review: Obj, user: Person, world: World, verify: Verify) -> dict[str, Any]:
    _refuse(review, [*_one_question(review), *_somebody(review)])
    return _decided(world, _asked(review), spec(review))


def _may_they_here(review: Obj, user: Person, world: World, verify: Verify) -> dict[str, Any]:
    _refuse(review, [*_one_question(review), *_somebody(review), *_in_its_namespace(review)])
    return _decided(world, _asked(review), spec(review))


def _what_may_i(review: Obj, user: Person, world: World, verify: Verify) -> dict[str, Any]:
    where = str(spec(review).get("namespace") or "")
    if not where:
        raise BadRequest("no namespace on request")
    found = rules(world, user, where)
    status: dict[str, Any] = {
        "resourceRules": found.resources,
        "nonResourceRules": found.paths,
        "incomplete": bool(found.missing),
    }
    return {**status, "evaluationError": ", ".join(found.missing)} if found.missing else status


_ANSWERS = {
    "SelfSubjectReview": _who_am_i,
    "TokenReview": _whose_token,
    "SelfSubjectAccessReview": _may_i,
    "SubjectAccessReview": _may_they,
    "LocalSubjectAccessReview": _may_they_here,
    "SelfSubjectRulesReview": _what_may_i,
}


def _asked(review: Obj) -> _Asked:
    return _Asked(str(spec(review).get("user") or ""), tuple(spec(review).get("groups") or ()))


def _decided(world: World, who: Subject, given: Mapping[str, Any]) -> dict[str, Any]:
    resource, path = given.get("resourceAttributes"), given.get("nonResourceAttributes")
    if resource is not None:
        fields = ("verb", "group", "resource", "subresource", "namespace", "name")
        asked = Attributes(*(str(resource.get(field) or "") for field in fields))
    else:
        asked = Attributes(str((path or {}).get("verb") or ""), path=str((path or {}).get("path") or ""))
    decision = allowed(world, who, asked)
    return {"allowed": decision.allowed, **({"reason": decision.reason} if decision.reason else {})}


def _refuse(review: Obj, causes: Sequence[Cause] | Iterator[Cause]) -> None:
    if found := list(causes):
        raise Invalid(str(review["kind"]), "", found, "authorization.k8s.io")


def _one_question(review: Obj) -> Iterator[Cause]:
    resource, path = (spec(review).get(field) for field in ("resourceAttributes", "nonResourceAttributes"))
    if resource is not None and path is not None:
        yield invalid("spec.nonResourceAttributes", path, "cannot be specified in combination with resourceAttributes")
    if resource is None and path is None:
        detail = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        yield invalid("spec.resourceAttributes", None, detail)


def _somebody(review: Obj) -> Iterator[Cause]:
    if not spec(review).get("user") and not spec(review).get("groups"):
        yield invalid("spec.user", "", "at least one of user or group must be specified")


def _in_its_namespace(review: Obj) -> Iterator[Cause]:
    resource, path = (spec(review).get(field) for field in ("resourceAttributes", "nonResourceAttributes"))
    if resource is not None and (where := resource.get("namespace") or "") != namespace(review):
        yield invalid("spec.resourceAttributes.namespace", where, "must match metadata.namespace")
    if path is not None:
        yield invalid("spec.nonResourceAttributes", path, "disallowed on this kind of request")
