"""The grammar of a Corefile: words, comments, quotations and blocks; and every text that is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.machinery.corefile import CorefileError, Directive, read


def test_words_blocks_and_comments() -> None:
    text = '.:53 {\n  errors # all of them\n  # nothing\n\n  cache 30 {\n    disable success "a b"\n  }\n}\n'
    disable = Directive(6, "disable", ("success", "a b"))
    expected = Directive(1, ".:53", (), (Directive(2, "errors", ()), Directive(5, "cache", ("30",), (disable,))))
    assert read(text) == (expected,)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (".:53 {\n errors\n", "line 1: The block of .:53 is not closed."),
        (".:53 {\n}\n}\n", "line 3: This } closes nothing."),
        (".:53 {\n} log\n", "line 2: Nothing may follow a } on its line."),
        ("{\n}\n", "line 1: A block needs a name before its {."),
        ('. {\n log "half\n}', "line 2: A quotation is not closed on its line."),
        (". {\n forward . {$HOME}\n}", "line 2: Variables of the environment are not filled in here."),
        ("a {\n" * 10, "line 9: Blocks are nested too deeply."),
        ("#" * 70_000, "line 1: A Corefile has at most 64 KiB here."),
    ],
)
def test_what_is_no_corefile(text: str, sentence: str) -> None:
    with pytest.raises(CorefileError) as caught:
        read(text)
    assert str(caught.value) == sentence


@given(st.text(alphabet='{}#"\\ \nab.$', max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read(text)
    except CorefileError as error:
        assert str(error).startswith("line ")
