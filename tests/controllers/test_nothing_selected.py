"""Why a Service selects nothing: the cause beside it, where there is one."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.controllers import nothing_selected
from cluster.machinery.objects import DEPLOYMENTS, NAMESPACES, PODS, Obj, key
from cluster.world import World


def deployment(**spec: Any) -> Obj:
    return {"metadata": {"name": "shop"}, "spec": {"template": {"metadata": {"labels": {"app": "web"}}}, **spec}}


def service(**selector: str) -> Obj:
    return {"metadata": {"name": "web", "namespace": "default"}, "spec": {"selector": selector}}


@pytest.mark.parametrize(
    ("spec", "cause"),
    [
        ({"replicas": 0}, "Deployment shop would make them, and is scaled to 0."),
        ({"replicas": 2, "paused": True}, "Deployment shop would make them, and is paused."),
        ({"replicas": 2}, "Deployment shop would make them, and has none yet."),
    ],
)
def test_a_workload_that_would_make_them(spec: dict[str, Any], cause: str) -> None:
    world = World()
    world.put(key(DEPLOYMENTS, "default", "shop"), deployment(**spec))
    assert nothing_selected.text(world, service(app="web")) == f"Selects nothing: no pod has app=web. {cause}"


def test_pods_of_another_namespace() -> None:
    world = World()
    for space in ("default", "shop"):
        world.put(key(NAMESPACES, "", space), {"metadata": {"name": space}})
    world.put(key(PODS, "shop", "a"), {"metadata": {"name": "a", "namespace": "shop", "labels": {"app": "web"}}})
    said = nothing_selected.text(world, service(app="web"))
    assert said.endswith("Pods of namespace shop have it, and a Service selects in its own alone.")
    assert nothing_selected.text(world, service(app="db")) == "Selects nothing: no pod has app=db."


def pods(**labels: dict[str, str]) -> World:
    world = World()
    for called, own in labels.items():
        metadata = {"name": called, "namespace": "default", "labels": own}
        world.put(key(PODS, "default", called), {"metadata": metadata})
    return world


@pytest.mark.parametrize(
    ("world", "selector", "cause"),
    [
        (pods(a={"app": "wep"}, b={"app": "db"}), {"app": "web"}, "a has app=wep."),
        (pods(b={"app": "wep"}, a={"app": "wep"}), {"app": "web"}, "a has app=wep."),
        # the longer name of the same, and not whatever shares a letter; a misspelling is nearer still
        (pods(a={"app": "e"}, b={"app": "web-stateful"}), {"app": "web"}, "b has app=web-stateful."),
        (pods(a={"app": "wep"}, b={"app": "web-stateful"}), {"app": "web"}, "a has app=wep."),
        # the one that agrees in more
        (pods(a={"app": "x", "tier": "z"}, b={"app": "x", "tier": "front"}), {"app": "web", "tier": "front"},
         "b has app=x."),
        # another value says more than a label that is not there, even in one that agrees in less
        (pods(a={"app": "web"}, b={"tier": "back"}), {"app": "web", "tier": "front"}, "b has tier=back."),
        (pods(b={"app": "web"}, a={"app": "web"}), {"app": "web", "tier": "front"}, "a has app=web, but no tier."),
        (pods(a={"app": "web"}, b={"app": "web", "tier": "front"}), {"app": "web", "tier": "front", "v": "1", "w": "2"},
         "b has app=web and tier=front, but no v and no w."),
        (pods(a={"else": "web"}), {"app": "web"}, ""),
    ],
)  # fmt: skip
def test_the_pod_that_comes_nearest(world: World, selector: dict[str, str], cause: str) -> None:
    asked = " and ".join(f"{label}={value}" for label, value in selector.items())
    said = nothing_selected.text(world, service(**selector))
    assert said == f"Selects nothing: no pod has {asked}.{' ' if cause else ''}{cause}"
