"""What becomes of an act that comes to nothing because a person took another way before: an object that stands in the
way is deleted and made anew, as `kubectl replace --force` does, and one that was to be deleted may be gone. Pure.

Doing a step for somebody must not depend on what they tried before; whoever only presses "Apply" is asked first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cluster.controllers.label_selector import matcher
from cluster.controllers.statefulset.identity import replicas_of, start_of
from cluster.controllers.statefulset.storage import has_storage
from cluster.intents import Apply, Delete, Evict, Intent
from cluster.kinds import by_resource, key_of
from cluster.lessons import doing
from cluster.lessons.judges.finding import joined
from cluster.lessons.naming import NAMESPACE, Pods
from cluster.lessons.values import Act
from cluster.machinery.errors import ApiError, Invalid, NotFound
from cluster.machinery.objects import PODS, SERVICES, STATEFUL_SETS, Key, Obj, labels, name, namespace, spec, uid
from cluster.world import World

_SEATS = 1000
"""Of a larger set, so many are looked at."""


class Note(NamedTuple):
    """What was done beside what the author said, to be told."""

    said: str
    """"" for one of several commands, of which the first tells why."""
    command: str
    instead: str
    """The command of the act that this one stands for; "" where it comes before them all."""


class Mended(NamedTuple):
    intents: list[Intent]
    """All of the act, to be tried again."""
    notes: tuple[Note, ...] = ()
    old: frozenset[str] = frozenset()
    """The uids of what is made anew, and of what belongs to it: see `are_gone`."""


def mended(act: Act, intents: Sequence[Intent], index: int, error: ApiError, world: World) -> Mended | None:
    """The act's intents as they can be stored, once the one at `index` was refused; None where nothing helps."""
    refused, before, after = intents[index], list(intents[:index]), list(intents[index:])
    if isinstance(refused, Delete | Evict) and isinstance(error, NotFound):
        return Mended([*before, *after[1:]])
    where = in_the_way(refused, error, world)
    if where is None or any(isinstance(each, Delete) and each.key == where for each in before):
        return None
    return Mended([*before, _room(where), *after], (_note(act, where, intents, world),), owners(where, world))


def cleared(act: Act, intents: Sequence[Intent], world: World) -> Mended:
    """The act's intents, with room made where the cluster would say yes and leave a field as it is."""
    made: list[Intent] = []
    notes: list[Note] = []
    for each in intents:
        if isinstance(each, Apply) and _keeps_its_address(each.obj, world):
            where = key_of(each.obj)
            made.append(_room(where))
            notes.append(_note(act, where, intents, world))
        if isinstance(each, Apply) and (strange := strangers(each.obj, world)):
            made.extend(_room(key_of(pod)) for pod in strange)
            notes.append(Note(_evicted(each.obj, strange), _deleted(strange), ""))
        made.append(each)
    return Mended(made, tuple(notes))


def strangers(owner: Obj, world: World) -> list[Obj]:
    """Pods in a StatefulSet's seats that it did not make and that cannot become as it makes them: it has to wait for
    ever, before them or because of their name."""
    if key_of(owner).kind != STATEFUL_SETS:
        return []
    holds, first = matcher(spec(owner).get("selector")), start_of(owner)
    seats = range(first, first + min(replicas_of(owner), _SEATS))
    found = (world.find(PODS, namespace(owner) or NAMESPACE, f"{name(owner)}-{each}") for each in seats)
    return [
        pod
        for each, pod in zip(seats, found, strict=True)
        if pod is not None and not (holds(labels(pod)) and has_storage(owner, each, pod))
    ]


def expelled(owners: Iterable[Obj], world: World) -> tuple[tuple[Act, ...], tuple[Note, ...]]:
    """What takes strangers out of the seats of StatefulSets that are there."""
    acts, notes = [], []
    for owner in owners:
        if strange := strangers(owner, world):
            names = tuple(name(pod) for pod in strange)
            acts.append(Act("deletePods", {"pods": Pods(namespace(owner), (), names)}, ""))
            notes.append(Note(_evicted(owner, strange), _deleted(strange), ""))
    return tuple(acts), tuple(notes)


def _evicted(owner: Obj, strange: Sequence[Obj]) -> str:
    which, seats = joined([name(pod) for pod in strange]), "a seat" if len(strange) == 1 else "seats"
    were = "was" if len(strange) == 1 else "were"
    return f"{which} {were} in {seats} of StatefulSet {name(owner)} and not made by it: deleted, and made anew by it."


def _deleted(strange: Sequence[Obj]) -> str:
    place = namespace(strange[0])
    where = ["-n", place] if place != NAMESPACE else []
    return " ".join(["kubectl delete pod", *(name(pod) for pod in strange), *where])


def in_the_way(intent: Intent, error: ApiError, world: World) -> Key | None:
    """What is there already and cannot be changed into what is applied."""
    if not isinstance(intent, Apply) or not isinstance(error, Invalid):
        return None
    where = key_of(intent.obj)
    return where if world.get(where) is not None else None


def _keeps_its_address(obj: Obj, world: World) -> bool:
    """A headless Service stays one when a manifest leaves `clusterIP` out, though it would get an address if it were
    new."""
    where = key_of(obj)
    live = world.get(where) if where.kind == SERVICES else None
    return live is not None and spec(live).get("clusterIP") == "None" and not spec(obj).get("clusterIP")


def owners(where: Key, world: World) -> frozenset[str]:
    """The uids of an object and of all below it, as long as it is there: it, its ReplicaSets, their pods."""
    found: set[str] = set()
    coming = [uid(obj) for obj in (world.get(where),) if obj is not None]
    while coming:
        one = coming.pop()
        if one not in found:
            found.add(one)
            coming.extend(uid(each) for each in world.owned_by(one).values())
    return frozenset(found)


def are_gone(owned_by: frozenset[str], world: World) -> bool:
    """Has all gone that belonged to them? What takes their place is counted only then."""
    return not any(world.owned_by(each) for each in owned_by)


def command(act: Act, where: Key, applied: int, world: World) -> str:
    """How kubectl makes an object of a manifest anew, where so many are applied with it: those stay as they are."""
    if applied == 1:
        return f"kubectl replace --force -f {act.given['files'][0]}"
    place = ["-n", where.namespace] if where.namespace not in ("", NAMESPACE) else []
    return f"{' '.join(['kubectl delete', _short(where), *place])} && {doing.command(act, world)}"


def called(where: Key) -> str:
    """An object as a sentence names it: `Service web`."""
    kind = by_resource(where.kind)
    return f"{kind.kind if kind else where.resource} {where.name}"


def _short(where: Key) -> str:
    kind = by_resource(where.kind)
    return f"{kind.singular if kind else where.resource}/{where.name}"


def _room(where: Key) -> Delete:
    return Delete(where, propagation="Background", grace_seconds=0)


def _note(act: Act, where: Key, intents: Sequence[Intent], world: World) -> Note:
    said = f"{called(where)} could not be changed into what it has to be: it was deleted and made anew."
    applied = sum(isinstance(each, Apply) for each in intents)
    return Note(said, command(act, where, applied, world), doing.command(act, world))
