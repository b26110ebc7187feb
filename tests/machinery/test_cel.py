"""CEL: values, Kubernetes' functions, the compiler's reports, and what stops."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery import cel

SELF: dict[str, Any] = {"l": [1, 2], "s": "hello", "m": {"k": "v"}, "n": None, "f": 1.5, "many": list(range(200))}


def run(source: str) -> Any:
    return cel.compile(source, ("self",)).run({"self": SELF})


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("self.l.all(x, x < 3) && has(self.s) && !has(self.x)", True),
        ("self.l.map(x, x * 2)", [2, 4]),
        ("self.?x.orValue('d')", "d"),
        ("'%s has %d'.format([self.s, size(self.l)])", "hello has 2"),
        ("self.s.matches('^h.*o$') && self.s.lowerAscii() == 'hello'", True),
        ("self.l.sum() == 3 && self.l.max() == 2 && self.l.min() == 1 && self.l.isSorted()", True),
        ("quantity('1Gi').isGreaterThan(quantity('500Mi')) && quantity('1') == quantity('1000m')", True),
        ("quantity('2').add(quantity('500m')).asApproximateFloat()", 2.5),
        ("quantity('2').compareTo(quantity('3')) + quantity('5').asInteger()", 4),
        ("isQuantity('1x') || isQuantity('')", False),
        ("url('https://a.b:8/c?x=1').getHost() + url('https://a.b:8/c').getHostname()", "a.b:8a.b"),
        ("isURL('nope') || isIP('1.2.3') || isCIDR('1.2.3.4')", False),
        ("cidr('10.0.0.0/8').containsIP('10.1.2.3') && !cidr('10.0.0.0/8').containsCIDR('11.0.0.0/16')", True),
        ("ip('::1').family()", 6),
        ("timestamp('2024-01-01T00:00:00Z') + duration('1h') > timestamp('2024-01-01T00:30:00Z')", True),
        ("1 / 0 > 1 || true", True),
    ],
)
def test_expressions_have_values(source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("self.m.x", "no such key: x"),
        ("self.l[7]", "index out of bounds: 7"),
        ("1 / 0", "division by zero"),
        ("self.s + 1", "no such overload"),
        ("[].max()", "min or max called on empty list"),
    ],
)
def test_what_has_no_value_says_why(source: str, said: str) -> None:
    with pytest.raises(cel.Failed) as failed:
        run(source)
    assert str(failed.value) == said


@pytest.mark.parametrize("source", ["self.many.all(x, self.many.all(y, true))", "self.many.map(x, self.many).size()"])
def test_what_loops_too_long_is_stopped(source: str) -> None:
    if source.endswith("size()"):
        assert run(source) == 200
        return
    with pytest.raises(cel.TooCostly):
        run(source)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("foo", "ERROR: <input>:1:1: undeclared reference to 'foo' (in container '')\n | foo\n | ^"),
        (
            "true && 'x'",
            "ERROR: <input>:1:6: found no matching overload for '_&&_' applied to '(bool, string)'\n"
            " | true && 'x'\n | .....^",
        ),
        ("x" * 70_000, "the expression is longer than 65536 characters"),
    ],
)
def test_what_is_no_expression_is_reported_with_its_place(source: str, said: str) -> None:
    with pytest.raises(cel.NotCompiled) as refused:
        cel.compile(source, ("self",))
    assert str(refused.value) == said


@pytest.mark.parametrize(("source", "type_"), [("1 < 2", "bool"), ("'a'", "string"), ("self.x", "dyn"), ("1", "int")])
def test_the_type_is_known_beforehand(source: str, type_: str) -> None:
    assert cel.compile(source, ("self",)).type == type_
