"""From an intent to its effect on one object: which key, what was there, what shall be there. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

from cluster.intents import Apply, Bind, Create, Delete, Evict, Intent, Patch, ServerApply, Update
from cluster.kinds import (
    attribution,
    conversion,
    custom,
    eviction,
    podsecurity,
    policies,
    serverapply,
    strictness,
    webhooks,
)
from cluster.kinds.admission import begin_delete, check_types
from cluster.kinds.attribution import LAST_APPLIED
from cluster.kinds.kind import Admission, Kind
from cluster.kinds.ownership import Writer
from cluster.kinds.remarks import remarks
from cluster.kinds.versions import admit_create, admit_update
from cluster.kinds.webhooks.converting import converter
from cluster.machinery import patch as patches
from cluster.machinery.errors import BadRequest, Conflict, NotFound
from cluster.machinery.objects import (
    CUSTOM_DEFINITIONS,
    NODES,
    Key,
    Obj,
    annotations_of,
    copy,
    is_terminating,
    spec,
    timestamp,
    uid,
)
from cluster.machinery.schema import patch_schema
from cluster.world import World

NAMELESS = "kubarium"
"""Who writes without saying so: the page."""


class Effect(NamedTuple):
    kind: Kind
    key: Key
    old: Obj | None
    new: Obj | None
    """None: the object goes. The same dict as `old`: nothing changes."""
    warnings: tuple[str, ...] = ()
    last: Obj | None = None
    """What a write would have left of an object that goes with it."""

    @property
    def changed(self) -> bool:
        return self.new is not self.old


def steps_of(intent: Intent, admission: Admission) -> Sequence[Intent]:
    """What an intent is carried out by, one after the other: itself, or an eviction's writes. Raises ApiError."""
    if not isinstance(intent, Evict):
        return (intent,)
    key = intent.key
    metadata = {"name": key.name, "namespace": key.namespace}
    evicted = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata}
    _judge(policies.Asked("CREATE", _served(key, admission.world), key, None, evicted, "eviction"), admission)
    return eviction.steps(intent, admission)


def effect_of(intent: Intent, admission: Admission, *, trusted: bool = False, judged: bool = False) -> Effect:
    """Admit one intent into the world of `admission`, as the cluster's policies allow. `judged`: it is a step of what
    they have allowed. Raises ApiError; changes nothing."""
    if judged:
        return _effect_of(intent, admission, trusted=trusted)
    world = admission.world
    if world.count(CUSTOM_DEFINITIONS):
        convert = converter(lambda: world, admission.config, lambda: admission.now, admission.caller)
        with conversion.converting(convert):
            return _judged(intent, admission, trusted=trusted)
    return _judged(intent, admission, trusted=trusted)


def _judged(intent: Intent, admission: Admission, *, trusted: bool) -> Effect:
    """With what policies and webhooks say to it."""
    effect, world = _effect_of(intent, admission, trusted=trusted), admission.world
    if not trusted and effect.changed and effect.new is not None and not isinstance(intent, Delete):
        effect = effect._replace(warnings=(*effect.warnings, *remarks(effect.kind, effect.new, effect.old)))
    gone = isinstance(intent, Delete)
    part = "binding" if isinstance(intent, Bind) else getattr(intent, "subresource", "")
    watched = world.count(policies.BINDINGS) or world.count(webhooks.VALIDATING) or world.count(webhooks.MUTATING)
    secured = not gone and podsecurity.concerns(effect.kind, effect.old, part)
    if not (watched or secured) or (trusted and not effect.changed):
        return effect
    operation = "DELETE" if gone else "CREATE" if effect.old is None else "UPDATE"
    new = None if gone else effect.new if effect.new is not None else effect.last
    asked = policies.Asked(operation, effect.kind, effect.key, effect.old, new, part)
    if isinstance(intent, Bind):
        metadata = {"name": effect.key.name, "namespace": effect.key.namespace}
        target = {"kind": "Node", "name": intent.node}
        bound = {"apiVersion": "v1", "kind": "Binding", "metadata": metadata, "target": target}
        asked = asked._replace(operation="CREATE", old=None, new=bound)
    return effect._replace(warnings=(*effect.warnings, *_judge(asked, admission)))


def _judge(asked: policies.Asked, admission: Admission) -> tuple[str, ...]:
    """What the standards, policies and webhooks warn of. ApiError: one of them refuses."""
    if (asked.old is None and asked.subresource) or asked.new is None:
        # What is created or changed, they have changed already.
        webhooks.mutated(asked, admission)
    warned = (*podsecurity.enforce(asked, admission), *policies.enforce(asked, admission))
    webhooks.validate(asked, admission)
    said = admission.noted(webhooks.WARNINGS)
    warned = (*warned, *said)
    said.clear()
    return warned


def _effect_of(intent: Intent, admission: Admission, *, trusted: bool) -> Effect:
    match intent:
        case Create(obj, manager):
            creator = Writer(manager, str(obj.get("apiVersion"))) if manager else None
            return _create(obj, admission, trusted=trusted, writer=creator)
        case Update(obj, subresource, manager):
            kind = kind_of(obj, admission.world)
            key = kind.key(obj)
            old = _stored(kind, key, admission)
            writer = _writer(kind, old, manager, str(obj.get("apiVersion")), subresource, trusted=trusted)
            admitted = admit_update(kind, obj, old, admission, subresource, trusted=trusted, writer=writer)
            return _ended(kind, key, old, admitted)
        case Patch():
            return _patch(intent, admission, trusted=trusted)
        case Apply(obj):
            return _apply(obj, admission)
        case ServerApply():
            return _server_apply(intent, admission)
        case Delete(key, wanted, version, propagation, grace):
            kind = _served(key, admission.world)
            old = _stored(kind, key, admission)
            new = begin_delete(
                kind,
                old,
                admission,
                uid=wanted,
                resource_version=version,
                propagation=propagation,
                grace_seconds=grace,
            )
            return Effect(kind, key, old, new)
        case Bind(key, wanted, node):
            return _bind(key, wanted, node, admission)
        case Evict():
            raise TypeError("an eviction has more than one effect: ask steps_of for them")


def kind_of(obj: Obj, world: World) -> Kind:
    """The kind of an object, as its version has it, or BadRequest in kubectl's words."""
    api_version, kind_name = str(obj.get("apiVersion") or ""), str(obj.get("kind") or "")
    kind = custom.of(world).by_kind(api_version, kind_name)
    if kind is None:
        raise BadRequest(f'no matches for kind "{kind_name}" in version "{api_version}"')
    return kind


def _served(key: Key, world: World) -> Kind:
    kind = custom.of(world).by_resource(key.kind)
    if kind is None:
        raise BadRequest(f'the server doesn\'t have a resource type "{key.kind}"')
    return kind


def _stored(kind: Kind, key: Key, admission: Admission, wanted_uid: str = "") -> Obj:
    old = admission.world.get(key)
    if old is None:
        raise NotFound(kind.resource, key.name, kind.group)
    if wanted_uid and uid(old) != wanted_uid:
        detail = f"the UID in the precondition ({wanted_uid}) does not match the UID in record ({uid(old)})."
        raise Conflict(kind.resource, key.name, detail, kind.group)
    return old


def _create(obj: Obj, admission: Admission, *, trusted: bool, writer: Writer | None = None) -> Effect:
    kind = kind_of(obj, admission.world)
    new = admit_create(kind, obj, admission, trusted=trusted, writer=writer)
    return Effect(kind, kind.key(new), None, new)


def _writer(kind: Kind, old: Obj, manager: str, api_version: str, subresource: str, *, trusted: bool) -> Writer | None:
    """Who writes. Somebody nameless is followed only where others have been, and reporting on an object only where
    somebody else has reported on it, so that what the controllers do all day costs nothing."""
    if manager:
        return Writer(manager, api_version, subresource)
    recorded = old["metadata"].get("managedFields")
    if not recorded or (trusted and subresource and all(each.get("subresource") != subresource for each in recorded)):
        return None
    return Writer(attribution.CONTROLLERS if trusted else NAMELESS, api_version, subresource)


def _patch(intent: Patch, admission: Admission, *, trusted: bool) -> Effect:
    key, how, body, subresource, wanted, api_version, manager, validation, found = intent
    kind = _served(key, admission.world)
    old = _stored(kind, key, admission, wanted)
    seen_as = api_version or kind.api_version
    patched = _patched(kind, old, how, body, seen_as)
    warnings: tuple[str, ...] = ()
    if manager:
        patched, warnings = strictness.patched(kind, seen_as, patched, validation, how, body, found)
    writer = _writer(kind, old, manager, seen_as, subresource, trusted=trusted)
    part = "" if subresource == "scale" else subresource
    hooked = subresource != "scale"  # what webhooks are shown then is a Scale
    new = admit_update(kind, patched, old, admission, part, trusted=trusted, writer=writer, hooked=hooked)
    return _ended(kind, key, old, new)._replace(warnings=warnings)


def _patched(kind: Kind, old: Obj, how: str, body: Any, api_version: str) -> Obj:
    seen = conversion.shown(old, api_version)
    match how:
        case "merge":
            return patches.merge(seen, body)
        case "json":
            return patches.json_patch(seen, body)
        case _:
            return patches.strategic(seen, body, patch_schema(api_version, kind.kind))


def _apply(obj: Obj, admission: Admission) -> Effect:
    kind = kind_of(obj, admission.world)
    check_types(kind, obj)
    wanted = with_last_applied(obj)
    key = kind.key({**obj, "metadata": {"namespace": "default", **(obj.get("metadata") or {})}})
    old = admission.world.get(key)
    if old is None or not key.name:
        return _create(wanted, admission, trusted=False)
    merged = patches.three_way(_last_applied(old), wanted, old, patch_schema(kind.api_version, kind.kind))
    if merged == old:
        return Effect(kind, key, old, old)
    followed = "managedFields" in old["metadata"]
    writer = Writer(attribution.CLIENT_SIDE_APPLY, kind.api_version) if followed else None
    return _ended(kind, key, old, admit_update(kind, merged, old, admission, "", writer=writer))


def _server_apply(intent: ServerApply, admission: Admission) -> Effect:
    kind = _served(intent.key, admission.world)
    made = serverapply.applying(kind, intent, admission.world.get(intent.key), admission.now)
    writer = Writer(intent.manager, made.api_version, intent.subresource, tuple(made.entries))
    if made.old is None:
        return _create(made.new, admission, trusted=False, writer=writer)
    if not made.changed:
        return Effect(kind, intent.key, made.old, made.old)
    new = admit_update(kind, made.new, made.old, admission, intent.subresource, writer=writer)
    return _ended(kind, intent.key, made.old, new)


def _last_applied(obj: Obj) -> Obj:
    """The object as it was applied last; nothing when it never was, or when somebody wrote over the annotation."""
    try:
        last = orjson.loads(annotations_of(obj).get(LAST_APPLIED) or "{}")
    except orjson.JSONDecodeError:
        return {}
    return last if isinstance(last, dict) else {}


def with_last_applied(obj: Obj) -> Obj:
    """The object with kubectl's annotation that remembers it as it was applied."""
    bare = copy(obj)
    metadata = bare["metadata"] = bare.get("metadata") or {}
    if isinstance(metadata.get("annotations"), dict):
        metadata["annotations"].pop(LAST_APPLIED, None)
    remembered = copy(bare)
    remembered["metadata"].setdefault("annotations", {})
    text = orjson.dumps(remembered, option=orjson.OPT_SORT_KEYS).decode() + "\n"
    if not isinstance(metadata.get("annotations"), dict):
        if metadata.get("annotations"):
            return bare
        metadata["annotations"] = {}
    metadata["annotations"][LAST_APPLIED] = text
    return bare


def _ended(kind: Kind, key: Key, old: Obj, new: Obj) -> Effect:
    """An object that was only held by its finalizers goes with the last of them."""
    if new is not old and is_terminating(new) and not _is_held(new):
        return Effect(kind, key, old, None, last=new)
    return Effect(kind, key, old, new)


def _is_held(obj: Obj) -> bool:
    metadata = obj["metadata"]
    if metadata.get("finalizers"):
        return True
    if obj.get("kind") == "Namespace":
        return bool(spec(obj).get("finalizers"))
    return int(metadata.get("deletionGracePeriodSeconds") or 0) > 0


def _bind(key: Key, wanted: str, node: str, admission: Admission) -> Effect:
    kind = _served(key, admission.world)
    old = _stored(kind, key, admission, wanted)
    if present := spec(old).get("nodeName"):
        raise Conflict("pods/binding", key.name, f'pod {key.name} is already assigned to node "{present}"')
    if is_terminating(old):
        raise Conflict("pods/binding", key.name, f"pod {key.name} is being deleted, cannot be assigned to a host")
    if admission.world.find(NODES, "", node) is None:
        raise NotFound("nodes", node)
    status = old.get("status") or {}
    scheduled = {
        "type": "PodScheduled",
        "status": "True",
        "lastProbeTime": None,
        "lastTransitionTime": timestamp(admission.now),
    }
    others = [each for each in status.get("conditions") or () if each.get("type") != "PodScheduled"]
    new = {
        **old,
        "spec": {**old["spec"], "nodeName": node},
        "status": {**status, "conditions": [*others, scheduled]},
    }
    return Effect(kind, key, old, new)
