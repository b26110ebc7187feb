"""Rules for names that remember their answers: the same few names and labels stand on thousands of pods."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from cluster.machinery import names

Rule = Callable[[str], tuple[str, ...]]


def _remembering(rule: Callable[[str], list[str]]) -> Rule:
    @lru_cache(maxsize=4096)
    def answered(text: str) -> tuple[str, ...]:
        return tuple(rule(text))

    return answered


key_rule = _remembering(names.label_key)
value_rule = _remembering(names.label_value)
label_rule = _remembering(names.dns_label)
subdomain_rule = _remembering(names.dns_subdomain)
port_rule = _remembering(names.port_name)
