"""Bad values as Kubernetes' messages print them: the notation of Go's `%#v`, for the few types that appear there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cluster.machinery.errors import Written, shown


def string_map(values: Mapping[str, str] | None) -> Written:
    if values is None:
        return Written("map[string]string(nil)")
    inside = ", ".join(f"{shown(key)}:{shown(value)}" for key, value in sorted(values.items()))
    return Written(f"map[string]string{{{inside}}}")


def string_list(values: Iterable[str] | None, named: str = "string") -> Written:
    """`named`: Go's name of the texts' type, "networking.PolicyType"."""
    if values is None:
        return Written(f"[]{named}(nil)")
    return Written(f"[]{named}{{{', '.join(shown(value) for value in values)}}}")


def byte_list(value: bytes) -> Written:
    return Written(f"[]byte{{{', '.join(f'{each:#x}' for each in value)}}}") if value else Written("[]byte(nil)")


def label_selector(selector: Mapping[str, Any]) -> Written:
    expressions = selector.get("matchExpressions")
    listed = "(nil)" if not expressions else f"{{{', '.join(_requirement(each) for each in expressions)}}}"
    labels = string_map(selector.get("matchLabels") or None)
    return Written(f"v1.LabelSelector{{MatchLabels:{labels}, MatchExpressions:[]v1.LabelSelectorRequirement{listed}}}")


def _requirement(expression: Mapping[str, Any]) -> str:
    key, operator = shown(expression.get("key", "")), shown(expression.get("operator", ""))
    values = string_list(expression.get("values") or None)
    return f"v1.LabelSelectorRequirement{{Key:{key}, Operator:{operator}, Values:{values}}}"


def int_or_string(value: int | str) -> Written:
    number, text = (0, value) if isinstance(value, str) else (value, "")
    return Written(f"intstr.IntOrString{{Type:{int(isinstance(value, str))}, IntVal:{number}, StrVal:{shown(text)}}}")
