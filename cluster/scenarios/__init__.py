"""Packaged demos: a folder of manifests with an `about.txt` (title, then a sentence). Data, no Python needed."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from cluster.submission import submit

FOLDER = Path(__file__).parent


class Scenario(NamedTuple):
    slug: str
    title: str
    summary: str


class ScenarioRefused(Exception):
    """A packaged scenario no longer applies: a fault in the package, said with the refused lines."""


def scenarios() -> list[Scenario]:
    """All packaged scenarios, in order of their folder's name."""
    found = []
    for folder in sorted(FOLDER.iterdir()):
        about = folder / "about.txt"
        if about.is_file():
            title, summary = about.read_text(encoding="utf-8").strip().split("\n", 1)
            found.append(Scenario(folder.name, title.strip(), " ".join(summary.split())))
    return found


def load(cluster: int, slug: str, *, author: str) -> None:
    """Store a scenario's manifests in a cluster."""
    folder = FOLDER / slug
    texts = [(path.name, path.read_bytes()) for path in sorted(folder.glob("*.yaml"))]
    submission = submit(cluster, texts, author=author, cause=f"scenario {slug}")
    if not submission.ok:
        raise ScenarioRefused("\n".join(submission.lines()))
