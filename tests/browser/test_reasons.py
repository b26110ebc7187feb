"""The panel of what is well says why it is so: which Services a pod is in, which near ones it is not in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.axe import faults
from tests.browser.explorer import Explorer
from tests.browser.site import ARTICLE, Site

Explore = Callable[..., Explorer]
NARROW = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web-stateful, track: stable}, ports: [{port: 80}]}
"""


def reasons(shown: Explorer) -> Locator:
    return shown.inspector.locator("section", has=shown.page.get_by_role("heading", name="Reasons")).locator(".why p")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_ready_pod_says_which_services_it_is_in_and_which_not(explore: Explore, size: str, theme: str) -> None:
    shown = explore("demo", size, color_scheme=theme)
    shown.settled("app-stateful", 3)
    shown.select("pods/default/app-stateful-1")
    expect(reasons(shown)).to_have_text(
        [
            "In headless-svc-stateful and web: has app=web-stateful and is Ready.",
            "Created after app-stateful-0 was Ready.",
            "Not in headless-svc: it selects app=web; this pod has app=web-stateful.",
        ]
    )
    assert faults(shown.page) == []
    reasons(shown).last.get_by_role("button", name="headless-svc").press("Enter")
    expect(shown.inspector.get_by_role("heading", level=2)).to_have_text("headless-svc")


def test_a_service_says_by_what_it_selects_whom(explore: Explore, size: str) -> None:
    shown = explore("demo", size)
    shown.settled("app-stateful", 3)
    shown.select("services/default/web")
    expect(reasons(shown).filter(has_text="Selects")).to_have_text(
        "Selects app-stateful: its 3 pods have app=web-stateful."
    )


def test_a_pod_that_a_narrower_selector_leaves_out_says_by_which_label(explore: Explore, site: Site, size: str) -> None:
    shown = explore(site.cluster(ARTICLE), size)
    shown.settled("app-stateful", 3)
    shown.select("pods/default/app-stateful-1")
    site.apply(shown.slug, NARROW)
    expect(
        reasons(shown).filter(
            has_text="Not in web: it selects app=web-stateful and track=stable; this pod has no track."
        )
    ).to_have_count(1)
