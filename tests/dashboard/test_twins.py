"""Which two Services stand side by side."""

from __future__ import annotations

import time

import pytest

from cluster.machinery.objects import SERVICES, Key, Obj
from cluster.world import World
from dashboard.clusters.twins import choose


def world(*objects: Obj) -> World:
    found = World()
    for each in objects:
        kind = "services" if each["kind"] == "Service" else "pods"
        meta = each["metadata"]
        found.put(Key("", kind, meta["namespace"], meta["name"]), each)
    return found


def pod(namespace: str, name: str, app: str) -> Obj:
    return {"kind": "Pod", "metadata": {"namespace": namespace, "name": name, "labels": {"app": app}}, "spec": {}}


def service(namespace: str, name: str, address: str, **selector: str) -> Obj:
    wanted = {"clusterIP": address, "selector": selector}
    return {"kind": "Service", "metadata": {"namespace": namespace, "name": name}, "spec": wanted}


ALL = world(
    pod("default", "db-0", "db"), pod("default", "web-0", "web"), pod("shop", "cart-0", "cart"),
    service("default", "db", "None", app="db"), service("default", "db-read", "10.96.0.7", app="db"),
    service("default", "web", "10.96.0.8", app="web"), service("default", "web-pods", "None", app="web"),
    service("default", "nobody", "None", app="nobody"), service("default", "lone", "10.96.0.9"),
    service("shop", "cart", "10.96.1.1", app="cart"), service("shop", "cart-pods", "None", app="cart"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("namespace", "asked", "found"),
    [
        ("default", "", ("default/db", "default/db-read")),
        ("default", "db", ("default/db", "default/db-read")),
        ("default", "web", ("default/web-pods", "default/web")),
        ("default", "web-0.web-pods", ("default/web-pods", "default/web")),
        ("default", "web.default.svc.cluster.local", ("default/web-pods", "default/web")),
        ("default", "nobody", ("default/db", "default/db-read")),
        ("shop", "web", ("shop/cart-pods", "shop/cart")),
        ("elsewhere", "x", ("default/db", "default/db-read")),
    ],
)
def test_a_pair_over_the_same_pods(namespace: str, asked: str, found: tuple[str, str]) -> None:
    twins = choose(ALL, namespace, asked)
    assert tuple(f"{key.namespace}/{key.name}" for key in twins if key) == found


def test_what_a_person_chose_comes_first_and_what_is_not_there_is_passed_over() -> None:
    web = Key(SERVICES.group, SERVICES.resource, "default", "web")
    assert choose(ALL, "default", "db", right="default/web").right == web
    assert choose(ALL, "default", "db", left="default/gone", right="odd") == choose(ALL, "default", "db")


def test_nothing_to_compare() -> None:
    assert choose(World(), "default", "web") == (None, None)
    assert choose(world(service("default", "db", "None", app="db")), "default", "db") == (None, None)


def test_many_services_over_the_same_pods_are_not_paired_one_by_one() -> None:
    pods = [pod("default", f"db-{number}", "db") for number in range(20)]
    some = [
        service("default", f"{kind}-{number:03}", kind, app="db") for kind in ("None", "ip") for number in range(300)
    ]
    began = time.process_time()
    twins = choose(world(*pods, *some), "default", "ip-077")
    assert [key.name for key in twins if key] == ["None-000", "ip-077"]
    assert time.process_time() - began < 1, "some milliseconds; one by one it takes seconds"
