"""Regular expressions find what the C library's find, the leftmost and longest, and never take exponential time."""

from __future__ import annotations

import subprocess
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cluster.shell.expressions import BadExpression, Expression, compiled


def found(pattern: str, text: str, *, extended: bool = True) -> tuple[str | None, ...] | None:
    match = compiled(pattern, extended=extended).search(text)
    return None if match is None else match.groups


@pytest.mark.parametrize(
    ("pattern", "text", "groups"),
    [
        ("ab|abcd", "xabcdx", ("abcd",)),
        ("(a|ab)(c|bcd)", "abcd", ("abcd", "a", "bcd")),
        ("(x+x+)+y", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy", ("x" * 30 + "y", "x" * 30)),
        ("(a*)*b", "aab", ("aab", "aa")),
        ("^(.*)-([0-9]+)$", "web-a-12", ("web-a-12", "web-a", "12")),
        ("[[:digit:]]{2,3}", "a1b1234", ("123",)),
        ("[]x-]+", "a]-x", ("]-x",)),
        ("a{,2}$", "aaa", ("aa",)),
        (r"\bfoo\b", "a foo b", ("foo",)),
        ("(a)|b", "b", ("b", None)),
    ],
)
def test_what_is_found(pattern: str, text: str, groups: tuple[str | None, ...]) -> None:
    assert found(pattern, text) == groups


@pytest.mark.parametrize(
    ("pattern", "extended", "why"),
    [
        ("(", True, "Unmatched ( or \\("),
        ("a)", True, None),
        ("\\(", False, "Unmatched ( or \\("),
        ("[a", True, "Unmatched [, [^, [:, [., or [="),
        ("[z-a]", True, "Invalid range end"),
        ("[[:huh:]]", True, "Invalid character class name"),
        ("a{2,1}", True, "Invalid content of \\{\\}"),
        ("a\\", True, "Trailing backslash"),
        ("((((a{1000}){1000}){1000}){1000})", True, "Regular expression too big"),
    ],
)
def test_what_is_no_expression(pattern: str, extended: bool, why: str | None) -> None:
    if why is None:
        assert found(pattern, "a)") == ("a)",)
        return
    with pytest.raises(BadExpression) as raised:
        compiled(pattern, extended=extended)
    assert str(raised.value) == why


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(a|aa)+$", "(.*)*x", "a*a*a*a*a*a*b", "((a*)*)*b"])
def test_nothing_takes_exponential_time(pattern: str) -> None:
    began = time.process_time()
    assert found(pattern, "a" * 400 + "c") is None
    assert time.process_time() - began < 5


ATOMS = st.sampled_from(["a", "b", "ab", ".", "[ab]", "[^a]", "(a)", "(ab|b)", "(a|ab)", "(b*)", "^", "$"])
PIECES = st.tuples(ATOMS, st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,2}"])).map(
    lambda pair: pair[0] if pair[0] in "^$" else "".join(pair)
)
PATTERNS = st.lists(st.lists(PIECES, min_size=1, max_size=3).map("".join), min_size=1, max_size=2).map("|".join)


@given(PATTERNS, st.lists(st.text("abc", max_size=8), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_the_same_matches_as_the_real_sed(pattern: str, texts: list[str]) -> None:
    given_text = "".join(f"{text}\n" for text in texts)
    real = subprocess.run(
        ["sed", "-E", f"s/{pattern}/<&>/"],
        input=given_text.encode(),
        capture_output=True,
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        check=False,
    )
    if real.returncode:
        return
    expression = compiled(pattern, extended=True)
    assert "".join(f"{_marked(expression, text)}\n" for text in texts) == real.stdout.decode()


def _marked(expression: Expression, text: str) -> str:
    match = expression.search(text)
    return text if match is None else f"{text[: match.start]}<{match.groups[0]}>{text[match.end :]}"
