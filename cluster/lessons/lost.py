"""What doing a step for somebody takes when something it stands on is gone: made again of its manifest, and what the
steps before did to it done again. Pure.

Only what a lesson's manifests made can come back so, and only what the step speaks of does: what somebody cleared away
besides stays away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cluster.kinds import key_of
from cluster.lessons import doing
from cluster.lessons.anew import Note, called, expelled
from cluster.lessons.judging import judge
from cluster.lessons.naming import Named, Pods
from cluster.lessons.shapes import COMPARISONS
from cluster.lessons.sight import Sight
from cluster.lessons.values import Act, Check, Lesson, Step
from cluster.machinery.objects import PODS, SERVICES, STATEFUL_SETS, Key, Obj, key, labels, spec
from cluster.machinery.podspecs import template_of
from cluster.world import World

START = -1
_WORD = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_TOLD = frozenset({"ask", "request", "choose", "pause"})
"""Acts that leave nothing behind on which a later step stands."""
_STANDING = frozenset({"exists", "absent", "field", "cel", "ready", "endpoints", "waiting"})
"""Checks of how things stand, rather than of what somebody did or of how a name or a port answers."""


def to_do(lesson: Lesson, number: int, sight: Sight) -> tuple[tuple[Act, ...], tuple[Note, ...]]:
    """The acts of the step with that index, and what is to be told of those before them; none once all that they are
    for is so. Questions are answered in any case."""
    step = lesson.steps[number]
    asked = [check for check in step.checks if check.kind != "choose"]
    if asked and all(judge(check, sight).met for check in asked):
        return (), ()
    again, notes = made_again(lesson, number, sight.world)
    out, told = _cleared(lesson, number, sight.world)
    return (*out, *again, *step.do), (*told, *notes)


def _cleared(lesson: Lesson, number: int, world: World) -> tuple[tuple[Act, ...], tuple[Note, ...]]:
    """What takes those pods away that stand in the way of what the step speaks of."""
    words = [*_words_of(lesson.steps[number])]
    there = (world.get(key_of(obj)) for obj, _ in _made(lesson, number) if _speaks(words, obj))
    return expelled([obj for obj in there if obj is not None], world)


def made_again(lesson: Lesson, number: int, world: World) -> tuple[tuple[Act, ...], tuple[Note, ...]]:
    """What brings back that which the step speaks of and is gone."""
    step = lesson.steps[number]
    made = _made(lesson, number)
    meant = [obj for obj, _ in made if _speaks(_words_of(step), obj)]
    gone = [
        (obj, at)
        for obj, at in made
        if world.get(key_of(obj)) is None and (obj in meant or any(_selects(each, obj) for each in meant))
    ]
    if not gone:
        return (), ()
    acts = tuple(_again(lesson, number, gone))
    commands = [said for act in acts if (said := doing.command(act, world))]
    said = _told([called(key_of(obj)) for obj, _ in gone])
    return acts, tuple(Note("" if at else said, command, "") for at, command in enumerate(commands))


def _told(gone: list[str]) -> str:
    if len(gone) == 1:
        return f"{gone[0]} was gone: it was made again, and what the steps before did to it was done again."
    names = f"{', '.join(gone[:-1])} and {gone[-1]}"
    return f"{names} were gone: they were made again, and what the steps before did to them was done again."


def _made(lesson: Lesson, number: int) -> list[tuple[Obj, int]]:
    """What stands before a step when all went as its author says, each with the index of the step that made it."""
    found: dict[Key, tuple[Obj, int]] = {key_of(obj): (obj, START) for obj in doing.beginning(lesson)}
    for at, step in enumerate(lesson.steps[:number]):
        for act in step.do:
            if act.kind == "apply":
                for obj in doing.objects(lesson, act.given["files"]):
                    found.setdefault(key_of(obj), (obj, at))
            elif act.kind == "delete":
                found.pop(act.given["of"].key, None)
    return list(found.values())


def _again(lesson: Lesson, number: int, gone: list[tuple[Obj, int]]) -> Iterator[Act]:
    """From the step that made the first of them, all that was done to any of them, until it is as it was when this
    step began."""
    first, things = min(at for _, at in gone), [obj for obj, _ in gone]
    begun = frozenset(key_of(obj) for obj, at in gone if at == START)
    if begun:
        yield Act("begin", {"only": begun, "files": lesson.start.manifests}, "")
    for step in lesson.steps[max(first, 0) : number]:
        for act in step.do:
            if act.kind not in _TOLD and any(_touches(act, obj, lesson) for obj in things):
                yield from _runs(act, things)
                yield act
    if number:
        yield from (
            Act("wait", {"check": check}, "")
            for check in lesson.steps[number - 1].checks
            if check.kind in _STANDING and any(_speaks((check.given,), obj) for obj in things)
        )
    for act in lesson.steps[number].do:
        yield from _runs(act, things)


def _runs(act: Act, things: list[Obj]) -> Iterator[Act]:
    """The pod in which something is run, or of which something is asked, has to be there again."""
    namespace, _, pod = str(act.given.get("in") or act.given.get("from") or "").rpartition("/")
    if any(_seats(namespace, pod, key_of(obj)) for obj in things):
        of = Named("Pod", key(PODS, namespace, pod))
        running = {"of": of, "path": ".status.phase", **dict.fromkeys(COMPARISONS), "equals": "Running"}
        yield Act("wait", {"check": Check("", "field", running, "", "")}, "")


def _touches(act: Act, obj: Obj, lesson: Lesson) -> bool:
    if act.kind == "apply":
        return any(key_of(each) == key_of(obj) for each in doing.objects(lesson, act.given["files"]))
    if act.kind == "exec":
        return bool([*_runs(act, [obj])])
    if act.kind == "wait":
        check: Check = act.given["check"]
        return check.kind in _STANDING and _speaks((check.given,), obj)
    return _speaks((act.given,), obj)


def _words_of(step: Step) -> Iterable[Any]:
    return [*(act.given for act in step.do), *(check.given for check in step.checks)]


def _speaks(given: Iterable[Any], obj: Obj) -> bool:
    """Is the object named there, or a pod that it makes?"""
    return any(_means(leaf, obj) for each in given for leaf in _leaves(each))


def _leaves(given: Any) -> Iterator[Any]:
    if isinstance(given, Check):
        yield from _leaves(given.given)
    elif isinstance(given, Named | Pods | str):
        yield given
    elif isinstance(given, Mapping):
        for each in given.values():
            yield from _leaves(each)
    elif isinstance(given, list | tuple):
        for each in given:
            yield from _leaves(each)


def _means(leaf: Named | Pods | str, obj: Obj) -> bool:
    where = key_of(obj)
    if isinstance(leaf, Named):
        return leaf.key == where or (leaf.key.kind == PODS and _seats(leaf.key.namespace, leaf.key.name, where))
    if isinstance(leaf, Pods):
        if leaf.names:
            return any(_seats(leaf.namespace, each, where) for each in leaf.names)
        made = _labels_of_pods(where, obj)
        return leaf.namespace == where.namespace and made.items() >= dict(leaf.selector).items()
    words = (found.group() for found in _WORD.finditer(leaf))
    return any(word == where.name or _seats(where.namespace, word, where) for word in words)


def _selects(service: Obj, obj: Obj) -> bool:
    """Does that Service stand for the pods that the object makes?"""
    at, where = key_of(service), key_of(obj)
    if at.kind != SERVICES or at.namespace != where.namespace:
        return False
    selector: Mapping[str, str] = spec(service).get("selector") or {}
    return bool(selector) and _labels_of_pods(where, obj).items() >= selector.items()


def _labels_of_pods(where: Key, obj: Obj) -> Mapping[str, str]:
    return labels(obj) if where.kind == PODS else labels(template_of(where.kind, obj))


def _seats(namespace: str, pod: str, where: Key) -> bool:
    """Is it that pod, or the StatefulSet whose seat the pod's name tells?"""
    if namespace != where.namespace:
        return False
    if where.kind == STATEFUL_SETS:
        of, _, ordinal = pod.rpartition("-")
        return of == where.name and ordinal.isdecimal()
    return where.kind == PODS and pod == where.name
