"""axe-core in a page: every rule on, no element left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from playwright.sync_api import Page

from tests.server import ROOT

SOURCE = ROOT / "node_modules/axe-core/axe.min.js"
GRAVE = ("serious", "critical")
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
# A colour in the middle of a transition is nobody's colour: what ends by itself is awaited. Looked up anew at each
# frame, since the promise of one whose element goes meanwhile may never be kept.
STILL = """() => !document.getAnimations()
  .some((each) => each.playState === "running" && Number.isFinite(each.effect?.getComputedTiming().endTime))"""
RUN = "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations"


def faults(page: Page, themes: Sequence[Theme] = THEMES) -> list[str]:
    """What is serious or critical in the page as it stands, in the light and in the dark theme."""
    found = []
    for theme in themes:
        page.emulate_media(color_scheme=theme)
        page.wait_for_function(STILL, timeout=60_000)
        if not page.evaluate("typeof axe === 'object'"):
            page.evaluate(SOURCE.read_text())
        rules: list[dict[str, Any]] = page.evaluate(RUN)
        found += [
            f"{theme}: {rule['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
            for rule in rules
            if rule["impact"] in GRAVE
            for node in rule["nodes"]
        ]
    if len(themes) > 1:
        page.emulate_media(color_scheme="light")
    return found
