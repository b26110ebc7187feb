"""What Go says of a text that is no JSON, and that it takes what orjson takes."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.machinery.gojson import END, fault

WORDS = [
    ("", END),
    ("{", END),
    ('{"a": ', END),
    ("[1,", END),
    ('"abc', END),
    ("1.", END),
    ("tru", END),
    ('{"a" 1}', "invalid character '1' after object key"),
    ('{"a":1,}', "invalid character '}' looking for beginning of object key string"),
    ("{a:1}", "invalid character 'a' looking for beginning of object key string"),
    ('{"a":1 "b":2}', "invalid character '\"' after object key:value pair"),
    ("[1 2]", "invalid character '2' after array element"),
    ("[1,]", "invalid character ']' looking for beginning of value"),
    ("{} x", "invalid character 'x' after top-level value"),
    ("trux", "invalid character 'x' in literal true (expecting 'e')"),
    (r'"\q"', "invalid character 'q' in string escape code"),
    (r'"\u12g4"', r"invalid character 'g' in \u hexadecimal character escape"),
    ('"a\nb"', r"invalid character '\n' in string literal"),
    ("-x", "invalid character 'x' in numeric literal"),
    ("1.x", "invalid character 'x' after decimal point in numeric literal"),
    ("1ex", "invalid character 'x' in exponent of numeric literal"),
    ("01", "invalid character '1' after top-level value"),
    ("[" * 20_000, "exceeded max depth"),
]


@pytest.mark.parametrize(("text", "words"), WORDS, ids=[text[:20] for text, _ in WORDS])
def test_the_words(text: str, words: str) -> None:
    assert fault(text.encode()) == words


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(values, st.booleans())
def test_what_is_json_has_no_fault(value: object, indented: bool) -> None:
    assert fault(orjson.dumps(value, option=orjson.OPT_INDENT_2 if indented else 0)) == ""


@given(values, st.data())
def test_what_is_cut_off_has_one(value: object, data: st.DataObject) -> None:
    text = orjson.dumps({"a": value})
    assert fault(text[: data.draw(st.integers(0, len(text) - 1))])
