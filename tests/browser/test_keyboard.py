"""Everything with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.axe import faults
from tests.browser.conftest import Visitors
from tests.browser.explorer import Explorer
from tests.browser.site import ARTICLE, Site
from tests.browser.test_crowd import service

Explore = Callable[..., Explorer]
FOCUSED = "document.activeElement?.getAttribute('data-id') ?? document.activeElement?.getAttribute('name') ?? ''"
DRAWN = """() => new Promise((done) => {
    let frames = 4;
    const next = () => (frames-- ? requestAnimationFrame(next) : done());
    next();
})"""

TWICE = """(key) => {
    for (let n = 0; n < 2; n++)
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}"""


def tab_to(page: Page, wanted: str, key: str = "Tab", most: int = 40) -> None:
    """Press Tab until the thing with this data-id or name has the focus."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate(FOCUSED) == wanted:
            return
    raise AssertionError(f"Tab does not lead to {wanted}")


def test_skip_to_content(explore: Explore) -> None:
    shown = explore("demo")
    shown.page.keyboard.press("Tab")
    skip = shown.page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    shown.page.keyboard.press("Enter")
    expect(shown.main).to_be_focused()


def test_the_map(explore: Explore, size: str) -> None:
    shown = explore("demo", size)
    shown.settled("app-stateful", 3)
    keys = shown.page.keyboard
    tab_to(shown.page, "namespaces//default")
    expect(shown.page.locator("[role=treeitem][tabindex='0']")).to_have_count(1)
    shown.pod("app-stateful-0").focus()
    keys.press("ArrowDown")
    expect(shown.pod("app-stateful-1")).to_be_focused()
    keys.press("ArrowDown")
    expect(shown.pod("app-stateful-2")).to_be_focused()
    keys.press("ArrowUp")
    expect(shown.pod("app-stateful-1")).to_be_focused()
    keys.press("Enter")
    expect(shown.pod("app-stateful-1")).to_have_attribute("aria-selected", "true")
    expect(shown.inspector.get_by_role("heading", level=2)).to_have_text("app-stateful-1")
    keys.press("Escape")
    expect(shown.pod("app-stateful-1")).to_have_attribute("aria-selected", "false")
    expect(shown.pod("app-stateful-1")).to_be_focused()
    keys.press("Escape")
    expect(shown.thing("statefulsets/default/app-stateful")).to_be_focused()
    keys.press("Escape")
    expect(shown.thing("namespaces//default")).to_be_focused()
    keys.press("ArrowDown")
    expect(shown.page.locator("[role=treeitem]:focus")).not_to_have_attribute("data-id", "namespaces//default")


def test_two_presses_between_two_drawings_are_two_steps(explore: Explore, visit: Visitors, site: Site) -> None:
    shown = explore("demo")
    shown.settled("app-stateful", 3)
    shown.pod("app-stateful-0").focus()
    shown.page.evaluate(TWICE, "ArrowDown")
    expect(shown.pod("app-stateful-2")).to_be_focused()
    page = visit()
    page.goto(f"{site.web}/clusters/demo/tables?kind=services")
    page.get_by_role("grid", name="Services").locator('[aria-rowindex="2"]').focus()
    page.evaluate(TWICE, "ArrowDown")
    expect(page.locator('[aria-rowindex="4"]')).to_be_focused()


def test_f6_leads_from_the_map_to_the_panel_and_on(explore: Explore) -> None:
    shown = explore("demo")
    shown.settled("app-stateful", 3)
    keys = shown.page.keyboard
    shown.page.get_by_role("button", name="Change to the").focus()
    for _ in range(6):
        keys.press("Tab")
        if shown.page.evaluate("document.activeElement?.closest('svg.picture') !== null"):
            break
    first = shown.thing("namespaces//default")
    expect(first).to_be_focused()
    keys.press("ArrowDown")
    expect(first).not_to_be_focused()
    shown.pod("app-stateful-0").focus()
    keys.press("Enter")
    expect(shown.inspector.get_by_role("heading", level=2)).to_have_text("app-stateful-0")
    expect(shown.told("F6 leads to its panel")).to_have_count(1)
    keys.press("F6")
    expect(shown.inspector.get_by_role("tab", name="Summary")).to_be_focused()
    keys.press("F6")
    expect(shown.dns.locator(":focus")).to_have_count(1)
    keys.press("F6")
    expect(shown.page.get_by_role("slider", name="Moment")).to_be_focused()
    keys.press("Shift+F6")
    keys.press("Shift+F6")
    keys.press("Shift+F6")
    expect(shown.pod("app-stateful-0")).to_be_focused()
    keys.press("F6")
    expect(shown.inspector.get_by_role("tab", name="Summary")).to_be_focused()
    keys.press("Escape")
    expect(shown.main).not_to_have_class(re.compile("with-side"))
    expect(shown.pod("app-stateful-0")).to_be_focused()


def test_a_fragment_that_names_no_object_selects_none(explore: Explore) -> None:
    """A form's own fragment survives the redirect to the cluster that it made."""
    shown = explore("demo")
    shown.page.goto(f"{shown.web}/#new")
    shown.open("new")
    expect(shown.inspector).to_contain_text("pods")
    expect(shown.inspector).not_to_contain_text("It is not in this cluster")
    assert "#" not in shown.page.url


def test_escape_closes_the_inspector_wherever_focus_is(explore: Explore) -> None:
    shown = explore("demo")
    shown.settled("app-stateful", 3)
    shown.select("pods/default/app-stateful-1")
    heading = shown.inspector.get_by_role("heading", level=2)
    shown.dns.get_by_label("Name", exact=True).focus()
    shown.page.keyboard.press("Escape")
    expect(heading).to_have_text("app-stateful-1")
    shown.inspector.get_by_role("tab", name="YAML").click()
    shown.page.keyboard.press("Escape")
    expect(heading).not_to_have_text("app-stateful-1")


def test_arrows_reach_everything(explore: Explore) -> None:
    shown = explore("demo")
    shown.settled("app-stateful", 3)
    everything = {each.get_attribute("data-id") for each in shown.page.get_by_role("treeitem").all()}
    start = "namespaces//default"
    shown.thing(start).focus()
    # Every step leads from one thing to another; what can be reached from the first is all there is.
    reached, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        for key in ("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"):
            shown.thing(here).focus()
            shown.page.keyboard.press(key)
            shown.page.evaluate(DRAWN)
            there = str(shown.page.evaluate(FOCUSED))
            if there not in reached:
                reached.add(there)
                waiting.append(there)
    assert reached == everything


def test_search(explore: Explore, size: str) -> None:
    shown = explore("demo", size)
    shown.settled("app-stateful", 3)
    keys = shown.page.keyboard
    keys.press("Control+k")
    find = shown.page.get_by_role("combobox", name=re.compile("^Find an object"))
    expect(find).to_be_focused()
    keys.type(shown.address("app-stateful-2"))
    option = shown.page.get_by_role("listbox", name="Found").get_by_role("option", selected=True)
    expect(option).to_contain_text("app-stateful-2")
    expect(find).to_have_attribute("aria-expanded", "true")
    keys.press("Enter")
    expect(shown.inspector.get_by_role("heading", level=2)).to_have_text("app-stateful-2")
    # The focus goes along, and Escape gives it back.
    there = shown.pod("app-stateful-2") if size == "desk" else shown.inspector.get_by_role("tab", selected=True)
    expect(there).to_be_focused()
    keys.press("Escape")
    expect(shown.main).not_to_have_class(re.compile("with-side"))
    expect(find).to_be_focused()
    expect(shown.page.get_by_role("listbox", name="Found")).to_be_hidden()
    keys.press("Escape")
    expect(find).not_to_be_focused()
    shown.service("web").focus()
    keys.press("Control+k")
    expect(find).to_be_focused()
    keys.press("Escape")
    expect(shown.service("web")).to_be_focused()
    keys.press("Control+k")
    keys.type("nothing-has-this-name")
    expect(shown.page.get_by_role("listbox", name="Found")).to_contain_text("Nothing here has nothing-has-this-name")
    keys.press("Escape")
    expect(shown.page.get_by_role("listbox", name="Found")).to_be_hidden()


def test_the_keys_are_told(explore: Explore, size: str) -> None:
    shown = explore("demo", size)
    shown.settled("app-stateful", 3)
    page, told = shown.page, shown.page.get_by_role("dialog", name="Keys")
    shown.service("web").focus()
    page.keyboard.press("Enter")
    expect(shown.inspector.get_by_role("heading", level=2)).to_have_text("web")
    page.keyboard.press("?")
    expect(told).to_contain_text("find a thing, or run a command")
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(told).to_have_count(0)
    expect(shown.inspector.get_by_role("heading", level=2)).to_have_text("web")  # one press closes one thing
    # Where one types it is a letter.
    page.keyboard.press("Control+k")
    page.keyboard.type("?")
    expect(page.get_by_role("combobox", name=re.compile("^Find an object"))).to_have_value("?")
    expect(told).to_have_count(0)
    page.keyboard.press("Control+a")
    page.keyboard.type("keys")
    page.get_by_role("option", name=re.compile("show the keyboard shortcuts")).wait_for()
    page.keyboard.press("Enter")
    expect(told).to_be_visible()
    told.get_by_role("button", name="Close").click()
    expect(told).to_have_count(0)
    if size == "desk":
        page.get_by_label(re.compile("^Signed in as")).click()
        page.get_by_role("button", name="Keyboard shortcuts").click()
        expect(told).to_be_visible()


def test_a_question(explore: Explore) -> None:
    shown = explore("demo")
    shown.settled("app-stateful", 3)
    keys = shown.page.keyboard
    tab_to(shown.page, "from")
    keys.press("Tab")
    keys.press("Control+a")
    keys.type("app-stateful-1.headless-svc-stateful")
    keys.press("Enter")
    expect(shown.walk("app-stateful-1.headless-svc-stateful").get_by_role("listitem").first).to_contain_text(
        "1 address"
    )
    # It is said too, for who does not see it.
    expect(shown.told("app-stateful-1.headless-svc-stateful: 1 address.")).to_have_count(1)


def test_scale_and_delete(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(ARTICLE))
    shown.settled("app-stateful", 3)
    keys = shown.page.keyboard
    shown.thing("statefulsets/default/app-stateful").focus()
    keys.press("Enter")
    count = shown.inspector.get_by_label("Replicas", exact=True)
    expect(count).to_be_visible()
    for _ in range(60):
        keys.press("Tab")
        if count.evaluate("(field) => field === document.activeElement"):
            break
    expect(count).to_be_focused()
    keys.press("Control+a")
    keys.type("4")
    expect(shown.inspector.get_by_role("button", name="Scale to 4")).to_be_enabled()
    keys.press("Enter")
    shown.settled("app-stateful", 4)


def test_the_editor_lets_go_of_the_tab_key_after_escape(visit: Visitors, site: Site) -> None:
    page = visit()
    page.goto(f"{site.web}/clusters/demo/apply")
    expect(page.get_by_role("main")).to_contain_text("Esc then Tab leaves the editor")
    editor = page.get_by_role("textbox", name="Manifests, YAML or JSON").and_(page.locator(".cm-content"))
    expect(editor).to_have_accessible_description(re.compile("Esc then Tab leaves"))
    for way in ("Tab", "Shift+Tab"):
        editor.focus()
        page.keyboard.press("Tab")
        expect(editor).to_be_focused()
        page.keyboard.press("Escape")
        page.keyboard.press(way)
        expect(editor).not_to_be_focused()


def test_a_drawing_moves_what_has_the_focus_and_leaves_it_there(explore: Explore, site: Site) -> None:
    slug = site.cluster(ARTICLE)
    shown = explore(slug)
    shown.settled("app-stateful", 3)
    shown.service("web").focus()
    site.apply(slug, service("about", "web-stateful") + "---" + service("zoo", "web-stateful"))
    expect(shown.service("zoo")).to_be_visible()
    expect(shown.service("web")).to_be_focused()
    shown.map.get_by_role("button", name="Node").click()
    shown.pod("app-stateful-2").focus()
    site.apply(slug, ARTICLE.replace("replicas: 3", "replicas: 2"))
    expect(shown.pod("app-stateful-2")).to_have_count(0)
    expect(shown.map.locator("[role=treeitem]:focus")).to_have_count(1)


def test_the_panel_keeps_the_focus_when_what_was_pressed_goes(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(ARTICLE))
    shown.settled("app-stateful", 3)
    shown.service("web").focus()
    shown.page.keyboard.press("Enter")
    shown.inspector.get_by_role("button", name="Delete", exact=True).press("Enter")
    expect(shown.inspector.get_by_role("button", name="Delete web")).to_be_focused()
    shown.page.keyboard.press("Enter")
    expect(shown.inspector).to_contain_text("Deleted at r")
    expect(shown.inspector.get_by_role("button", name="Close", exact=True)).to_be_focused()
    shown.page.keyboard.press("Enter")
    expect(shown.inspector).not_to_contain_text("Deleted at r")
    expect(shown.map.locator("[role=treeitem]:focus")).to_have_count(1)


def test_enter_opens_what_arrows_led_to_when_the_list_changes_meanwhile(explore: Explore, site: Site) -> None:
    slug = site.cluster(ARTICLE)
    shown = explore(slug)
    shown.settled("app-stateful", 3)
    find = shown.page.get_by_role("combobox", name=re.compile("^Find an object"))
    find.fill("svc")
    find.press("ArrowDown")
    found = shown.page.get_by_role("listbox", name="Found").get_by_role("option")
    expect(found.nth(1)).to_have_attribute("aria-selected", "true")
    expect(found.nth(1)).to_contain_text("headless-svc-stateful")
    site.apply(slug, service("svc", "web-stateful"))
    expect(found.nth(2)).to_contain_text("headless-svc-stateful")
    find.press("Enter")
    expect(shown.inspector.get_by_role("heading", level=2)).to_have_text("headless-svc-stateful")
