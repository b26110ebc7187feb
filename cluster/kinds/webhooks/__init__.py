"""Admission webhooks: whom a cluster asks before something is stored, in which order, and what follows from it.

`changed` and `mutated` ask those that may change an object, one after the other; `validate` asks those that may only
refuse it. How a call gets to a pod is not known here: `admission.caller` carries it. A world without configurations is
asked nothing. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cluster.kinds import conversion
from cluster.kinds.admissionrules import ASKED_BY_CONDITIONS
from cluster.kinds.kind import Admission, Kind
from cluster.kinds.policies.authorizer import decider
from cluster.kinds.policies.matching import version_matched
from cluster.kinds.policies.request import Asked
from cluster.kinds.webhooks import review
from cluster.kinds.webhooks.calling import Answer, Call, Unreachable, call_of
from cluster.kinds.webhooks.review import Said, Wrong
from cluster.machinery import cel
from cluster.machinery import patch as patches
from cluster.machinery.errors import ApiError, Forbidden
from cluster.machinery.objects import GroupResource, Obj, name

MUTATING = GroupResource("admissionregistration.k8s.io", "mutatingwebhookconfigurations")
VALIDATING = GroupResource("admissionregistration.k8s.io", "validatingwebhookconfigurations")
WARNINGS, SECONDS = "webhooks' warnings", "webhooks' seconds"
"""Noted with an admission: what to warn of, and how long each answer took."""
_REVIEWS = ("v1", "v1beta1")


class Denied(ApiError):
    """What a webhook refuses, with the code and reason that it gave."""

    def __init__(self, hook: str, status: Mapping[str, Any]) -> None:
        said, reason = str(status.get("message") or ""), str(status.get("reason") or "")
        by = f'admission webhook "{hook}" denied the request'
        text = f"{by}: {said or reason}" if said or reason else f"{by} without explanation"
        super().__init__(text, status.get("details") or None)
        self.code, self.reason = max(int(status.get("code") or 400), 400), reason


class Failed(ApiError):
    """A webhook that has to be asked, and gave no answer or none that helps."""

    code = 500

    def __init__(self, why: str) -> None:
        super().__init__(f"Internal error occurred: {why}", {"causes": [{"message": why}]})


class _Hook(NamedTuple):
    given: Mapping[str, Any]
    version: str
    """The apiVersion in which it is asked."""

    @property
    def name(self) -> str:
        return str(self.given.get("name"))

    @property
    def must(self) -> bool:
        """Without its answer nothing is stored."""
        return self.given.get("failurePolicy") != "Ignore"


_SERVERS = ("uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds")
"""Metadata that the server alone writes; a new object has none of it when webhooks see it."""
_KEPT = (*_SERVERS, "name", "namespace", "resourceVersion")


def changed(kind: Kind, new: Obj, old: Obj | None, admission: Admission, subresource: str) -> Obj | None:
    """What webhooks make of an object that is created or changed; None when they leave it as it is. ApiError."""
    metadata, shown = new["metadata"], new
    if old is None:
        bare = {field: value for field, value in metadata.items() if field not in _SERVERS}
        if metadata.get("generateName"):
            del bare["name"]
        shown = {**new, "metadata": bare}
    operation = "CREATE" if old is None else "UPDATE"
    left = mutated(Asked(operation, kind, kind.key(shown), old, shown, subresource), admission)
    if left is None or left is shown:
        return None
    own = {field: metadata[field] for field in _KEPT if field in metadata}
    return {**left, "metadata": {**(left.get("metadata") or {}), **own}}


def mutated(asked: Asked, admission: Admission) -> Obj | None:
    """The object as the webhooks leave it (None: a deletion has none); itself when none changes it. ApiError."""
    if not admission.world.count(MUTATING):
        return asked.new
    left: dict[int, Obj | None] = {}
    """What each one left."""
    for again in (False, True):
        for at, hook in enumerate(_hooks(MUTATING, asked, admission)):
            if again and (hook.given.get("reinvocationPolicy") != "IfNeeded" or left.get(at) == asked.new):
                continue
            asked = asked._replace(new=_changed(hook, asked, admission))
            left[at] = asked.new
        if all(each == asked.new for each in left.values()):
            break
    return asked.new


def validate(asked: Asked, admission: Admission) -> None:
    """Ask those that may refuse. ApiError."""
    if not admission.world.count(VALIDATING):
        return
    for hook in _hooks(VALIDATING, asked, admission):
        _ask(hook, asked, admission)


def _hooks(kind: GroupResource, asked: Asked, admission: Admission) -> list[_Hook]:
    """Those that the request is about: configurations by their names, of each in its order."""
    found = []
    for configuration in sorted(admission.world.bucket(kind, "").values(), key=name):
        for given in configuration.get("webhooks") or ():
            if not given.get("rules"):
                continue
            version = version_matched({**given, "resourceRules": given["rules"]}, asked, admission)
            if version is not None:
                found.append(_Hook(given, version))
    return found


def _changed(hook: _Hook, asked: Asked, admission: Admission) -> Obj | None:
    """The object after one webhook."""
    said = _ask(hook, asked, admission)
    if said is None or said.patch is None or asked.new is None or asked.subresource == "scale":
        return asked.new
    if asked.is_foreign(asked.new):
        return asked.new
    seen = review.seen(asked, asked.new, hook.version)
    try:
        patched = patches.json_patch(seen, said.patch)
    except ApiError as error:
        raise Failed(f"webhook {hook.name}: its patch does not apply: {error.message}") from error
    return conversion.stored(asked.kind, patched)


def _ask(hook: _Hook, asked: Asked, admission: Admission) -> Said | None:
    """What one says that allows the request; None: it is not asked, or its silence does not matter. ApiError."""
    if not _concerned(hook, asked, admission):
        return None
    try:
        said = _answer(hook, asked, admission)
    except (Unreachable, Wrong) as error:
        if not hook.must:
            return None
        raise Failed(f'failed calling webhook "{hook.name}": {error}') from error
    admission.noted(WARNINGS).extend(said.warnings)
    if not said.allowed:
        raise Denied(hook.name, said.status)
    return said


def _answer(hook: _Hook, asked: Asked, admission: Admission) -> Said:
    uid = admission.dice.uid()
    version = next(each for each in hook.given.get("admissionReviewVersions") or ("v1",) if each in _REVIEWS)
    client = hook.given.get("clientConfig") or {}
    question = review.question(asked, hook.version, version, uid, admission)
    call = call_of(client, int(hook.given.get("timeoutSeconds") or 10), question)
    return review.answer(carried(call, admission), uid, version)


def carried(call: Call, admission: Admission) -> Answer:
    """What comes back of a call. Unreachable, with the words of a client."""
    if admission.caller is None:
        raise Unreachable(f'failed to call webhook: Post "{call.address}": nobody here carries calls')
    try:
        found = admission.caller(admission.world, admission.config, admission.now, call)
    except Unreachable as error:
        admission.noted(SECONDS).append(error.seconds)
        raise Unreachable(f'failed to call webhook: Post "{call.address}": {error}') from error
    admission.noted(SECONDS).append(found.seconds)
    return found


def _concerned(hook: _Hook, asked: Asked, admission: Admission) -> bool:
    """Whether all its conditions hold. Forbidden when one has no value, none is false, and it must be asked."""
    conditions = hook.given.get("matchConditions") or ()
    if not conditions:
        return True
    every = asked.variables(hook.version, admission)
    variables = {each: every[each] for each in ASKED_BY_CONDITIONS}
    failed: Exception | None = None
    for each in conditions:
        try:
            if cel.compile(each["expression"], ASKED_BY_CONDITIONS).run(variables, decider(admission)) is not True:
                return False
        except (cel.Failed, cel.NotCompiled) as error:
            failed = failed or error
    if failed is not None and hook.must:
        raise Forbidden(asked.kind.resource, asked.key.name, str(failed), asked.kind.group)
    return failed is None
