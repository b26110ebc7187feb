"""The head of every page of a cluster: the clock, the live sign and the search box are alive on each of them, and a
server that goes away is said, waited for and caught up with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.axe import faults
from tests.browser.conftest import Visitors
from tests.browser.explorer import Explorer
from tests.browser.site import ARTICLE, Site
from tests.browser.test_crash import DOWN
from tests.browser.test_fit import COVERED, overflow
from tests.browser.test_keyboard import DRAWN
from tests.browser.test_terminal import TICKING

PAGES = ("", "tables", "apply", "dns", "request", "terminal", "kubectl", "settings")
WITHOUT_A_FRAME = ("apply", "request", "terminal", "kubectl", "settings", "compare?from=1&to=2", "fork?at=1")
"""Pages whose own part the server draws."""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Site]:
    with Site(tmp_path / "data", "--pace", "instant") as started:
        yield started


def opened(page: Page, site: Site, slug: str, path: str) -> Page:
    page.goto(f"{site.web}/clusters/{slug}/{path}")
    expect(page.locator("#live")).to_contain_text("Live")
    return page


def at(page: Page) -> int:
    return int(page.get_by_role("main").first.get_attribute("data-revision") or 0)


@pytest.mark.parametrize("path", PAGES)
def test_each_page_pauses_the_cluster_and_says_so(visit: Visitors, site: Site, path: str) -> None:
    slug = site.cluster()
    page = opened(visit("desk"), site, slug, path)
    page.get_by_role("button", name="Pause the clock").click()
    expect(page.locator("#live")).to_contain_text("Paused")
    assert site.get(f"/clusters/{slug}/clock")["paused"] is True
    before = at(page)
    site.apply(slug, TICKING)
    expect(page.get_by_role("main").first).not_to_have_attribute("data-revision", str(before))
    page.get_by_role("button", name="Let the clock go on").click()
    expect(page.locator("#live")).to_contain_text("Live")


@pytest.mark.parametrize("path", WITHOUT_A_FRAME)
def test_the_head_fits_and_has_no_fault(visit: Visitors, site: Site, size: str, path: str) -> None:
    page = opened(visit(size), site, "demo", path)
    assert overflow(page) == []
    assert faults(page) == []


def test_what_is_found_from_another_page_is_shown_on_the_map(visit: Visitors, site: Site) -> None:
    page = opened(visit("desk"), site, "demo", "settings")
    page.keyboard.press("Control+k")
    page.keyboard.type("app-stateful-1")
    expect(page.get_by_role("option", name=re.compile("app-stateful-1")).first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/clusters/demo/#pods/default/app-stateful-1$"))
    opened(page, site, "demo", "kubectl")
    page.keyboard.press("Control+k")
    page.keyboard.type("view by node")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/clusters/demo/\?view=node$"))
    opened(page, site, "demo", "apply")
    page.get_by_role("combobox", name=re.compile("^Find an object")).fill("app=web-stateful")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/clusters/demo/\?selector=app%3Dweb-stateful$"))


def test_every_page_says_that_the_server_is_away_and_catches_up(visit: Visitors, own: Site, size: str) -> None:
    visit.expect(*DOWN, r"ERR_INCOMPLETE_CHUNKED_ENCODING", r"ERR_EMPTY_RESPONSE", r"ERR_CONNECTION_RESET")
    own.apply("demo", TICKING)
    where = {path: visit(size) for path in PAGES if path}
    for path, page in where.items():
        opened(page, own, "demo", path if path != "terminal" else "terminal?pod=ticks")
    log = visit(size)
    opened(log, own, "demo", "#pods/default/ticks")
    log.get_by_role("tab", name="Logs").click()
    expect(log.get_by_role("log")).to_contain_text("tick 1")
    expect(where["terminal"].locator("#terminal-state")).to_have_text("In main")
    where["tables"].goto(f"{own.web}/clusters/demo/tables?kind=services&namespace=default")
    expect(where["tables"].get_by_role("grid", name="Services")).to_be_visible()
    where["request"].get_by_label("To", exact=True).fill("http://web")
    where["settings"].get_by_label("Title").fill("Mine")

    own.kill()
    for page in (*where.values(), log):
        expect(
            page.get_by_text(re.compile(r"^Connection lost\. The \w+ stands at r\d+; trying again in"))
        ).to_be_visible()
        expect(page.locator("#live")).to_contain_text("Connection lost")
        assert page.locator(".notice").evaluate(COVERED) == []
        assert overflow(page) == []
    expect(where["terminal"].get_by_role("button", name="Open again")).to_be_visible()
    # What is sent to nobody stays where it was written.
    where["settings"].get_by_role("button", name="Store").click()
    expect(where["settings"].get_by_text("Nothing was sent.", exact=True)).to_be_visible()
    expect(where["settings"].get_by_label("Title")).to_have_value("Mine")
    if size == "desk":
        assert faults(where["settings"]) == []
    where["request"].get_by_role("button", name="Send 1 request", exact=True).click()
    expect(where["request"].get_by_role("alert")).to_have_text("The server cannot be reached. Nothing was sent.")
    expect(where["request"].get_by_label("To", exact=True)).to_have_value("http://web")
    meanwhile = ARTICLE.replace("name: web\n", "name: meanwhile\n", 1)
    applied = own.manage("apply", "-f", "-", text=meanwhile)
    assert applied.returncode == 0, applied.stderr
    own.start()

    for page in (*where.values(), log):
        expect(page.locator("#live")).to_contain_text("Live")
        expect(page.get_by_text(re.compile("^Connection lost"))).to_have_count(0)
    expect(where["tables"].get_by_role("row", name=re.compile("meanwhile"))).to_be_visible()
    expect(where["terminal"].locator("#terminal-state")).to_have_text("In main")
    expect(log.get_by_role("log")).to_contain_text("tick")
    expect(log.get_by_text("The connection has ended.")).to_have_count(0)
    where["settings"].get_by_role("button", name="Store").click()
    expect(where["settings"].get_by_text("Nothing was sent.", exact=True)).to_have_count(0)
    expect(where["settings"].get_by_label("Title")).to_have_value("Mine")
    where["request"].get_by_role("button", name="Send 1 request", exact=True).click()
    expect(where["request"].get_by_role("heading", name="The way of the request")).to_be_visible()


def test_what_is_written_before_the_script_comes_stays(
    visit: Visitors, site: Site, explore: Callable[..., Explorer]
) -> None:
    """The server's own form stands there at once; who writes into it keeps the words, the choice and the focus."""
    explore("demo").settled("app-stateful", 3)
    page = visit("desk")
    late: list[Route] = []
    page.route(re.compile(r"/dist/(dns|requests)\.js"), lambda asked: late.append(asked))

    def let_in() -> None:
        while not late:
            page.evaluate("1")  # each answer lets what was asked for meanwhile come
        late.pop().continue_()

    page.goto(f"{site.web}/clusters/demo/dns", wait_until="commit")
    page.get_by_label("Pod that asks").select_option("app-stateful-1")
    page.get_by_label("Name", exact=True).press_sequentially("headless-svc-")
    let_in()
    expect(page.locator("#still")).to_have_count(0)
    page.keyboard.type("stateful")
    name = page.get_by_label("Name", exact=True)
    expect(name).to_be_focused()
    expect(name).to_have_value("headless-svc-stateful")
    expect(page.get_by_label("From")).to_have_value("default/app-stateful-1")

    page.goto(f"{site.web}/clusters/demo/request", wait_until="commit")
    page.get_by_label("From").select_option("app-stateful-2")
    page.get_by_label("To", exact=True).press_sequentially("http://w")
    let_in()
    expect(page.locator("#still")).to_have_count(0)
    page.keyboard.type("eb")
    expect(page.get_by_label("To", exact=True)).to_have_value("http://web")
    expect(page.get_by_label("From")).to_have_value("default/app-stateful-2")

    page.unroute_all()
    page.route(re.compile(r"/api/v1/pods\?(?!.*watch)"), lambda asked: late.append(asked))
    page.goto(f"{site.web}/clusters/demo/tables")
    page.get_by_role("navigation", name="Kinds").get_by_role("link", name="configmaps").hover()
    page.mouse.down()
    with page.expect_response(re.compile(r"/api/v1/pods\?")) as answer:
        let_in()
    answer.value.finished()
    page.evaluate(DRAWN)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"kind=configmaps"))
