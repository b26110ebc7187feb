"""Zooming with the wheel: what is under the pointer stays there, also where names take the place of dots."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.explorer import AT_REST, Explorer
from tests.browser.site import ARTICLE, Site
from tests.browser.test_crowd import SET

Explore = Callable[..., Explorer]

MANY = "---".join(SET.format(name=f"w{n:02}", replicas=3, faults="") for n in range(14))
POINTED = """({ x, y }) => document.elementsFromPoint(x, y)
    .map((each) => each.closest("[data-id]")?.getAttribute("data-id")).find((id) => id) ?? ''"""
IN_SIGHT = """() => {
  const map = document.querySelector("svg.picture").getBoundingClientRect();
  return [...document.querySelectorAll("svg.picture .node:not(.detail) text")].filter((each) => {
    const box = each.getBoundingClientRect();
    return box.left < map.right && box.right > map.left && box.top < map.bottom && box.bottom > map.top;
  }).length;
}"""


@pytest.mark.parametrize("name", ["w00", "w05", "w13"])
def test_the_wheel_leads_to_what_is_under_the_pointer(explore: Explore, site: Site, name: str) -> None:
    shown = explore(site.cluster(MANY))
    far = re.compile("far-level")
    expect(shown.page.locator("body")).to_have_class(far)
    expect(shown.thing("statefulsets/default/w13")).to_have_accessible_name(re.compile("3 of 3 ready"))
    shown.thing(f"statefulsets/default/{name}").evaluate(AT_REST)
    tile = shown.thing(f"statefulsets/default/{name}").bounding_box()
    assert tile is not None
    spot = {"x": tile["x"] + tile["width"] / 2, "y": tile["y"] + tile["height"] * 0.7}
    shown.page.mouse.move(spot["x"], spot["y"])
    shown.page.keyboard.down("Control")
    for _ in range(12):
        if "far-level" not in (shown.page.locator("body").get_attribute("class") or ""):
            break
        shown.page.mouse.wheel(0, -120)
        shown.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(shown.page.locator("body")).not_to_have_class(far)
    expect(shown.page).to_have_url(re.compile("near=default"))
    expect(shown.pod(f"{name}-0")).to_be_attached()
    assert name in shown.page.evaluate(POINTED, spot)
    # As near as it goes, and at every step something is to be read.
    for _ in range(8):
        shown.page.mouse.wheel(0, -240)
        shown.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert shown.page.evaluate(IN_SIGHT) > 0
    assert name in shown.page.evaluate(POINTED, spot)
    shown.page.keyboard.up("Control")


def test_another_moment_is_seen_from_near_where_it_holds_little(explore: Explore, site: Site) -> None:
    slug = site.cluster(ARTICLE)
    site.apply(slug, MANY)
    shown = explore(slug)
    body, far = shown.page.locator("body"), re.compile("far-level")
    expect(body).to_have_class(far)
    # Fifteen workloads are drawn larger than a crowd would be, and all of them show.
    expect(shown.map.locator(".zoom-box .seg span")).to_have_text(re.compile(r"^(3[3-9]|[4-9]\d)%$"))
    expect(shown.thing("statefulsets/default/w13")).to_be_in_viewport(ratio=1)
    shown.page.get_by_role("slider", name="Moment").focus()
    shown.page.keyboard.press("Home")
    expect(shown.page.get_by_role("region", name="The past")).to_be_visible()
    expect(body).not_to_have_class(far)
    shown.page.get_by_role("button", name="Back to live").click()
    expect(body).to_have_class(far)
    expect(shown.map.locator(".zoom-box .seg span")).to_have_text(re.compile(r"^(3[3-9]|[4-9]\d)%$"))
