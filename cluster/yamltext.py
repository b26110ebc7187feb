"""Objects as YAML text, block style with keys in order, as kubectl prints them. Only writes; `manifests` reads.

PyYAML emits. Ours is only which texts are quoted: those that some reader of YAML, old or new, would take for a number,
a date, a bool or null, and what kubectl quotes beside them.
"""

from __future__ import annotations

import io
from typing import Any

import yaml

from cluster.machinery.scalars import ScalarError, plain

_TEXT = "tag:yaml.org,2002:str"


class _Dumper(yaml.CSafeDumper):
    """No anchors for what occurs twice: an object is a tree."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _written(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text and text.strip("\n") else '"' if _is_something_else(dumper, text) else None
    return dumper.represent_scalar(_TEXT, text, style)


def _is_something_else(dumper: Any, text: str) -> bool:
    """Whether a reader of YAML 1.1 or Kubernetes' own would not read the bare text as that text."""
    if dumper.resolve(yaml.ScalarNode, text, (True, False)) != _TEXT or text.startswith("-"):
        return True
    try:
        return plain(text) != text
    except ScalarError:
        return True


_Dumper.add_representer(str, _written)


def dump(value: Any) -> str:
    """The YAML of any JSON value, with a newline at its end."""
    text = io.StringIO()
    yaml.dump(value, text, Dumper=_Dumper, width=2**20, allow_unicode=True, default_flow_style=False, sort_keys=True)
    return text.getvalue()


def lines(value: Any) -> list[str]:
    return dump(value).splitlines()
