"""The kubectl commands that do what the apply form does. Pure."""

from __future__ import annotations

import shlex

from dashboard.actions import kubectl
from dashboard.clusters.joining import titles

MOST_NAMED = 6
"""Files that a command names one by one."""


def commands(text: str, namespace: str, *, whole: bool) -> dict[str, str]:
    """`kubectl apply` and `kubectl diff` of a form's text: of its files where it is made of some, else of what they are
    given on standard input; so too where not all of it goes (`whole` is False)."""
    files = _files(text) if whole else ["-f", "-"]
    where = "" if namespace == "default" else namespace
    return {verb: kubectl(verb, *files, namespace=where) for verb in ("apply", "diff")}


def _files(text: str) -> list[str]:
    named = titles(text)
    if not named or named[0][0] != 1:
        return ["-f", "-"]
    names = [name for _, name in named]
    folders = {name.partition("/")[0] if "/" in name else "" for name in names}
    if len(names) > MOST_NAMED:
        folder = folders.pop() if len(folders) == 1 else ""
        return ["-R", "-f", shlex.quote(folder or ".")]
    return [word for name in names for word in ("-f", shlex.quote(name))]
