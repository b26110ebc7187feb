"""Every resource that a real control plane was found to serve is a kind here, with its names, verbs and subresources.

What discovery answers over HTTP is compared elsewhere; this is about what it is made from.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from cluster.kinds import KINDS, by_kind, by_path
from cluster.kinds.kind import Kind
from cluster.machinery import schema
from tests.fidelity import golden

FILE = "discovery.json"

needs_recording = pytest.mark.skipif(bool(golden.absent(FILE)), reason=golden.absent(FILE))


class Recorded(NamedTuple):
    api_version: str
    resource: dict[str, Any]

    @property
    def kind(self) -> Kind:
        found = by_path(self.api_version, self.resource["resource"])
        assert found is not None, f"{self.resource['resource']} of {self.api_version} is no kind"
        return found


def _recorded() -> Iterator[Recorded]:
    documents = (golden.load(FILE) or {"documents": {}})["documents"]
    for name in ("/api aggregated", "/apis aggregated"):
        for group in documents[name]["body"]["items"] if name in documents else ():
            called = group["metadata"].get("name", "")
            for version in group["versions"]:
                api_version = f"{called}/{version['version']}" if called else version["version"]
                yield from (Recorded(api_version, resource) for resource in version["resources"])


RECORDED = list(_recorded())
IDS = [f"{each.resource['resource']}-{each.api_version}" for each in RECORDED]


@needs_recording
@pytest.mark.parametrize("recorded", RECORDED, ids=IDS)
def test_a_resource_is_called_as_there(recorded: Recorded) -> None:
    kind, resource = recorded.kind, recorded.resource
    assert kind.kind == resource["responseKind"]["kind"]
    assert kind.namespaced == (resource["scope"] == "Namespaced")
    assert kind.singular == resource["singularResource"]
    assert list(kind.short_names) == resource.get("shortNames", [])
    assert list(kind.categories) == resource.get("categories", [])
    assert by_kind(recorded.api_version, kind.kind) is kind


@needs_recording
@pytest.mark.parametrize("recorded", RECORDED, ids=IDS)
def test_it_has_the_verbs_it_has_there(recorded: Recorded) -> None:
    assert sorted(recorded.kind.verbs) == sorted(recorded.resource["verbs"])


@needs_recording
@pytest.mark.parametrize("recorded", RECORDED, ids=IDS)
def test_it_has_the_subresources_it_has_there(recorded: Recorded) -> None:
    def shape(each: dict[str, Any]) -> tuple[Any, ...]:
        given = each["responseKind"]
        own = given["kind"] == recorded.kind.kind
        # A version left out is that of the resource itself.
        version = given["version"] or recorded.api_version.rpartition("/")[2]
        kind = None if own else (given["group"], version, given["kind"])
        return each["subresource"], sorted(each["verbs"]), kind

    ours = [(each.name, sorted(each.verbs), each.kind) for each in recorded.kind.all_subresources]
    assert ours == sorted((shape(each) for each in recorded.resource.get("subresources", ())), key=lambda each: each[0])


@needs_recording
def test_nothing_is_served_that_is_not_there() -> None:
    there = {(each.api_version, each.resource["resource"]) for each in RECORDED}
    ours = {(version, kind.resource) for kind in KINDS for version in (kind.api_version, *kind.served_versions)}
    # Usage is told by a server of its own, which that control plane had none of.
    assert {each for each in ours if not each[0].startswith("metrics.k8s.io/")} == there


@needs_recording
@pytest.mark.parametrize("recorded", RECORDED, ids=IDS)
def test_its_fields_are_known(recorded: Recorded) -> None:
    assert schema.known(recorded.api_version, recorded.kind.kind)


@needs_recording
def test_the_preferred_version_is_the_stored_one() -> None:
    """The first version of a group is what kubectl speaks."""
    first: dict[str, str] = {}
    for each in RECORDED:
        first.setdefault(f"{each.api_version.rpartition('/')[0]}/{each.resource['resource']}", each.api_version)
    for key, api_version in first.items():
        kind = by_path(api_version, key.rpartition("/")[2])
        assert kind is not None
        assert api_version in (kind.api_version, *kind.served_versions)
        assert api_version == kind.api_version or kind.group != api_version.rpartition("/")[0]
