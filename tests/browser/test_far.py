"""The far picture of a cluster in which Services lead to nothing: they stand for themselves."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.explorer import Explorer
from tests.browser.site import Site
from tests.browser.test_crowd import SET, service

Explore = Callable[..., Explorer]

# Workloads of the same second stand in the order of their names: "waited" comes after these however fast the test is.
WORKLOADS = "---".join(SET.format(name=f"w{n:02}", replicas=1, faults="") for n in range(11))
LOOSE = "---".join([
    service("astray", "waited"),
    service("peers", "waited", more=", clusterIP: None"),
    "\napiVersion: v1\nkind: Service\nmetadata: {name: beyond}\n"
    "spec: {type: ExternalName, externalName: a-rather-long-name-of-a-database.example.com}\n",
])  # fmt: skip
FITS = """() => [...document.querySelectorAll("svg.picture .node")].flatMap((node) => {
  const tile = node.querySelector(".far-tile")?.getBoundingClientRect();
  return tile ? [...node.querySelectorAll("text")].filter((text) => {
    const box = text.getBoundingClientRect();
    return box.left < tile.left || box.right > tile.right || box.bottom > tile.bottom + 1;
  }).map((text) => text.textContent) : [];
})"""


def test_services_that_lead_to_no_workload_are_seen_from_afar(explore: Explore, site: Site, size: str) -> None:
    shown = explore(site.cluster("---".join([WORKLOADS, service("whole", "w00"), LOOSE])), size)
    expect(shown.page.locator("body")).to_have_class(re.compile("far-level"))
    expect(shown.service("astray")).to_have_accessible_name(re.compile("ClusterIP Service, Selects nothing"))
    expect(shown.drawn("services/default/astray", ".far-c")).to_have_text("Selects nothing")
    expect(shown.service("peers")).to_have_accessible_name(re.compile("headless Service, Selects nothing"))
    expect(shown.service("beyond")).to_have_accessible_name(re.compile("points to a-rather-long-name"))
    # One that a workload stands behind is part of that workload's tile.
    expect(shown.service("whole")).to_have_count(0)
    assert shown.page.evaluate(FITS) == []
    shown.service("astray").focus()
    shown.page.keyboard.press("Enter")
    expect(shown.page).to_have_url(re.compile("#services/default/astray"))
    expect(shown.inspector.get_by_text("no pod has app=waited").first).to_be_visible()


def test_a_service_whose_workload_comes_joins_its_tile(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster("---".join([WORKLOADS, LOOSE])))
    expect(shown.service("astray")).to_be_visible()
    before = shown.place("statefulsets/default/w00")
    site.apply(shown.slug, SET.format(name="waited", replicas=1, faults=""))
    expect(shown.thing("statefulsets/default/waited")).to_have_accessible_name(re.compile("1 of 1 ready"))
    expect(shown.service("astray")).to_have_count(0)
    expect(shown.service("beyond")).to_be_visible()
    assert shown.place("statefulsets/default/w00") == before
