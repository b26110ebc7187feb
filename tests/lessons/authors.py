"""Lessons as an author writes them, into a folder of a test."""

from __future__ import annotations

from pathlib import Path

from cluster.lessons import Lesson, load

GOOD = """\
title: A Service
summary: Make a Service.
minutes: 5
steps:
  - title: Make it
    text: Apply `web.yaml`.
    checks:
      - exists: Service/web
        done: web is there
    do:
      - apply: web.yaml
    wrong:
      - apply: other.yaml
ending: That is all.
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: %s}
spec:
  selector: {app: web}
  ports: [{port: 80}]
"""


def write(folder: Path, text: str = GOOD, **files: str) -> Path:
    """A folder with that lesson and the manifests that GOOD speaks of."""
    made = folder / "a-service"
    made.mkdir(exist_ok=True)
    beside = {"web.yaml": SERVICE % "web", "other.yaml": SERVICE % "other", **files}
    for name, content in {"lesson.yaml": text, **beside}.items():
        (made / name).write_text(content, encoding="utf-8")
    return made


def lesson(folder: Path, text: str = GOOD, **files: str) -> Lesson:
    return load(write(folder, text, **files))
