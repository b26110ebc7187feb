"""Sets of indexes as text, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.machinery import indexes

SHOWN = [([], ""), ([3], "3"), ([0, 1], "0,1"), ([2, 1, 0], "0-2"), ([1, 3, 4, 5, 7], "1,3-5,7"), ([8, 9], "8,9")]


@pytest.mark.parametrize(("given_", "text"), SHOWN)
def test_shown(given_: list[int], text: str) -> None:
    assert indexes.shown(given_) == text


@given(st.frozensets(st.integers(0, 50)))
def test_what_is_shown_reads_back(found: frozenset[int]) -> None:
    assert indexes.parse(indexes.shown(found), 51) == indexes.known(indexes.shown(found), 51) == found


@pytest.mark.parametrize("text", ["a", "1,", "3,1", "1,1", "2-1", "2-2", "-3", "1-", "0-9", "9", "1-2-3", " 1"])
def test_what_is_no_set_of_indexes(text: str) -> None:
    with pytest.raises(ValueError, match=r"index|order"):
        indexes.parse(text, 5)


def test_what_is_beyond_the_limit_or_not_understood_is_left_out_of_a_status() -> None:
    assert indexes.known("0,x,2-9,", 5) == {0, 2, 3, 4}
