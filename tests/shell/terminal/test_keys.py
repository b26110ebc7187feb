"""Bytes of a keyboard, however they are cut."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cluster.shell.terminal.keys import Keys, Pasted

TYPED = b"a\x1b[A\x1b[1;5C\x1bb\x1b[3~\xc3\xa9\r\x03\x7f\x1bOH\x1b[200~ls\r\x1b[A\x03\x1b[201~b"
MEANT = ["a", "up", "alt-f", "alt-b", "delete", "é", "enter", "ctrl-c", "backspace", "home", "ls\n\x1b[A\x03", "b"]


@given(st.lists(st.integers(0, len(TYPED))))
def test_keys_do_not_depend_on_how_bytes_arrive(cuts: list[int]) -> None:
    keys = Keys()
    bounds = [0, *sorted(cuts), len(TYPED)]
    found = [key for low, high in pairwise(bounds) for key in keys.feed(TYPED[low:high])]
    assert found == MEANT
    assert [isinstance(key, Pasted) for key in found] == [len(key) > 5 and "\n" in key for key in MEANT]


@given(st.binary())
def test_any_bytes_are_taken(data: bytes) -> None:
    assert all(isinstance(key, str) for key in Keys().feed(data))
