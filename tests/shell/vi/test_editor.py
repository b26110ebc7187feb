"""What keys do to a text in vi."""

from __future__ import annotations

import re

import pytest

from cluster.shell.vi.editor import Editor

TEXT = "one two three\nfour (five) six\n\n  last line\n"
_KEY = re.compile(r"<(\w[\w-]*)>|(.)", re.DOTALL)


def typed(keys: str, text: str = TEXT) -> Editor:
    editor = Editor("/f")
    editor.text.load(text)
    for name, char in _KEY.findall(keys):
        editor.press(name or char)
    return editor


# (keys, the text's first lines, where the cursor is)
EDITS = [
    ("ix<esc>", "xone two three", (0, 0)),
    ("wix<esc>", "one xtwo three", (0, 4)),
    ("A!<esc>", "one two three!", (0, 13)),
    ("oab<enter>c<esc>", "one two three\nab\nc\nfour (five) six", (2, 0)),
    ("jOab<esc>", "one two three\nab\nfour (five) six", (1, 1)),
    ("3ix<esc>", "xxxone two three", (0, 2)),
    ("x", "ne two three", (0, 0)),
    ("3x", " two three", (0, 0)),
    ("dd", "four (five) six\n\n  last line", (0, 0)),
    ("2dd", "\n  last line", (0, 0)),
    ("ddp", "four (five) six\none two three\n", (1, 0)),
    ("yyP", "one two three\none two three\n", (0, 0)),
    ("yyjp", "one two three\nfour (five) six\none two three\n", (2, 0)),
    ("dw", "two three", (0, 0)),
    ("wd2w", "one ", (0, 3)),
    ("wD", "one ", (0, 3)),
    ("wcwx<esc>", "one x three", (0, 4)),
    ("wcc12<esc>", "12\nfour", (0, 1)),
    ("wyw$p", "one two threetwo ", (0, 16)),
    ("dG", "", (0, 0)),
    ("jdgg", "\n  last line", (0, 0)),
    ("$x", "one two thre", (0, 11)),
    ("jf(d%", "one two three\nfour  six", (1, 5)),
    ("jfqD", "one two three\n\n\n  last", (1, 0)),
    ("ftrT", "one Two three", (0, 4)),
    ("wdte", "one e", (0, 4)),
    ("J", "one two three four (five) six", (0, 13)),
    ("~~~~~", "ONE Two three", (0, 5)),
    (">>", "\tone two three", (0, 1)),
    ("xxuu", "one two three", (0, 0)),
    ("dwix<esc>u", "two three", (0, 0)),
    ("x.", "e two three", (0, 0)),
    ("iab<esc>j.", "abone two three\nfabour (five) six", (1, 2)),
    ("Rxy<esc>", "xye two three", (0, 1)),
    (":%s/e/E/g<enter>", "onE two thrEE\nfour (fivE) six\n\n  last linE", (3, 0)),
    (":s/two/&&/<enter>", "one twotwo three", (0, 0)),
    (":2d<enter>", "one two three\n\n  last", (1, 0)),
    (":2,$d<enter>", "one two three", (0, 0)),
    ("ddGp", "four (five) six\n\n  last line\none two three", (3, 0)),
    ("ia<backspace>b<esc>", "bone two three", (0, 0)),
]


@pytest.mark.parametrize(("keys", "text", "place"), EDITS)
def test_a_change(keys: str, text: str, place: tuple[int, int]) -> None:
    editor = typed(keys)
    assert editor.text.body().startswith(text)
    assert (editor.text.row, editor.text.column) == place
    assert editor.mode == "-"


PLACES = [
    ("lll", (0, 3)),
    ("jj", (2, 0)),
    ("jkl", (0, 1)),
    ("$", (0, 12)),
    ("w", (0, 4)),
    ("ww", (0, 8)),
    ("www", (1, 0)),
    ("e", (0, 2)),
    ("jwb", (1, 0)),
    ("jww", (1, 6)),
    ("jW", (1, 5)),
    ("G", (3, 2)),
    ("2G", (1, 0)),
    (":3<enter>", (2, 0)),
    ("/six<enter>", (1, 12)),
    ("/e<enter>nnn", (1, 9)),
    ("G?v<enter>", (1, 8)),
    ("jjmxgg'x", (2, 0)),
    ("fo;", (0, 6)),
    ("}", (2, 0)),
    ("<end><home>", (0, 0)),
    ("2j2k", (0, 0)),
]


@pytest.mark.parametrize(("keys", "place"), PLACES)
def test_a_move(keys: str, place: tuple[int, int]) -> None:
    editor = typed(keys)
    assert (editor.text.row, editor.text.column) == place
    assert not editor.text.changed


SAID = [
    ("x:q<enter>", "No write since last change (:quit! overrides)"),
    (":nonsense<enter>", "'nonsense' is not implemented"),
    ("/nowhere<enter>", "Pattern not found: nowhere"),
    (":9d<enter>", "Invalid line range"),
    ("u", "Already at oldest change"),
    ("/[<enter>", "Unmatched [, [^, [:, [., or [="),
]


@pytest.mark.parametrize(("keys", "said"), SAID)
def test_what_it_says(keys: str, said: str) -> None:
    assert typed(keys).message == said


def test_what_it_asks_for() -> None:
    assert [each.what for each in typed(":wq<enter>").asked] == ["write", "quit"]
    assert [each.what for each in typed("xZZ").asked] == ["write", "quit"]
    assert [each.what for each in typed("ZZ").asked] == ["quit"]
    assert [each.what for each in typed("x:q!<enter>").asked] == ["quit"]
    assert typed(":1,2w /other<enter>").asked[0][1:4] == ("/other", 0, 1)
    assert typed("x").standing() == "- /f [Modified] 1/4 25%"
    assert typed("i").standing() == "I /f 1/4 25%"
