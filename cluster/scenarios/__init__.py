"""Packaged demos: a folder of manifests, an `about.txt` (its place in the list, its title, a sentence) and, if somebody
drew one, a `picture.svg` in the classes of the site's own pictures. Data, no Python needed."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from cluster.submission import submit

FOLDER = Path(__file__).parent


class Scenario(NamedTuple):
    slug: str
    title: str
    summary: str
    picture: str = ""
    """SVG to stand within a page; "" without one."""


class ScenarioRefused(Exception):
    """There is no such scenario, or it no longer applies: said with the refused lines."""


def scenarios() -> list[Scenario]:
    """All packaged scenarios, in the order their about.txt says."""
    found = []
    for about in FOLDER.glob("*/about.txt"):
        place, title, summary = about.read_text(encoding="utf-8").strip().split("\n", 2)
        drawing = about.with_name("picture.svg")
        picture = drawing.read_text(encoding="utf-8") if drawing.exists() else ""
        found.append((int(place), Scenario(about.parent.name, title.strip(), " ".join(summary.split()), picture)))
    return [scenario for _, scenario in sorted(found)]


def load(cluster: int, slug: str, *, author: str) -> None:
    """Store a scenario's manifests in a cluster."""
    folder = FOLDER / slug
    if slug not in {each.slug for each in scenarios()}:
        raise ScenarioRefused(f"there is no scenario {slug}")
    texts = [(path.name, path.read_bytes()) for path in sorted(folder.glob("*.yaml"))]
    submission = submit(cluster, texts, author=author, cause=f"scenario {slug}")
    if not submission.ok:
        raise ScenarioRefused("\n".join(submission.lines()))
