"""Small windows, large letters, little movement."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitors
from tests.browser.explorer import Explorer
from tests.browser.site import ARTICLE, Site
from tests.browser.test_apply import MIXED, Form

Explore = Callable[..., Explorer]
PATHS = ["/", "/clusters/demo/", "/clusters/demo/apply", "/clusters/demo/apply?example=headless", "/clusters/demo/dns",
         "/clusters/demo/dns?name=headless-svc-stateful&pod=app-stateful-0", "/clusters/demo/request",
         "/accounts/password/", "/clusters/demo/settings"]  # fmt: skip
TWICE = {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2}
"""1440x900 at 200 % zoom."""


def overflow(page: Page) -> list[str]:
    """What stands out of the page at the right, when the page can be scrolled sideways."""
    found: list[str] = page.evaluate(
        """() => {
        const wide = document.documentElement.scrollWidth, room = innerWidth;
        if (wide <= room && visualViewport.width <= room) return [];
        return [`${wide} in ${room}`, ...[...document.body.querySelectorAll('*')]
          .filter((each) => each.getBoundingClientRect().right > room + 1)
          .slice(0, 5).map((each) => `${each.tagName}.${each.getAttribute('class') ?? ''}`)];
        }"""
    )
    return found


@pytest.mark.parametrize("path", PATHS)
def test_no_page_scrolls_sideways(visit: Visitors, site: Site, path: str) -> None:
    for options in ({"size": "phone"}, {"size": "twice", **TWICE}):
        page = visit(**options)
        page.goto(f"{site.web}{path}")
        expect(page.get_by_role("main")).to_be_visible()
        assert overflow(page) == [], options


@pytest.mark.parametrize("path", ["/clusters/demo/", "/clusters/demo/tables", "/lessons/"])
def test_no_width_makes_a_page_scroll_sideways(visit: Visitors, site: Site, path: str) -> None:
    page = visit("desk")
    page.goto(f"{site.web}{path}")
    expect(page.get_by_role("main")).to_be_visible()
    if "clusters" in path:
        expect(page.locator("#live")).to_contain_text("Live")
    for width in (620, 700, 800, 840, 1000, 1010, 1121, 1130, 1280, 1366):
        page.set_viewport_size({"width": width, "height": 700})
        page.wait_for_function("(width) => innerWidth === width", arg=width)
        assert overflow(page) == [], width


def test_answers_and_plans_do_not_either(explore: Explore, visit: Visitors, site: Site) -> None:
    shown = explore("demo", "phone")
    shown.settled("app-stateful", 3)
    for name in ("headless-svc-stateful", "web", "headless-svc"):
        shown.ask(name)
        assert overflow(shown.page) == []
    form = Form(visit("phone"), site, site.cluster(ARTICLE), script=True)
    form.type(MIXED)
    expect(form.document("metrics")).to_contain_text("refused")
    assert overflow(form.page) == []


def test_twice_as_large_it_still_works(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(ARTICLE), "twice", **TWICE)
    shown.settled("app-stateful", 3)
    walk = shown.ask("headless-svc-stateful")
    expect(walk.get_by_role("listitem").first).to_contain_text("3 addresses")
    ask = shown.dns.get_by_role("button", name="Ask", exact=True)
    expect(ask).to_be_in_viewport(ratio=1)
    shown.thing("statefulsets/default/app-stateful").focus()
    shown.page.keyboard.press("Enter")
    shown.inspector.get_by_label("Replicas", exact=True).fill("4")
    shown.inspector.get_by_role("button", name="Scale to 4").click()
    shown.settled("app-stateful", 4)


def test_things_to_press_are_large_enough_for_a_finger(explore: Explore) -> None:
    """24 pixels each way at least (WCAG 2.2, 2.5.8), where nothing flows in a sentence."""
    shown = explore("demo", "phone")
    shown.settled("app-stateful", 3)
    shown.sheet()
    small: list[str] = shown.page.evaluate(
        """() => [...document.querySelectorAll('button, a.btn, input, select, summary, nav a, [role=treeitem]')]
        .filter((each) => each.checkVisibility() && !each.matches('.link, [data-id=fold]'))
        .filter((each) => {
            const { width, height } = each.getBoundingClientRect();
            return width && (width < 24 || height < 24);
        })
        .map((each) => each.outerHTML.slice(0, 120))"""
    )
    assert small == []


def test_little_movement_is_honoured(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(ARTICLE, pace="brisk"), reduced_motion="reduce")
    # Whatever begins to move while pods come, is asked and end.
    shown.page.evaluate(
        """() => { globalThis.moved = new Set();
        const look = () => {
            for (const each of document.getAnimations()) {
                const { duration, iterations } = each.effect.getComputedTiming();
                const name = each.animationName ?? each.transitionProperty;
                if (duration > 1 || iterations === Infinity) globalThis.moved.add(name);
            }
            requestAnimationFrame(look);
        };
        look(); }"""
    )
    shown.settled("app-stateful", 3)
    shown.ask("headless-svc-stateful")
    shown.delete("pods/default/app-stateful-2")
    expect(shown.pod("app-stateful-2")).to_have_accessible_name(re.compile("Ready"))
    shown.settled("app-stateful", 3)
    assert shown.page.evaluate("[...globalThis.moved]") == []


def test_the_theme_is_the_systems_until_switched(visit: Visitors, site: Site) -> None:
    page = visit(color_scheme="dark")
    page.goto(f"{site.web}/clusters/demo/dns")
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.get_by_role("button", name="Change to the light theme").click()
    light = page.evaluate(ground)
    assert light != dark
    page.goto(f"{site.web}/")
    assert page.evaluate(ground) == light


COVERED = """(note) => {
    const box = note.getBoundingClientRect();
    return [...document.querySelectorAll('button, a, input, select, summary, .sea, .legend li')]
      .filter((each) => each.checkVisibility() && !note.contains(each)).filter((each) => {
        const one = each.getBoundingClientRect();
        return one.left < box.right && one.right > box.left && one.top < box.bottom && one.bottom > box.top;
      }).map((each) => each.outerHTML.slice(0, 80));
}"""
WHOLE = """() => {
    const sea = document.querySelector('.sea').getBoundingClientRect();
    const band = document.querySelector('svg.picture .band').getBoundingClientRect();
    return band.top >= sea.top && band.bottom <= sea.bottom;
}"""


def test_what_is_said_covers_nothing_and_leaves_the_picture_its_room(explore: Explore, site: Site, size: str) -> None:
    shown = explore(site.cluster(ARTICLE), size)
    shown.settled("app-stateful", 3)
    if size == "desk":
        shown.page.wait_for_function(WHOLE)
    shown.delete("pods/default/app-stateful-1")
    note = shown.page.locator(".notice")
    expect(note).to_contain_text("kubectl delete pod/app-stateful-1")
    shown.settled("app-stateful", 3)
    assert note.evaluate(COVERED) == []
    if size == "phone":
        return
    shown.page.wait_for_function(WHOLE)
    note.get_by_role("button", name="Close this note").click()
    shown.page.get_by_role("slider", name="Moment").press("ArrowLeft")
    expect(shown.page.get_by_role("region", name="The past")).to_be_visible()
    shown.page.wait_for_function(WHOLE)
