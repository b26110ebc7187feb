"""What works and deserves a look, and what is too much to list: said on the map, in the panel, and in the plan."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.axe import faults
from tests.browser.explorer import Explorer
from tests.browser.site import Site
from tests.objects import service, stateful_set

Explore = Callable[..., Explorer]
NAMELESS = "Service dbx does not exist: db-0.dbx has no name."


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_statefulset_without_its_service(explore: Explore, site: Site, size: str, theme: str) -> None:
    slug = site.cluster(json.dumps(stateful_set("db", 2, serviceName="dbx")))
    shown = explore(slug, size, color_scheme=theme)
    tile = shown.thing("statefulsets/default/db")
    expect(tile).to_have_accessible_name(re.compile(re.escape(NAMELESS)))
    expect(shown.map.locator(".hint-mark")).to_have_count(1)
    expect(shown.select("statefulsets/default/db")).to_contain_text(NAMELESS)
    assert faults(shown.page) == []
    site.apply(slug, json.dumps(service("dbx", clusterIP="None", selector={"app": "db"})))
    expect(shown.inspector).not_to_contain_text("does not exist")
    expect(shown.map.locator(".hint-mark")).to_have_count(0)


def test_seats_that_wait_for_the_same_are_said_once(explore: Explore, site: Site) -> None:
    waiting = stateful_set("db", 300)
    waiting["spec"]["template"]["metadata"]["annotations"] = {"kubarium.dev/never-ready": "true"}
    shown = explore(site.cluster(json.dumps(waiting) + "\n---\n" + json.dumps(service("db", clusterIP="None"))))
    expect(shown.select("statefulsets/default/db")).to_contain_text("299 seats wait for db-0 to be Ready: 1 to 299.")


def test_all_that_needs_a_look_can_be_listed(explore: Explore, site: Site, size: str) -> None:
    many = [json.dumps(service(f"s-{n:02}", selector={"app": "nobody"})) for n in range(14)]
    shown = explore(site.cluster("\n---\n".join(many)), size)
    if shown.phone:
        shown.page.get_by_role("button", name="Overview, 14 need a look").click()
    overview = shown.page.get_by_role("region", name="Overview")
    rows = overview.get_by_role("button", name=re.compile("^s-"))
    expect(overview.get_by_role("heading", name="Needs a look, worst first 14")).to_be_visible()
    expect(rows).to_have_count(12)
    overview.get_by_role("button", name="Show 2 more").press("Enter")
    expect(rows).to_have_count(14)
    assert faults(shown.page) == []
    overview.get_by_role("button", name="Show the worst only").press("Enter")
    expect(rows).to_have_count(12)
    if shown.phone:
        shown.inspector.get_by_role("button", name="Close").click()
        expect(overview).to_be_hidden()


def test_what_an_address_selects_is_brought_into_sight(explore: Explore, site: Site) -> None:
    spaces = [
        json.dumps({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"space-{n}"}}) for n in range(6)
    ]
    sets = []
    for n in range(6):
        made = stateful_set("db", 5, serviceName="")
        made["metadata"]["namespace"] = f"space-{n}"
        sets.append(json.dumps(made))
    slug = site.cluster("\n---\n".join([*spaces, *sets]))
    shown = explore(slug)
    last = shown.thing("namespaces//space-5")
    expect(last).not_to_be_in_viewport()
    shown.page.goto(f"{site.web}/clusters/{slug}/#namespaces//space-5")
    expect(last).to_be_in_viewport()
    shown.page.goto(f"{site.web}/clusters/{slug}/#pods/space-0/db-0")
    expect(shown.thing("pods/space-0/db-0")).to_be_in_viewport()
    shown.page.reload()
    shown.page.goto(f"{site.web}/clusters/{slug}/tables")
    shown.page.goto(f"{site.web}/clusters/{slug}/#statefulsets/space-5/db")
    expect(shown.thing("statefulsets/space-5/db")).to_be_in_viewport()


def test_what_changed_then_is_a_press_away(explore: Explore, site: Site) -> None:
    slug = site.cluster(json.dumps(stateful_set("db", 1, serviceName="")))
    shown = explore(slug)
    shown.settled("db", 1)
    shown.page.get_by_role("button", name="Previous change").click()
    shown.page.get_by_role("region", name="The past").get_by_role("button", name="Show me").click()
    expect(shown.main).to_have_class(re.compile("with-side"))
