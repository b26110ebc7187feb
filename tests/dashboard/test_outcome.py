"""A submission as the form shows it, and the picture under the jar: what is said of which state."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.objects import PODS, SERVICES, STATEFUL_SETS, Key, key
from cluster.submission import Document, Problem, Submission
from cluster.submission.difference import Line
from cluster.submission.values import Verdict
from cluster.world import World
from dashboard.clusters.outcome import MOST_LINES, MOST_LINES_OF_ALL, MOST_LISTED, Outcome
from dashboard.landing.jar import draw, hexagon
from dashboard.landing.views import health
from tests.objects import service, stateful_set


def document(name: str, verdict: Verdict, number: int = 1, **more: Any) -> Document:
    problems = (Problem(7, "spec.x", "It is wrong.", "api"),) if verdict == "refused" else ()
    return Document("manifest", number, number * 10, "Service", name, "default", verdict, problems=problems, **more)


def test_the_refused_come_first_and_the_rest_can_go_alone() -> None:
    outcome = Outcome(
        Submission(7, [document("a", "unchanged"), document("b", "create", 2), document("c", "refused", 3)]), tried=True
    )
    assert [each["name"] for each in outcome.documents] == ["c", "b", "a"]
    assert [(each["count"], each["word"]) for each in outcome.badges] == [(1, "same"), (1, "new"), (1, "refused")]
    assert outcome.headline == "Nothing is stored: 1 of 3 documents is refused."
    assert (outcome.can_apply_rest, outcome.rest_words) == (True, "Apply 2, leave out c")
    assert (outcome.refused_marks, outcome.first_line) == (["manifest#3"], 7)


LEFT_OUT = [(["a"], "leave out a"), (["a", "b"], "leave out a and b"), (["a", "b", "c"], "leave out 3 refused")]


@pytest.mark.parametrize(("names", "said"), LEFT_OUT)
def test_what_is_left_out_is_named(names: list[str], said: str) -> None:
    refused = [document(name, "refused", number) for number, name in enumerate(names, 2)]
    assert Outcome(Submission(7, [document("x", "create"), *refused])).rest_words == f"Apply 1, {said}"


def test_what_cannot_be_read_cannot_be_left_out() -> None:
    outcome = Outcome(
        Submission(0, [document("x", "create")], [("manifest", Problem(3, "", "No YAML.", ""))]), tried=True
    )
    assert not outcome.can_apply_rest
    assert outcome.headline == "Nothing is stored."


def test_that_all_cannot_go_and_that_some_can_are_said_together() -> None:
    some = Outcome(Submission(7, [document("a", "create"), document("b", "refused", 2), document("c", "refused", 3)]))
    assert some.headline == (
        "2 of 3 documents are refused, so not all can go together. Nothing is stored until they are mended or left out."
    )
    assert some.rest_words == "Apply 1, leave out b and c"
    none = Outcome(Submission(7, [document("b", "refused")]))
    assert none.headline == "This document is refused. Nothing is stored until it is mended."


def test_words_of_a_change_and_of_what_was_stored() -> None:
    lines = (Line(" ", "spec:"), Line("-", "  a: 1"), Line("+", "  a: 2"))
    planned = Outcome(Submission(7, [document("a", "change", diff=lines)]))
    assert planned.documents[0]["about"] == "Service, 1 line changes"
    assert (planned.apply_words, planned.headline) == ("Apply it", "")
    stored = Outcome(Submission(8, [document("a", "change"), document("b", "create", 2)], stored=True))
    assert [each["about"] for each in stored.documents] == ["Service, changed", "Service, created"]
    assert stored.headline == "Stored at r8."


# -- the jar ---------------------------------------------------------------------------------------------------------


def world_with(ready: int, wanted: int, *, unready: int = 0) -> World:
    world = World(9)
    headless = service("db", clusterIP="None")
    clustered = service("db", clusterIP="10.96.1.2")
    world.put(key(SERVICES, "default", "db"), headless)
    world.put(key(SERVICES, "default", "front"), {**clustered, "metadata": {"name": "front", "namespace": "default"}})
    world.put(key(STATEFUL_SETS, "default", "db"), stateful_set("db", wanted))
    reference = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db", "uid": "u", "controller": True}
    for number in range(ready + unready):
        name, state = f"db-{number}", "True" if number < ready else "False"
        where = Key("", "pods", "default", name)
        pod = {
            "metadata": {"name": name, "namespace": "default", "labels": {"app": "db"}, "ownerReferences": [reference]},
            "spec": {"nodeName": "node-1"},
            "status": {
                "phase": "Running",
                "podIP": f"10.244.0.{number + 10}",
                "conditions": [{"type": "Ready", "status": state}],
            },
        }
        world.put(where, pod, number)
    assert len(world.bucket(PODS)) == ready + unready
    return world


def test_the_jar_shows_the_pods_both_services_share() -> None:
    jar = draw(world_with(2, 4, unready=1), "demo")
    assert [(seat.label, seat.state, seat.title) for seat in jar.seats] == [
        ("0", "ready", "10.244.0.10"),
        ("1", "ready", "10.244.0.11"),
        ("2", "notready", "10.244.0.12"),
        ("3", "seat", "Empty seat"),
    ]
    assert jar.headless is not None
    assert [link.published for link in jar.headless.links] == [True, True, False]
    assert jar.headless.counted == "2 addresses"
    assert jar.clustered is not None
    assert (jar.clustered.address, len(jar.clustered.links)) == ("10.96.1.2", 2)
    assert jar.caption == "demo, live: 2 of 3 pods ready, revision 9"


def test_more_pods_than_the_jar_holds_are_counted() -> None:
    jar = draw(world_with(7, 7), "demo")
    assert (len(jar.seats), jar.more) == (4, 3)


def test_a_service_that_comes_later_takes_no_plate_in_the_jar() -> None:
    world = world_with(3, 3)
    world.get(key(SERVICES, "default", "db"))["metadata"]["creationTimestamp"] = "2026-01-01T00:00:00Z"  # type: ignore[index]
    late = service("zz", clusterIP="None", selector={"app": "db"})
    late["metadata"]["creationTimestamp"] = "2026-01-01T00:00:01Z"
    world.put(key(SERVICES, "default", "zz"), late)
    headless = draw(world, "demo").headless
    assert headless is not None
    assert headless.name == "db"


@pytest.mark.parametrize(
    ("ready", "unready", "told"),
    [
        (0, 0, {"all": 0, "pods": 0, "ready": 0, "completed": 0, "worst": "ready"}),
        (2, 0, {"all": 2, "pods": 2, "ready": 2, "completed": 0, "worst": "ready"}),
        (0, 3, {"all": 3, "pods": 3, "ready": 0, "completed": 0, "worst": "wait"}),
    ],
)
def test_a_cluster_in_the_list_is_as_well_as_its_pods(ready: int, unready: int, told: dict[str, Any]) -> None:
    assert health(world_with(ready, 3, unready=unready)) == told


def test_a_failed_pod_makes_the_cluster_ill() -> None:
    world = world_with(2, 3)
    world.get(Key("", "pods", "default", "db-1"))["status"]["phase"] = "Failed"  # type: ignore[index]
    assert health(world) == {"all": 2, "pods": 2, "ready": 1, "completed": 0, "worst": "fail"}


def test_completed_pods_are_counted_apart() -> None:
    world = world_with(2, 3, unready=1)
    world.get(Key("", "pods", "default", "db-1"))["status"]["phase"] = "Succeeded"  # type: ignore[index]
    assert health(world) == {"all": 3, "pods": 2, "ready": 1, "completed": 1, "worst": "wait"}
    assert draw(world, "demo").caption == "demo, live: 1 of 2 pods ready, 1 completed, revision 9"


def test_an_empty_cluster_is_an_empty_jar() -> None:
    jar = draw(World(), "demo")
    assert (jar.headless, jar.clustered, jar.seats) == (None, None, [])
    assert "empty" in jar.described.lower()


def test_a_hexagon_has_six_rounded_corners() -> None:
    path = hexagon(0, 0, 10)
    assert (path.count("Q"), path[0], path[-1]) == (6, "M", "Z")


def test_a_thousand_documents_are_counted_and_not_all_listed() -> None:
    long = [Line("+", str(number)) for number in range(MOST_LINES + 3)]
    many = [
        document(f"d{number}", "refused" if number % 2 else "create", number, diff=() if number % 2 else long)
        for number in range(1000)
    ]
    outcome = Outcome(Submission(7, many))
    assert len(outcome.documents) == MOST_LISTED
    assert {each["verdict"] for each in outcome.documents} == {"refused"}
    assert outcome.unlisted == "800 more: 500 new, 300 refused."
    assert len(outcome.refused_marks) == 500
    outcome = Outcome(Submission(7, many[::2]))
    assert [(len(each["diff"]), each["lines"], each["cut"]) for each in outcome.documents[:2]] == [
        (MOST_LINES, MOST_LINES + 3, 3)
    ] * 2
    assert sum(len(each["diff"]) for each in outcome.documents) == MOST_LINES_OF_ALL
