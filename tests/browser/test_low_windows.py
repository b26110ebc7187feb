"""Windows that are low: a laptop's half, a phone lying on its side. Map, box and panel stand beside one another."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults
from tests.browser.conftest import Visitors
from tests.browser.explorer import Explorer
from tests.browser.site import Site
from tests.browser.test_fit import overflow
from tests.browser.test_lessons import PATIENT, begin

Explore = Callable[..., Explorer]
LOW = [(1280, 600), (1100, 600), (932, 430), (844, 390)]
APART = """() => {
  const box = (query) => document.querySelector(query).getBoundingClientRect();
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const panel = box(".side"), map = box(".map > svg, .sea"), dock = box(".dock");
  const fields = [...document.querySelectorAll(".dns .ask select, .dns .ask input, .dns .ask .btn")];
  const hidden = fields.filter((each) => {
    const { left, right, top, bottom } = each.getBoundingClientRect();
    const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return right > innerWidth || bottom > innerHeight || !(there === each || each.contains(there));
  });
  return {
    over: [meet(panel, dock) && "dock", meet(panel, map) && "map", meet(map, dock) && "map and dock"].filter(Boolean),
    hidden: hidden.map((each) => each.name || each.textContent),
    small: [panel, map, dock].filter(({ width, height }) => width < 200 || height < 90).map(JSON.stringify),
  };
}"""
CUT = """() => [...document.querySelectorAll(".dns .ask select")].filter((each) => {
  const style = getComputedStyle(each), pen = document.createElement("canvas").getContext("2d");
  pen.font = style.font;
  const room = each.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return pen.measureText(each.selectedOptions[0].label.trim()).width > room;
}).map((each) => `${each.selectedOptions[0].label} in ${each.clientWidth}`)"""
FINE: dict[str, list[str]] = {"over": [], "hidden": [], "small": []}


def apart(page: Page) -> None:
    """Once the page stands still, no part lies over another."""
    page.wait_for_function(f"(fine) => JSON.stringify(({APART})()) === JSON.stringify(fine)", arg=FINE)
    assert page.evaluate(CUT) == []
    assert overflow(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), LOW)
def test_panel_map_and_box_are_all_of_use(explore: Explore, width: int, height: int, theme: str) -> None:
    shown = explore("demo", "low", viewport={"width": width, "height": height}, color_scheme=theme)
    shown.settled("app-stateful", 3)
    shown.select("pods/default/app-stateful-0")
    apart(shown.page)
    assert faults(shown.page) == []
    shown.ask("web")
    apart(shown.page)
    expect(shown.dns.get_by_role("list").first).to_contain_text("NOERROR")
    shown.inspector.get_by_role("button", name="Close").click()
    expect(shown.inspector.get_by_role("heading", name="app-stateful-0")).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), LOW)
def test_a_lessons_panel_leaves_the_box_alone(visit: Visitors, site: Site, width: int, height: int) -> None:
    page = visit("low", viewport={"width": width, "height": height})
    begin(page, site, "headless")
    page.get_by_role("button", name="Do it for me").first.click()
    picture = page.get_by_role("button", name="Picture", exact=True)
    if picture.is_visible():
        picture.click()
    thing = page.locator('[role=treeitem][data-id="services/default/headless-svc"]')
    thing.focus(timeout=PATIENT)
    thing.press("Enter")
    expect(page.get_by_role("complementary", name="Inspector").get_by_role("heading", level=2)).to_have_text(
        "headless-svc"
    )
    apart(page)
    assert faults(page) == []
