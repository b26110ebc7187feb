"""Manifests to start from: files of `dashboard/starters`, data that needs no Python.

A file's first line is its title, the comment lines below say in a sentence what it is for; `10-job.yaml` comes before
`20-cronjob.yaml` and is called `job`. The number's first digit is its group.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent.parent / "starters"
_GROUPS = {
    "0": "Headless Services",
    "1": "Workloads and their Services",
    "2": "Work that ends",
    "3": "Settings and disks",
    "4": "Rules and limits",
}


class Starter(NamedTuple):
    name: str
    title: str
    summary: str
    text: str


class Group(NamedTuple):
    title: str
    starters: tuple[Starter, ...]


@cache
def groups() -> tuple[Group, ...]:
    found: dict[str, list[Starter]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        number, _, name = path.stem.partition("-")
        found.setdefault(number[0], []).append(read(name, path.read_text(encoding="utf-8")))
    return tuple(Group(_GROUPS[digit], tuple(starters)) for digit, starters in found.items())


def read(name: str, text: str) -> Starter:
    """Pure. The comment at the top stays in the text: who meets it later knows what it is for."""
    top: list[str] = []
    for line in text.splitlines():
        if not line.startswith("# "):
            break
        top.append(line[2:].strip())
    return Starter(name, top[0], " ".join(top[1:]), text)


def text_of(name: str) -> str | None:
    every = (each for group in groups() for each in group.starters)
    return next((each.text for each in every if each.name == name), None)
