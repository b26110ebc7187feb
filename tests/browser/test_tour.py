"""The short look around: from the landing page, by keyboard alone, on a phone; and commands of the search box."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.axe import faults
from tests.browser.conftest import Visitors
from tests.browser.explorer import Explorer
from tests.browser.site import Site
from tests.browser.test_fit import overflow

Explore = Callable[..., Explorer]
TITLES = (
    "A hollow plate has no address",
    "A filled plate is one virtual address",
    "Every pod has its seat",
    "Ask as a pod would",
    "Nothing is lost",
    "Everything is a few letters away",
)


def test_a_look_around_by_keyboard_alone(visit: Visitors, site: Site, size: str) -> None:
    page = visit(size)
    page.goto(site.web)
    page.get_by_role("link", name="Show me around").press("Enter")
    for number, title in enumerate(TITLES, 1):
        card = page.get_by_role("dialog", name=title)
        expect(card).to_contain_text(f"{number} of {len(TITLES)}")
        expect(card.locator(".tour-next")).to_be_focused()
        box, view = card.bounding_box(), page.viewport_size
        assert box and view
        assert box["x"] >= 0 and box["y"] >= 0
        assert box["x"] + box["width"] <= view["width"] and box["y"] + box["height"] <= view["height"]
        if number == 1:
            assert faults(page) == []
            assert overflow(page) == []
        if number == len(TITLES):  # nobody has a Ctrl key on a phone
            expect(card).to_contain_text("Ctrl K finds" if size == "desk" else "This box finds")
        page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_escape_ends_it_and_asking_answers(visit: Visitors, site: Site) -> None:
    page = visit("desk")
    page.goto(f"{site.web}/clusters/demo/?tour")
    expect(page.get_by_role("dialog", name=TITLES[0])).to_be_visible()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.get_by_role("dialog", name=TITLES[3]).get_by_role("button", name="Ask for it").click()
    expect(page.get_by_role("group", name=re.compile("^headless-svc-stateful: "))).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def command(page: Page, words: str) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type(words)
    page.get_by_role("option", name=re.compile(words)).first.wait_for()
    page.keyboard.press("Enter")


def test_commands_of_the_search_box(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster())
    command(shown.page, "Show me around")
    expect(shown.page.get_by_role("dialog")).to_be_visible()
    shown.page.keyboard.press("Escape")
    command(shown.page, "Pause the cluster")
    expect(shown.page.locator("#live")).to_contain_text("Paused")
    command(shown.page, "Resume")
    expect(shown.page.locator("#live")).to_contain_text("Live")
    command(shown.page, "Open a shell below")
    expect(shown.page.get_by_role("region", name="Shell")).to_be_visible()
    command(shown.page, "Open the tables")
    expect(shown.page).to_have_url(re.compile("/tables$"))


def test_who_comes_back_to_the_search_box_goes_on_searching(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster())
    shown.page.clock.install()
    shown.page.keyboard.press("Control+k")
    shown.page.locator("#find").evaluate("(box) => { box.blur(); box.focus(); }")
    shown.page.keyboard.type("Pause")
    shown.page.clock.run_for(1_000)
    expect(shown.page.get_by_role("option", name=re.compile("Pause the cluster"))).to_be_visible()
    shown.page.locator("#find").evaluate("(box) => box.blur()")
    shown.page.clock.run_for(1_000)
    expect(shown.page.get_by_role("listbox", name="Found")).to_be_hidden()
