"""A cluster's clock in the page: paused, one plan a step with its reasons, faster; two people see the same."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.axe import faults
from tests.browser.explorer import Explorer
from tests.browser.site import ARTICLE, Site

Explore = Callable[..., Explorer]

WAITING = """apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: busybox}]}}}
"""


def test_a_paused_cluster_tells_what_comes_and_takes_one_step_at_a_time(explore: Explore, site: Site) -> None:
    ada = explore(site.cluster(ARTICLE))
    ben = explore(ada.slug)
    for each in (ada, ben):
        each.settled("app-stateful", 3)
        each.mark()

    ada.page.get_by_role("button", name="Pause the clock").click()
    for each in (ada, ben):
        expect(each.page.get_by_text("Paused", exact=True)).to_be_visible()
    ada.scale("app-stateful", 5)
    beside = ada.inspector.get_by_role("region", name="What comes next")
    expect(beside.get_by_role("listitem").first).to_contain_text("create pod app-stateful-3")
    ada.close()
    coming = ben.page.get_by_role("region", name="What comes next")
    expect(coming.get_by_role("listitem").first).to_contain_text("create pod app-stateful-3")
    expect(coming.get_by_role("listitem").first).to_contain_text("statefulset-controller")
    assert faults(ben.page) == []
    expect(ben.pod("app-stateful-3")).to_have_count(0)

    step = ada.page.get_by_role("button", name="Take one step")
    step.click()
    for each in (ada, ben):
        expect(each.pod("app-stateful-3")).to_have_accessible_name(re.compile("Pod app-stateful-3, Pending"))
    # Each further step is a plan of somebody: until app-stateful-3 is Ready, nobody makes app-stateful-4.
    for _ in range(60):
        if ", Ready" in (ada.pod("app-stateful-3").get_attribute("aria-label") or ""):
            break
        at = ada.main.get_attribute("data-revision") or ""
        step.click()
        expect(ada.main).not_to_have_attribute("data-revision", at)
    expect(ada.pod("app-stateful-3")).to_have_accessible_name(re.compile("Pod app-stateful-3, Ready"))
    expect(ada.pod("app-stateful-4")).to_have_count(0)

    ada.page.get_by_role("button", name="Let the clock go on").click()
    for each in (ada, ben):
        each.settled("app-stateful", 5)
        expect(each.page.get_by_text("Paused", exact=True)).to_have_count(0)
        expect(each.page.get_by_role("region", name="What comes next")).to_have_count(0)
    assert ada.unloaded() and ben.unloaded()


def test_pace_and_speed_are_chosen_from_a_menu(explore: Explore, site: Site) -> None:
    ada = explore(site.cluster(ARTICLE))
    ada.settled("app-stateful", 3)
    menu = ada.page.get_by_label(re.compile("^pace instant"))
    menu.click()
    assert faults(ada.page) == []
    ada.page.get_by_role("button", name="10×").click()
    expect(ada.page.get_by_label("pace instant 10×, choose another")).to_be_visible()
    ada.page.get_by_role("button", name=re.compile("^real")).click()
    expect(ada.page.get_by_label("pace real 10×, choose another")).to_be_visible()


def test_a_paused_cluster_at_rest_tells_who_waits_for_a_moment(explore: Explore, site: Site) -> None:
    ada = explore(site.cluster(WAITING))
    expect(ada.thing("cronjobs/default/nightly")).to_be_visible()
    ada.page.get_by_role("button", name="Pause the clock").click()
    coming = ada.page.get_by_role("region", name="What comes next")
    ada.carried_out()
    expect(coming).to_contain_text(re.compile(r"\S+ is next, in (a moment|\d+ s) by the cluster's clock \([a-z-]+\)"))
