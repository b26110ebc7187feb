"""Patches made at random change objects as kubectl's own patching does, or are refused by both.

`kubectl patch --local` is asked for a handful of objects at a time: starting it takes longest.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cluster.machinery import patch as patches
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import Obj
from cluster.machinery.schema import patch_schema
from tests.machinery.kubectl_patch import patched

PER_TYPE = 100
OBJECTS = 5

words = st.sampled_from(["a", "b", "c", "d"])
texts = st.sampled_from(["x", "y", "z", ""])
numbers = st.sampled_from([1, 80, 81, 443])


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects that have some of these fields."""
    return st.fixed_dictionaries({}, optional=fields)


def keyed(key: str, names: st.SearchStrategy[Any], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Lists of objects that differ in their key."""
    item = st.fixed_dictionaries({key: names}, optional=fields)
    return st.lists(item, max_size=3, unique_by=lambda each: each[key])


maps = st.dictionaries(words, texts, max_size=3)
env = keyed("name", words, value=texts, valueFrom=some(fieldRef=some(fieldPath=texts)))
ports = keyed("containerPort", numbers, name=texts, hostPort=numbers)
mounts = keyed("mountPath", texts, name=words, readOnly=st.booleans())
containers = keyed(
    "name", words, image=texts, command=st.lists(texts, max_size=2), env=env, ports=ports, volumeMounts=mounts,
    resources=some(limits=maps),
)  # fmt: skip
volumes = keyed("name", words, emptyDir=some(medium=texts), hostPath=some(path=texts))
tolerations = st.lists(some(key=words, operator=texts), max_size=2)
pod_spec = some(
    containers=containers, volumes=volumes, tolerations=tolerations, nodeSelector=maps, hostname=texts,
    imagePullSecrets=keyed("name", words), hostAliases=keyed("ip", words, hostnames=st.lists(words, max_size=2)),
)  # fmt: skip
metadata = some(labels=maps, annotations=maps, finalizers=st.lists(words, max_size=3, unique=True))
SHAPES: dict[tuple[str, str], st.SearchStrategy[dict[str, Any]]] = {
    ("v1", "Pod"): some(metadata=metadata, spec=pod_spec),
    ("v1", "ConfigMap"): some(metadata=metadata, data=maps),
    ("v1", "Service"): some(
        metadata=metadata,
        spec=some(
            ports=keyed("port", numbers, name=texts, targetPort=numbers), selector=maps, externalIPs=st.lists(words)
        ),
    ),
    ("apps/v1", "Deployment"): some(
        metadata=metadata,
        spec=some(
            replicas=numbers,
            strategy=some(type=texts, rollingUpdate=some(maxSurge=numbers)),
            selector=some(matchLabels=maps),
            template=some(metadata=some(labels=maps), spec=pod_spec),
        ),
    ),
}

_LISTS = {
    "containers": "name", "env": "name", "ports": "containerPort", "volumeMounts": "mountPath", "volumes": "name",
    "imagePullSecrets": "name", "hostAliases": "ip",
}  # fmt: skip


_KEYS = frozenset(_LISTS.values())


@st.composite
def directed(draw: st.DrawFn, shape: st.SearchStrategy[Any]) -> Any:
    """What a shape draws, with nulls and strategic directives strewn in."""
    return _strewn(draw, draw(shape))


def _strewn(draw: st.DrawFn, value: Any) -> Any:
    if isinstance(value, list):
        return [_strewn(draw, each) for each in value]
    if not isinstance(value, dict):
        return value
    made: dict[str, Any] = {}
    for name, each in value.items():
        chance = draw(st.integers(0, 19))
        if chance == 0 and name not in _KEYS:
            made[name] = None
            continue
        made[name] = _strewn(draw, each)
        if isinstance(each, list) and each and name in _LISTS and chance < 8:
            keys = [{_LISTS[name]: item[_LISTS[name]]} for item in each if _LISTS[name] in item]
            if chance < 4:
                made[f"$setElementOrder/{name}"] = draw(st.permutations(keys)) if chance < 2 else keys
            elif chance == 4:
                made[name].append({"$patch": "replace"})
            elif keys:
                made[name] = [{**made[name][0], "$patch": "delete"}, *made[name][1:]]
        elif name == "finalizers" and chance < 8:
            # Not beside additions: which of the two is done first is left to chance there.
            made.pop(name)
            made[f"$deleteFromPrimitiveList/{name}"] = draw(st.lists(words, max_size=2))
        elif name == "strategy" and chance < 8:
            made[name] = {**made[name], "$retainKeys": sorted(made[name])}
        elif isinstance(each, dict) and chance == 8:
            made[name] = {**made[name], "$patch": draw(st.sampled_from(["replace", "delete"]))}
    return made


@st.composite
def nulled(draw: st.DrawFn, shape: st.SearchStrategy[Any]) -> Any:
    """What a shape draws, with nulls, as a merge patch."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: None if draw(st.integers(0, 9)) == 0 else walk(each) for name, each in value.items()}
        return [walk(each) for each in value] if isinstance(value, list) else value

    return walk(draw(shape))


finalizers = st.lists(words, max_size=2)
container = st.fixed_dictionaries({"name": words})
PLACES: dict[str, st.SearchStrategy[Any]] = {
    "/metadata/labels": maps,
    "/metadata/labels/a": texts,
    "/metadata/labels/b": texts,
    "/metadata/annotations/a~1b": texts,
    "/metadata/finalizers": finalizers,
    **{f"/metadata/finalizers/{at}": words for at in ("0", "1", "-", "-1", "-3", "9", "01", "x")},
    "/spec": st.just({}) | st.none(),
    "/spec/containers/0": container,
    "/spec/containers/-": container,
    "/spec/containers/0/image": texts | st.none(),
    "/spec/containers/0/image/x": texts,
    "/spec/hostname": texts | st.none() | numbers,
    "/spec/nope/deep": texts,
    "/data": maps,
    "/data/a": texts,
    "/spec/replicas": numbers | st.just(1.0),
}
"""Where JSON patches go, and what may stand there."""


def _to(path: str) -> st.SearchStrategy[dict[str, Any]]:
    there = st.just(path)
    alike = st.sampled_from([each for each, values in PLACES.items() if values is PLACES[path]])
    return st.one_of(
        st.fixed_dictionaries(
            {"op": st.sampled_from(["add", "replace", "test"]), "path": there, "value": PLACES[path]}
        ),
        st.fixed_dictionaries({"op": st.just("remove"), "path": there}),
        st.fixed_dictionaries({"op": st.sampled_from(["move", "copy"]), "from": alike, "path": there}),
    )


steps = st.lists(st.sampled_from(sorted(PLACES)).flatmap(_to), min_size=1, max_size=3)


@st.composite
def tasks(draw: st.DrawFn, how: str) -> tuple[list[Obj], Any]:
    """Some objects of one kind, and one patch for them all."""
    (api_version, kind), shape = draw(st.sampled_from(sorted(SHAPES.items(), key=lambda each: each[0])))
    objects = []
    for number in range(OBJECTS):
        made = draw(shape)
        about = {"apiVersion": api_version, "kind": kind, "id": f"o{number}", **made}
        about["metadata"] = {"name": f"o{number}", **(made.get("metadata") or {})}
        objects.append(about)
    patch = draw({"strategic": directed(shape), "merge": nulled(shape), "json": steps}[how])
    return objects, patch


def said(value: Any) -> Any:
    """Without nulls in objects: to a type they say nothing."""
    if isinstance(value, dict):
        return {name: said(each) for name, each in value.items() if each is not None}
    return [said(each) for each in value] if isinstance(value, list) else value


def leaks(value: Any) -> bool:
    """Whether a directive was left standing, as kubectl does where there is nothing to merge with. No type has such a
    field, so what the server makes of it is another question."""
    if isinstance(value, dict):
        return any(name.startswith("$") or leaks(each) for name, each in value.items())
    return isinstance(value, list) and any(map(leaks, value))


def ours(how: str, obj: Obj, patch: Any) -> Obj | None:
    try:
        match how:
            case "merge":
                return patches.merge(obj, patch)
            case "json":
                return patches.json_patch(obj, patch)
        return patches.strategic(obj, patch, patch_schema(obj["apiVersion"], obj["kind"]))
    except ApiError:
        return None


@pytest.mark.parametrize("how", ["strategic", "merge", "json"])
def test_patches_do_what_kubectls_do(how: str, tmp_path: Path) -> None:
    @settings(
        phases=[Phase.generate],
        max_examples=PER_TYPE, deadline=None, derandomize=True, database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip
    @given(tasks(how))
    def compare(task: tuple[list[Obj], Any]) -> None:
        objects, patch = task
        theirs = patched(how, objects, patch, tmp_path)
        for obj in objects:
            made, wanted = ours(how, obj, patch), theirs.get(obj["id"])
            if wanted is None or not leaks(wanted):
                assert said(made) == said(wanted), obj["id"]

    compare()
