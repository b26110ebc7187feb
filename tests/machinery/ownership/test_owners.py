"""Who owns what after which writes and applies, as short stories about one object."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from cluster.machinery import schema
from cluster.machinery.objects import Obj
from cluster.machinery.ownership import managers
from cluster.machinery.ownership.conflicts import ApplyConflict
from cluster.machinery.ownership.fieldsets import FieldSet
from cluster.machinery.ownership.managers import Managed, Owned, applier, updater
from cluster.machinery.ownership.updating import View, applied, written

STATUS: FieldSet = {"f:status": {}}
VIEW = View("apps/v1", schema.place("apps/v1", "Deployment"), left_out=STATUS)


class Story:
    """One Deployment; every apply and write is a minute after the one before."""

    def __init__(self) -> None:
        self.obj: Obj = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}
        self.managed: Managed = {}
        self.minute = 0

    def _now(self) -> str:
        self.minute += 1
        return f"2026-11-23T05:{self.minute:02}:00Z"

    def _config(self, text: str) -> Obj:
        found: Obj = yaml.safe_load(text) or {}
        identity = {"apiVersion": "apps/v1", "kind": "Deployment"}
        return {**identity, **found, "metadata": {"name": "web", **(found.get("metadata") or {})}}

    def apply(self, manager: str, text: str, *, force: bool = False) -> Story:
        made = applied(self.obj, self._config(text), self.managed, applier(manager), VIEW, self._now(), force=force)
        self.obj, self.managed = made.object or self.obj, made.managed
        return self

    def write(self, manager: str, text: str) -> Story:
        new = self._config(text)
        self.managed = written(self.obj, new, self.managed, updater(manager, "apps/v1"), VIEW, self._now())
        self.obj = new
        return self

    def owners(self, *way: str) -> set[str]:
        def holds(fields: Any) -> bool:
            for step in way[:-1]:
                fields = fields.get(step) or {}
            node = fields.get(way[-1])
            return node is not None and (not node or "." in node)

        return {owner.manager for owner, owned in self.managed.items() if holds(owned.fields)}


REPLICAS = ("f:spec", "f:replicas")
IMAGE = ("f:spec", "f:template", "f:spec", "f:containers", 'k:{"name":"c"}', "f:image")
CONTAINER = "spec: {template: {spec: {containers: [{name: c, image: %s}]}}}"


def test_equal_values_are_owned_together() -> None:
    story = Story().apply("one", "spec: {replicas: 3}").apply("two", "spec: {replicas: 3}")
    assert story.owners(*REPLICAS) == {"one", "two"}


def test_another_value_is_a_conflict_and_force_takes_it() -> None:
    story = Story().apply("one", "spec: {replicas: 3}")
    with pytest.raises(ApplyConflict) as refused:
        story.apply("two", "spec: {replicas: 4}")
    assert refused.value.message == 'Apply failed with 1 conflict: conflict with "one": .spec.replicas'
    assert story.apply("two", "spec: {replicas: 4}", force=True).owners(*REPLICAS) == {"two"}


def test_several_conflicts_are_grouped_by_owner() -> None:
    story = (
        Story()
        .apply("one", "{metadata: {labels: {a: x}}, spec: {replicas: 3}}")
        .write("edit", "{metadata: {labels: {a: x, b: y}}, spec: {replicas: 3}}")
    )
    with pytest.raises(ApplyConflict) as refused:
        story.apply("two", "{metadata: {labels: {a: z, b: z}}, spec: {replicas: 4}}")
    assert refused.value.message == (
        'Apply failed with 3 conflicts: conflicts with "edit" using apps/v1:\n- .metadata.labels.b\n'
        'conflicts with "one":\n- .metadata.labels.a\n- .spec.replicas'
    )
    assert [cause["field"] for cause in (refused.value.details or {})["causes"]] == [
        ".metadata.labels.b",
        ".metadata.labels.a",
        ".spec.replicas",
    ]


def test_what_is_no_longer_applied_goes_unless_somebody_else_owns_it() -> None:
    story = Story().apply("one", "metadata: {labels: {a: x, b: y}}").apply("two", "metadata: {labels: {b: y}}")
    story.apply("one", "metadata: {}")
    assert story.obj["metadata"] == {"name": "web", "labels": {"b": "y"}}
    assert story.apply("two", "metadata: {}").obj["metadata"] == {"name": "web"}
    assert story.managed == {}


def test_a_write_takes_what_it_changes_and_applying_it_again_conflicts() -> None:
    story = Story().apply("one", CONTAINER % "a").write("edit", CONTAINER % "b")
    assert story.owners(*IMAGE) == {"edit"}
    with pytest.raises(ApplyConflict, match=r'using apps/v1: \.spec\.template\.spec\.containers\[name="c"\]\.image'):
        story.apply("one", CONTAINER % "a")


def test_what_a_write_takes_away_is_nobodys() -> None:
    story = Story().apply("one", "metadata: {labels: {a: x, b: y}}").write("edit", "metadata: {labels: {b: y}}")
    assert story.owners("f:metadata", "f:labels", "f:a") == set()
    assert story.owners("f:metadata", "f:labels", "f:b") == {"one"}


def test_items_of_lists_are_owned_one_by_one() -> None:
    ports = "spec: {template: {spec: {containers: [{name: c, ports: [{containerPort: %s}]}]}}}"
    story = Story().apply("one", ports % 80).apply("two", ports % 81)
    listed = story.obj["spec"]["template"]["spec"]["containers"][0]["ports"]
    assert listed == [{"containerPort": 80}, {"containerPort": 81}]
    story.apply("one", "spec: {template: {spec: {containers: [{name: c}]}}}")
    assert story.obj["spec"]["template"]["spec"]["containers"] == [{"name": "c", "ports": [{"containerPort": 81}]}]


def test_whole_values_have_one_owner() -> None:
    selector = "spec: {selector: {matchLabels: {a: %s}}}"
    story = Story().apply("one", selector % "x")
    assert story.owners("f:spec", "f:selector") == {"one"}
    with pytest.raises(ApplyConflict, match=r"\.spec\.selector$"):
        story.apply("two", selector % "y")


def test_applied_order_rules_and_strangers_keep_their_place() -> None:
    names = "spec: {template: {spec: {containers: [%s]}}}"
    story = Story().write("edit", names % "{name: x}, {name: a}, {name: y}, {name: b}, {name: z}")
    story.apply("one", names % "{name: b}, {name: a}, {name: n}")
    listed = [each["name"] for each in story.obj["spec"]["template"]["spec"]["containers"]]
    assert [name for name in listed if name in "ban"] == ["b", "a", "n"]
    assert [name for name in listed if name in "xyz"] == ["x", "y", "z"]


def test_the_status_is_out_of_reach() -> None:
    story = Story().apply("one", "{spec: {replicas: 1}, status: {replicas: 5}}")
    assert story.owners("f:status", "f:replicas") == set()


def test_applying_the_same_again_changes_nothing() -> None:
    story = Story().apply("one", CONTAINER % "a")
    before = managers.encode(story.managed)
    assert managers.encode(story.apply("one", CONTAINER % "a").managed) == before


def test_the_oldest_writes_become_one_entry() -> None:
    story = Story()
    labels: dict[str, str] = {}
    for number in range(14):
        labels[f"l{number}"] = "x"
        story.write(f"w{number:02}", yaml.safe_dump({"metadata": {"labels": labels}}))
    entries = managers.encode(story.managed)
    assert len(entries) == managers.MOST_UPDATES
    assert entries[0]["manager"] == managers.ANCIENT
    assert set(entries[0]["fieldsV1"]["f:metadata"]["f:labels"]) == {".", "f:l0", "f:l1", "f:l2", "f:l3", "f:l4"}
    assert entries[0]["time"] == "2026-11-23T05:05:00Z"
    assert [entry["manager"] for entry in entries[1:]] == [f"w{number:02}" for number in range(5, 14)]


FAULTY = [
    ({"operation": "Replace"}, "operation must be `Apply` or `Update`"),
    ({"apiVersion": ""}, "apiVersion must not be empty"),
    ({"fieldsType": ""}, "missing fieldsType in managed fields entry 0"),
    ({"fieldsType": "FieldsV2"}, 'invalid fieldsType "FieldsV2" in managed fields entry 0'),
    ({"fieldsV1": {"x:a": {}}}, "unknown path element type"),
    ({"fieldsV1": {"fa": {}}}, "missing colon: fa"),
    ({"fieldsV1": {"k:{": {}}}, "unexpected end of data"),
]


@pytest.mark.parametrize(("change", "message"), FAULTY)
def test_entries_that_make_no_sense(change: Obj, message: str) -> None:
    entry = {"manager": "m", "operation": "Update", "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": {}}
    with pytest.raises(managers.Undecodable) as refused:
        managers.decode([{**entry, **change}])
    assert message in str(refused.value)


def test_entries_are_read_and_written_alike() -> None:
    fields: FieldSet = {"f:spec": {"f:ports": {'k:{"protocol":"TCP","port":80}': {".": {}, "f:name": {}}}}}
    given = [
        {"manager": "b", "operation": "Update", "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": fields,
         "subresource": "status", "time": "2026-11-23T05:00:00Z"},
        {"manager": "a", "operation": "Apply", "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": {"f:x": {}}},
    ]  # fmt: skip
    managed = managers.decode(given)
    assert managed[applier("a")] == Owned({"f:x": {}}, "v1")
    made = managers.encode(managed)
    assert [entry["manager"] for entry in made] == ["a", "b"]
    assert list(made[1]["fieldsV1"]["f:spec"]["f:ports"]) == ['k:{"port":80,"protocol":"TCP"}']
    assert managers.encode(managers.decode(made)) == made


@pytest.mark.parametrize(("sent", "resets"), [([], True), ([{}], True), (None, False), ([{"manager": "a"}], False)])
def test_what_asks_to_forget_all_owners(sent: Any, resets: bool) -> None:
    assert managers.is_reset(sent) is resets


@pytest.mark.parametrize(
    ("given", "agent", "name"),
    [
        ("mine", "kubectl/v1", "mine"),
        ("", "kubectl/v1.32.3 (linux/amd64) kubernetes/32cc146", "kubectl"),
        ("", "a\tb/1", "ab"),
        ("", "x" * 200, "x" * 128),
        ("", "é" * 100, "é" * 64),
    ],
)
def test_the_name_of_who_writes(given: str, agent: str, name: str) -> None:
    assert managers.name_of(given, agent) == name
