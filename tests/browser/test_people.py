"""A second person signs in: looks at everything, is told once a page that it is looking only, and offered no more."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults
from tests.browser.conftest import Visitors
from tests.browser.site import Site

WORDS = "one long enough sentence"
NOTE = "You may look at demo, not change it."


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("shared")) as started:
        yield started


@pytest.fixture
def admin(visit: Visitors, shared: Site) -> Page:
    """Whoever started it, with a password; jane is there."""
    page = visit()
    page.goto(f"{shared.web}/")
    if page.get_by_role("heading", name="Sign in").count():
        sign_in(page, shared, "admin")
        return page
    page.goto(f"{shared.web}/accounts/password/")
    for field in page.locator("input[type=password]").all():
        field.fill(WORDS)
    page.get_by_role("button", name="Set it").click()
    page.goto(f"{shared.web}/admin/auth/user/add/")
    page.locator("#id_username").fill("jane")
    page.locator("#id_password1").fill(WORDS)
    page.locator("#id_password2").fill(WORDS)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("jane")
    return page


def sign_in(page: Page, site: Site, name: str) -> None:
    page.goto(f"{site.web}/accounts/login/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(f"summary[aria-label='Signed in as {name}']")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_viewer_looks_and_is_offered_no_more(
    admin: Page, visit: Visitors, shared: Site, size: str, theme: str
) -> None:
    page = visit(size, color_scheme=theme)
    sign_in(page, shared, "jane")
    page.goto(f"{shared.web}/clusters/demo/tables?kind=pods")
    expect(page.get_by_role("row", name=re.compile("app-stateful-0"))).to_be_visible()
    expect(page.get_by_text(NOTE)).to_be_visible()
    page.goto(f"{shared.web}/clusters/demo/#pods/default/app-stateful-0")
    expect(page.locator("#main")).to_have_attribute("data-phase", "live")
    expect(page.get_by_text(NOTE)).to_be_visible()
    panel = page.get_by_role("complementary", name="Inspector")
    panel.get_by_role("tab", name="Logs").click()
    expect(panel.get_by_role("log")).to_contain_text("start worker process")
    assert faults(page) == []
    for button in ("Delete", "Shell"):
        expect(panel.get_by_role("button", name=button, exact=True)).to_have_count(0)
    if size == "desk":
        tools = page.get_by_role("group", name="What to do")
        expect(tools.get_by_role("button", name="Requests")).to_be_visible()
        expect(tools.get_by_role("button", name="Shell")).to_have_count(0)
    page.goto(f"{shared.web}/clusters/demo/apply?starter=pod")
    expect(page.get_by_text("would be created").first).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Apply"))).to_be_disabled()
    assert faults(page) == []


def test_an_owner_lets_a_viewer_change_and_the_page_follows(admin: Page, visit: Visitors, shared: Site) -> None:
    page = visit()
    sign_in(page, shared, "jane")
    page.goto(f"{shared.web}/clusters/demo/#statefulsets/default/app-stateful")
    expect(page.get_by_text(NOTE)).to_be_visible()
    admin.goto(f"{shared.web}/clusters/demo/settings")
    assert faults(admin) == []
    admin.get_by_role("textbox", name="Person").fill("jane")
    admin.get_by_role("button", name="Let them").click()
    expect(admin.get_by_text("jane may change demo now.")).to_be_visible()
    expect(page.get_by_text(NOTE)).to_be_hidden()
    panel = page.get_by_role("complementary", name="Inspector")
    panel.get_by_role("textbox", name="Replicas").fill("4")
    panel.get_by_role("button", name="Scale to 4").click()
    expect(page.get_by_role("treeitem", name=re.compile("^StatefulSet app-stateful, 4 of 4 ready"))).to_be_visible()
    admin.get_by_role("button", name="Let jane only look").click()
    expect(page.get_by_text(NOTE)).to_be_visible()
