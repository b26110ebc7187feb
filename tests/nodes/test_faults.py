"""Faults on purpose that will do nothing, and what is said of them."""

from __future__ import annotations

import pytest

from cluster.nodes.faults import misspelt

QUIET = [
    {},
    {"example.com/never-ready": "yes"},
    {"kubarium.dev/never-ready": "true", "kubarium.dev/crash": "false", "kubarium.dev/slow-start": "1m30s"},
]
WRONG = [
    ("never-ready", "yes", 'kubarium.dev/never-ready does nothing: it takes "true". This is "yes".'),
    ("slow-start", "banana", 'kubarium.dev/slow-start does nothing: it takes a time such as "5s". This is "banana".'),
    ("flap", "5", 'kubarium.dev/flap does nothing: it takes a time such as "5s". This is "5".'),
    ("never-redy", "true", "there is no such fault. Did you mean kubarium.dev/never-ready?"),
    ("x", "true", "kubarium.dev/x does nothing: there is no such fault. There are kubarium.dev/never-ready, "),
]


@pytest.mark.parametrize("annotations", QUIET)
def test_what_is_right_or_not_ours_is_left_alone(annotations: dict[str, str]) -> None:
    assert misspelt(annotations) == []


@pytest.mark.parametrize(("name", "value", "said"), WRONG)
def test_what_will_do_nothing_is_said(name: str, value: str, said: str) -> None:
    (told,) = misspelt({f"kubarium.dev/{name}": value})
    assert said in told
