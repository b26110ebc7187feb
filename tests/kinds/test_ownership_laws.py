"""Whatever is applied, written or patched in whatever order: an object or a refusal, and owners that make sense."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cluster.intents import Intent, Patch, ServerApply, Update
from cluster.kinds import by_kind, ownership
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import Key, Obj, copy
from cluster.machinery.ownership import managers
from cluster.machinery.ownership.fieldsets import difference, without_all
from cluster.machinery.ownership.walking import fields_of
from cluster.store.effects import effect_of
from tests.kinds.sandbox import Sandbox

CONTAINER = {"name": "c", "image": "i", "ports": [{"containerPort": 80}], "env": [{"name": "A", "value": "1"}]}
TEMPLATE = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [CONTAINER]}}
KINDS: list[Obj] = [
    {
        "apiVersion": "apps/v1", "kind": "Deployment",
        "spec": {"replicas": 1, "selector": {"matchLabels": {"a": "b"}}, "template": TEMPLATE},
    },
    {"apiVersion": "v1", "kind": "Service", "spec": {"selector": {"a": "b"}, "ports": [{"port": 80, "name": "h"}]}},
    {"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "b"}},
    {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [CONTAINER]}},
    {
        "apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler",
        "spec": {"maxReplicas": 3, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d"}},
    },
]  # fmt: skip
NAME = {"name": "x", "namespace": "default"}
JUNK: list[Any] = [
    None, 0, -1, 1.5, "", "x", True, [], {}, [None], [1, "a"], {"a": None}, {"k": {"z": [1]}}, "a/b",
    [{"name": "c"}], [{"name": "c"}, {"name": "c"}], [{}], [[1]],
]  # fmt: skip
FIELDS = ["foo", "name", "spec", "status", "ports", "managedFields", "labels", "annotations", "finalizers", "uid"]


def spoiled(value: Any, dice: Random, chance: float) -> Any:
    """The value with something else here and there, something more and something less."""
    if dice.random() < chance:
        return copy({"": dice.choice(JUNK)})[""]
    if isinstance(value, dict):
        made = {name: spoiled(each, dice, chance) for name, each in value.items()}
        if dice.random() < chance:
            made[dice.choice(FIELDS)] = dice.choice(JUNK)
        if dice.random() < chance and made:
            made.pop(dice.choice(sorted(made)))
        return made
    return [spoiled(each, dice, chance) for each in value] if isinstance(value, list) else value


def drawn(dice: Random, base: Obj) -> Intent:
    kind = by_kind(base["apiVersion"], base["kind"])
    assert kind is not None
    key = Key(kind.group, kind.resource, "default", "x")
    body = spoiled({**base, "metadata": {"labels": {"a": "b"}}}, dice, dice.choice([0.0, 0.03, 0.1]))
    body = body if isinstance(body, dict) else {}
    if dice.random() < 0.2:
        return Patch(key, dice.choice(["merge", "strategic"]), body, manager="patcher", api_version=base["apiVersion"])
    metadata = body.get("metadata")
    body = {**body, "apiVersion": base["apiVersion"], "kind": base["kind"]}
    body["metadata"] = {**(metadata if isinstance(metadata, dict) else {}), **NAME}
    part = dice.choice(["", "", "status"])
    if dice.random() < 0.3:
        return Update(body, part, dice.choice(["editor", ""]))
    return ServerApply(key, body, dice.choice(["one", "two", "kubectl"]), dice.random() < 0.5, part)


@settings(max_examples=80, deadline=None)
@given(st.randoms(use_true_random=False))
def test_owners_make_sense_whatever_is_done(dice: Random) -> None:
    base = dice.choice(KINDS)
    sandbox = Sandbox()
    for _ in range(8):
        intent = drawn(dice, base)
        try:
            effect = effect_of(intent, sandbox.admission)
        except ApiError:
            continue
        assert effect.new is not None
        sandbox.world.put(effect.key, effect.new)
        kind, entries = effect.kind, effect.new["metadata"].get("managedFields")
        ownership.shown(kind, effect.new)
        assert managers.encode(managers.decode(entries)) == (entries or [])
        if isinstance(intent, ServerApply):
            again = effect_of(intent._replace(force=False), sandbox.admission)
            assert not again.changed, "applying the same again is not nothing"
            view = ownership.view(kind, intent.obj["apiVersion"], intent.subresource)
            mine = managers.decode(entries).get(managers.applier(intent.manager, intent.subresource))
            said = without_all(fields_of(intent.obj, view.place), view.left_out)
            assert difference(mine.fields if mine else {}, said) == {}, "more is owned than was applied"
