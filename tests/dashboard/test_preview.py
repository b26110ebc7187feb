"""What the strip below the apply form shows of which plan."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest

from cluster.machinery.objects import PODS, SERVICES, Obj, key, name
from cluster.submission import Document, Problem, Submission
from cluster.submission.values import Verdict
from cluster.world import World
from dashboard.clusters.preview import MOST_SEATS, MOST_SERVICES, preview
from tests.objects import service, stateful_set


def stored(obj: Obj) -> Obj:
    return {**obj, "metadata": {**obj["metadata"], "uid": f"uid-{name(obj)}"}}


def planned(before: Obj | None, after: Obj, *, number: int = 1) -> Document:
    verdict: Verdict = "create" if before is None else "unchanged" if before == after else "change"
    place = ("manifest", number, number * 10, after["kind"], name(after), "default")
    return Document(*place, verdict, before=before, after=after)


def refused(kind: str, called: str, line: int) -> Document:
    problems = (Problem(line, "spec", "It is wrong.", ""),)
    return Document("manifest", 9, line - 3, kind, called, "default", "refused", problems=problems)


def world_with(pods: int, *, owner: str = "db", ready: int | None = None, app: str = "db") -> World:
    world = World(1)
    for number in range(pods):
        pod: dict[str, Any] = {
            "metadata": {
                "name": f"{owner}-{number}",
                "namespace": "default",
                "uid": f"pod-{number}",
                "labels": {"app": app},
                "ownerReferences": [{"kind": "StatefulSet", "name": owner, "uid": f"uid-{owner}", "controller": True}],
            },
            "spec": {"nodeName": "node-1"},
            "status": {
                "phase": "Running",
                "podIP": f"10.244.0.{number + 10}",
                "conditions": [{"type": "Ready", "status": "True" if ready is None or number < ready else "False"}],
            },
        }
        world.put(key(PODS, "default", f"{owner}-{number}"), pod, number)
    return world


def seats(world: World, before: Obj | None, after: Obj) -> list[tuple[str, str, str, str]]:
    (tile,) = preview(Submission(1, [planned(before, after)]), world).tiles
    return [(seat.label, seat.state, seat.title, seat.about) for seat in tile.seats]


def test_a_set_that_grows_keeps_its_pods_and_gets_them_in_order() -> None:
    assert seats(world_with(2), stored(stateful_set("db", 2)), stored(stateful_set("db", 4))) == [
        ("0", "ready", ".10", "stays"),
        ("1", "ready", ".11", "stays"),
        ("2", "seat", "new", "first"),
        ("3", "seat", "new", "after 2"),
    ]


def test_a_parallel_set_gets_them_at_once() -> None:
    new = stateful_set("db", 2, podManagementPolicy="Parallel")
    assert [about for *_, about in seats(World(1), None, new)] == ["at once", "at once"]


def test_a_set_that_shrinks_ends_the_highest() -> None:
    assert [
        about for *_, about in seats(world_with(3), stored(stateful_set("db", 3)), stored(stateful_set("db", 1)))
    ] == [
        "stays",
        "ends",
        "ends",
    ]


def test_another_template_replaces_pods_unless_a_person_is_to() -> None:
    old, new = stored(stateful_set("db", 1)), stored(stateful_set("db", 1))
    new["spec"]["template"] = {"metadata": {"labels": {"app": "db"}}, "spec": {"containers": []}}
    assert [about for *_, about in seats(world_with(1), old, new)] == ["replaced"]
    new["spec"]["updateStrategy"] = {"type": "OnDelete"}
    assert [about for *_, about in seats(world_with(1), old, new)] == ["stays"]


def test_what_changes_is_shown_before_what_stays() -> None:
    shown = preview(
        Submission(1, [planned(stored(stateful_set("db", 30)), stored(stateful_set("db", 32)))]), world_with(30)
    ).tiles[0]
    assert (len(shown.seats), shown.more) == (MOST_SEATS, 32 - MOST_SEATS)
    assert [seat.label for seat in shown.seats[-2:]] == ["30", "31"]
    assert shown.heading == "db, 30 seats become 32"


def test_services_say_what_they_are_and_what_becomes_of_them() -> None:
    world = world_with(2)
    world.put(key(SERVICES, "default", "front"), service("front", clusterIP="10.96.0.7", selector={"app": "db"}))
    world.put(key(SERVICES, "default", "other"), service("other", clusterIP="10.96.0.8"))
    headless = service("db", clusterIP="None")
    submission = Submission(
        1,
        [
            planned(headless, headless),
            planned(None, service("shop", clusterIP="10.96.0.9")),
            refused("Service", "metrics", 42),
            planned(stored(stateful_set("db", 2)), stored(stateful_set("db", 3))),
        ],
    )
    drawn = preview(submission, world)
    assert [(each.name, each.shape, each.address, each.about, each.mark) for each in drawn.plates] == [
        ("db", "headless", "", "headless, unchanged", ""),
        ("shop", "cluster", "", "ClusterIP, address given when applied", "new"),
        ("metrics", "", "", "refused, line 42", "refused"),
        ("front", "cluster", "10.96.0.7", "ClusterIP, port 80", ""),
    ]
    assert drawn.when == "as it will stand when the three are applied"
    assert [tuple(each) for each in drawn.links] == [("db", 2, 3), ("shop", 0, 0), ("front", 2, 3)]


@pytest.mark.parametrize(
    ("port", "more", "then"),
    [
        ({"targetPort": "http"}, {}, 2),
        ({"targetPort": "htpp"}, {}, 0),
        ({"targetPort": "htpp"}, {"clusterIP": "None"}, 2),
        ({"targetPort": 8080}, {}, 2),
    ],
)
def test_links_count_pods_that_have_the_port(port: Obj, more: Obj, then: int) -> None:
    """As the map does: where a Service asks for a name that no container port has, a proxy sends nowhere."""
    asks = service("db", ports=[{"port": 80, **port}], **{"clusterIP": "10.96.0.5", **more})
    coming = stateful_set("db", 2)
    coming["spec"]["template"]["spec"]["containers"][0]["ports"] = [{"containerPort": 80, "name": "http"}]
    drawn = preview(Submission(1, [planned(None, asks), planned(None, coming, number=2)]), World())
    assert [tuple(each) for each in drawn.links] == [("db", 0, then)]


def test_links_count_pods_of_others_only_while_they_are_ready() -> None:
    world = world_with(3, owner="old", ready=1)
    coming = planned(None, stateful_set("db", 2))
    for more, expected in (({}, (1, 3)), ({"publishNotReadyAddresses": True}, (3, 5))):
        now = service("db", clusterIP="None", **more)
        (link,) = preview(Submission(1, [planned(now, now), coming]), world).links
        assert (link.before, link.after) == expected


def test_what_finds_no_room_is_counted() -> None:
    many = [planned(None, service(f"svc-{number}", clusterIP="None"), number=number) for number in range(1, 8)]
    drawn = preview(Submission(1, many), World(1))
    assert (len(drawn.plates), drawn.more) == (MOST_SERVICES, 7 - MOST_SERVICES)


def test_there_is_none_of_what_is_stored_or_cannot_be_read() -> None:
    document = planned(None, service("db", clusterIP="None"))
    assert preview(Submission(1, [document]), World(1))
    assert not preview(Submission(1, [document], stored=True), World(1))
    assert not preview(Submission(0, [], [("manifest", Problem(1, "", "No YAML.", ""))]), World(1))
    assert not preview(Submission(1, [refused("ConfigMap", "a", 4)]), World(1))


@pytest.mark.parametrize("kind", ["StatefulSet", "Deployment"])
def test_a_huge_number_is_counted_and_not_drawn(kind: str) -> None:
    most = 2**31 - 1
    wanted = {**stateful_set("db", most, ordinals={"start": most}), "kind": kind}
    tracemalloc.start()
    (tile,) = preview(
        Submission(1, [planned(stored({**stateful_set("db", 3), "kind": kind}), wanted)]), world_with(3)
    ).tiles
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000
    assert tile.heading == f"db, 3 seats become {most}"
    assert len(tile.seats) + tile.more == most + 3 * (kind == "StatefulSet")


def test_services_in_the_cluster_are_found_by_what_the_coming_pods_say() -> None:
    world = World(1)
    selectors = [{"app": "db"}, {"app": "db", "tier": "x"}, {"tier": "x"}, {}, {"app": "other"}]
    for number, selector in enumerate(selectors):
        world.put(key(SERVICES, "default", f"s{number}"), service(f"s{number}", clusterIP="None", selector=selector))
    world.put(key(SERVICES, "other", "s0"), {**service("s0"), "metadata": {"name": "s0", "namespace": "other"}})
    coming = [planned(None, stateful_set(f"db-{number}", 1), number=number) for number in range(3)]
    for each in coming:
        assert each.after is not None
        each.after["spec"]["template"]["metadata"]["labels"] = {"app": "db", "zone": "a"}
    drawn = preview(Submission(1, coming), world)
    assert [each.name for each in drawn.plates] == ["s0"]
    assert [tuple(each) for each in drawn.links] == [("s0", 0, 3)]
