"""What works and deserves a look, and what is too much to list: said on the map, in the panel, and in the plan."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.axe import faults
from tests.browser.explorer import Explorer
from tests.browser.site import Site
from tests.objects import service, stateful_set

Explore = Callable[..., Explorer]
NAMELESS = "Service dbx does not exist: db-0.dbx has no name."


def test_a_statefulset_without_its_service(explore: Explore, site: Site, size: str, theme: str) -> None:
    slug = site.cluster(json.dumps(stateful_set("db", 2, serviceName="dbx")))
    shown = explore(slug, size, theme)
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
