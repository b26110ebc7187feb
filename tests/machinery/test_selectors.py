"""Label and field selectors."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.machinery import selectors
from cluster.machinery.selectors import SelectorError
from tests.kinds.recorded import recording

_CASES = {case["name"]: case for case in recording("errors.json")["cases"]}

# text, how it is written back, labels it matches, labels it does not
MATCHES: list[tuple[str, str, list[dict[str, str]], list[dict[str, str]]]] = [
    ("", "", [{}, {"a": "b"}], []),
    ("a=b", "a=b", [{"a": "b"}], [{}, {"a": "c"}]),
    ("a==b", "a==b", [{"a": "b"}], [{}]),
    ("a!=b", "a!=b", [{}, {"a": "c"}], [{"a": "b"}]),
    (" c , a = b ", "a=b,c", [{"a": "b", "c": ""}], [{"a": "b"}, {"c": ""}]),
    ("a in (y, x,x)", "a in (x,y)", [{"a": "x"}, {"a": "y"}], [{}, {"a": "z"}]),
    ("a notin (x)", "a notin (x)", [{}, {"a": "z"}], [{"a": "x"}]),
    ("!a", "!a", [{}], [{"a": ""}]),
    ("! a", "!a", [{}], [{"a": ""}]),
    ("a in (,x)", "a in (,x)", [{"a": ""}, {"a": "x"}], [{}]),
    ("a in (x,)", "a in (,x)", [{"a": ""}, {"a": "x"}], [{}]),
    ("a=", "a=", [{"a": ""}], [{}, {"a": "b"}]),
    ("a>5", "a>5", [{"a": "6"}], [{"a": "5"}, {}, {"a": "x"}]),
    ("a<5", "a<5", [{"a": "-1"}], [{"a": "5"}, {}]),
    ("in in (in)", "in in (in)", [{"in": "in"}], [{}]),
    ("x.io/a=1,x.io/b", "x.io/a=1,x.io/b", [{"x.io/a": "1", "x.io/b": "2"}], [{"x.io/a": "1"}]),
]


@pytest.mark.parametrize(("text", "written", "matched", "unmatched"), MATCHES, ids=[row[0] for row in MATCHES])
def test_label_selectors(
    text: str, written: str, matched: list[dict[str, str]], unmatched: list[dict[str, str]]
) -> None:
    selector = selectors.parse(text)
    assert str(selector) == written
    assert selectors.parse(written) == selector
    assert [labels for labels in matched if not selector.matches(labels)] == []
    assert [labels for labels in unmatched if selector.matches(labels)] == []


WRONG = [
    ("=b", "found '=', expected: !, identifier, or 'end of string'"),
    (",", "found ',', expected: !, identifier, or 'end of string'"),
    ("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
    ("a=b,", "found '', expected: identifier after ','"),
    ("a=b c", "found 'c', expected: ',' or 'end of string'"),
    ("!", "unable to parse requirement: found '', expected: identifier"),
    ("a in (x y)", "unable to parse requirement: found 'y', expected: ',' or ')'"),
    ("a in (=", "unable to parse requirement: found '=', expected: ',', ')' or identifier"),
    (
        "a in ()",
        "unable to parse requirement: values: Invalid value: []: for 'in', 'notin' operators, values set can't be"
        " empty",
    ),
    (
        "a>b",
        "unable to parse requirement: values[0]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be an"
        " integer",
    ),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(SelectorError) as refused:
        selectors.parse(text)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("text", "place"), [("-a=b", '<nil>: Invalid value: "-a"'), ("a=b:c", 'values[0][a]: Invalid value: "b:c"')]
)
def test_bad_keys_and_values_are_named(text: str, place: str) -> None:
    with pytest.raises(SelectorError) as refused:
        selectors.parse(text)
    assert str(refused.value).startswith(f"unable to parse requirement: {place}: ")


@pytest.mark.parametrize(("case", "text"), [("list-bad-labelselector", "a===b"), ("list-bad-labelselector2", "a in b")])
def test_recorded_words(case: str, text: str) -> None:
    with pytest.raises(SelectorError) as refused:
        selectors.parse(text)
    assert str(refused.value) == _CASES[case]["response"]["message"]


STRUCTURED: list[tuple[dict[str, Any] | None, list[dict[str, str]], list[dict[str, str]]]] = [
    (None, [], [{}, {"a": "b"}]),
    ({}, [{}, {"a": "b"}], []),
    ({"matchLabels": {"a": "b"}}, [{"a": "b"}], [{}]),
    ({"matchExpressions": [{"key": "a", "operator": "In", "values": ["x"]}]}, [{"a": "x"}], [{}]),
    ({"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["x"]}]}, [{}], [{"a": "x"}]),
    ({"matchExpressions": [{"key": "a", "operator": "Exists"}]}, [{"a": ""}], [{}]),
    ({"matchExpressions": [{"key": "a", "operator": "DoesNotExist"}]}, [{}], [{"a": ""}]),
]


@pytest.mark.parametrize(("given_", "matched", "unmatched"), STRUCTURED)
def test_structured_selectors(
    given_: dict[str, Any] | None, matched: list[dict[str, str]], unmatched: list[dict[str, str]]
) -> None:
    selector = selectors.from_label_selector(given_)
    assert [labels for labels in matched if not selector.matches(labels)] == []
    assert [labels for labels in unmatched if selector.matches(labels)] == []


def test_an_unknown_operator_is_refused() -> None:
    with pytest.raises(SelectorError, match=r'^"Maybe" is not a valid label selector operator$'):
        selectors.from_label_selector({"matchExpressions": [{"key": "a", "operator": "Maybe"}]})


_WORDS: st.SearchStrategy[str] = st.from_regex(r"([a-c0-9][-a-c0-9_.]{0,3})?[a-c0-9]", fullmatch=True)
_LABELS = st.dictionaries(_WORDS, _WORDS | st.just(""), max_size=4)


@given(_LABELS, _LABELS)
def test_a_map_selects_those_that_have_all_of_it(wanted: dict[str, str], labels: dict[str, str]) -> None:
    selector = selectors.from_labels(wanted)
    assert selector.matches(labels) == (wanted.items() <= labels.items())
    assert selectors.parse(str(selector)) == selector


FIELDS = [
    ("metadata.name=web", [("metadata.name", "=", "web")]),
    ("metadata.name==web,spec.nodeName!=", [("metadata.name", "=", "web"), ("spec.nodeName", "!=", "")]),
    ("a=x\\,y\\=z\\\\", [("a", "=", "x,y=z\\")]),
    ("", []),
]


@pytest.mark.parametrize(("text", "requirements"), FIELDS)
def test_field_selectors(text: str, requirements: list[tuple[str, str, str]]) -> None:
    selector = selectors.parse_field(text)
    assert [tuple(each) for each in selector.requirements] == requirements
    assert selectors.parse_field(str(selector)) == selector


def test_a_field_selector_asks_for_each_value() -> None:
    selector = selectors.parse_field("spec.nodeName!=,status.phase=Running")
    pod = {"spec.nodeName": "node-1", "status.phase": "Running"}
    assert selector.matches(lambda field: pod.get(field, ""))
    assert not selector.matches(lambda field: "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a", "invalid selector: 'a'; can't understand 'a'"),
        ("a=b=c", "invalid field selector: unescaped character in value: b=c"),
        ("a=\\x", "invalid field selector: invalid escape sequence: \\x"),
    ],
)
def test_bad_field_selectors(text: str, message: str) -> None:
    with pytest.raises(SelectorError) as refused:
        selectors.parse_field(text)
    assert str(refused.value) == message
