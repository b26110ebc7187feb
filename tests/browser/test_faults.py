"""Making a pod and a node ill in the page, and well again."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.axe import faults
from tests.browser.explorer import Explorer
from tests.browser.site import ARTICLE, Site

Explore = Callable[..., Explorer]


def test_a_pod_is_made_ill_and_well_again(explore: Explore, site: Site) -> None:
    ada = explore(site.cluster(ARTICLE))
    ada.settled("app-stateful", 3)
    ada.select("pods/default/app-stateful-1")
    ada.inspector.get_by_text("Break it on purpose").click()
    never = ada.inspector.get_by_role("button", name=re.compile("^Never ready"))
    expect(ada.inspector.get_by_role("button", name=re.compile("^Image missing"))).to_be_in_viewport(ratio=0.9)
    never.click()
    expect(ada.pod("app-stateful-1")).to_have_accessible_name(re.compile("Not ready"))
    expect(never).to_have_attribute("aria-pressed", "true")
    expect(
        ada.page.get_by_text("kubectl annotate pod/app-stateful-1 kubarium.dev/never-ready=true", exact=True)
    ).to_be_visible()
    expect(ada.service("headless-svc-stateful")).to_have_accessible_name(re.compile("2 addresses"))
    assert faults(ada.page) == []
    never.click()
    ada.settled("app-stateful", 3)


def test_a_node_is_cordoned(explore: Explore, site: Site) -> None:
    ada = explore(site.cluster(ARTICLE))
    ada.settled("app-stateful", 3)
    ada.page.goto(f"{ada.web}/clusters/{ada.slug}/#nodes//node-1")
    ada.inspector.get_by_role("button", name="Cordon", exact=True).click()
    expect(ada.inspector.get_by_role("button", name="Uncordon", exact=True)).to_be_visible()
    expect(ada.page.get_by_text("kubectl cordon node-1").first).to_be_visible()
    ada.scale("app-stateful", 4)
    expect(ada.pod("app-stateful-3")).to_have_accessible_name(re.compile("Pending"))
