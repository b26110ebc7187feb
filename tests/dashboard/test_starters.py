"""The templates that the form offers: each is a whole submission that a new cluster takes."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.scenarios import scenarios
from cluster.store import create_cluster
from cluster.store.clusters import delete_cluster
from cluster.submission import plan
from dashboard.clusters.starters import Starter, groups, read, text_of

STARTERS = [each for group in groups() for each in group.starters]


@pytest.fixture
def cluster() -> Any:
    made = create_cluster("test", author="tester")
    yield made
    delete_cluster(made)


@pytest.mark.django_db
@pytest.mark.parametrize("starter", STARTERS, ids=[each.name for each in STARTERS])
def test_a_new_cluster_takes_it(cluster: Any, starter: Starter) -> None:
    planned = plan(cluster.pk, [(starter.name, starter.text.encode())], author="ada")
    assert planned.ok, planned.lines()
    assert {each.verdict for each in planned.documents} == {"create"}


@pytest.mark.django_db
def test_all_can_stand_together(cluster: Any) -> None:
    planned = plan(cluster.pk, [(each.name, each.text.encode()) for each in STARTERS], author="ada")
    assert planned.ok, planned.lines()


def test_a_starter_says_what_it_is_and_for_what() -> None:
    assert read("a", "# A thing\n# For this\n# and that.\nkind: A\n# not this\n") == Starter(
        "a", "A thing", "For this and that.", "# A thing\n# For this\n# and that.\nkind: A\n# not this\n"
    )
    names = [*(each.name for each in STARTERS), *(each.slug for each in scenarios())]
    assert len(set(names)) == len(names), "a template and an example share an address"
    for each in STARTERS:
        assert each.title and each.summary.endswith("."), each.name
    assert groups()[0].title == "Headless Services"


def test_what_is_not_there_is_none() -> None:
    assert text_of("nothing") is None
