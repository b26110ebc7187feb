"""The first run signs in whoever sits at the machine, and nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitors
from tests.browser.explorer import Explorer
from tests.browser.site import Site
from tests.browser.test_access import STRANGER

Explore = Callable[..., Explorer]
WORDS = "one long enough sentence"


def test_the_near_visitor_is_admin_and_is_told_so(visit: Visitors, site: Site, size: str) -> None:
    page = visit(size)
    page.goto(f"{site.web}/")
    expect(page.locator(".flashes")).to_contain_text("you are signed in as admin")
    expect(page.locator("summary[aria-label='Signed in as admin']")).to_be_visible()
    page.get_by_role("button", name="Close this note").click()
    expect(page.get_by_text("you are signed in as admin")).to_have_count(0)
    # Said once, not on every page.
    page.get_by_role("link", name="Open the demo cluster").click()
    expect(page.locator("#main")).to_have_attribute("data-phase", "live")
    expect(page.get_by_text("you are signed in as admin")).to_have_count(0)


def test_another_name_for_this_machine_signs_nobody_in(visit: Visitors, site: Site) -> None:
    """DNS rebinding: a page elsewhere points its own name here."""
    visit.expect(
        "400", "Cross-Origin-Opener-Policy header has been ignored, because the URL's origin was untrustworthy"
    )
    page = visit()
    answer = page.goto(f"http://rebound.example:{site.port}/")
    assert answer is not None and answer.status == 400
    assert page.context.cookies() == []
    expect(page.get_by_text("Signed in as")).to_have_count(0)


def test_who_comes_through_a_proxy_has_to_sign_in(visit: Visitors, site: Site) -> None:
    page = visit(extra_http_headers=STRANGER)
    page.goto(f"{site.web}/clusters/demo/")
    expect(page).to_have_url(f"{site.web}/accounts/login/?next=/clusters/demo/")
    assert not [each for each in page.context.cookies() if "session" in str(each.get("name"))]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Site]:
    with Site(tmp_path / "data") as started:
        yield started


def test_a_password_ends_the_first_run(visit: Visitors, own: Site) -> None:
    page = visit()
    page.goto(f"{own.web}/accounts/password/")
    for field in page.locator("input[type=password]").all():
        field.fill(WORDS)
    page.get_by_role("button", name="Set it").click()
    expect(page.locator(".flashes")).to_contain_text("admin signs in with the new password from now on.")

    other = visit()
    other.goto(f"{own.web}/clusters/demo/")
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    other.get_by_label("Name").fill("admin")
    other.get_by_label("Password").fill(WORDS)
    other.get_by_role("button", name="Sign in").click()
    expect(other.locator("#main")).to_have_attribute("data-phase", "live")
    other.locator("summary[aria-label='Signed in as admin']").click()
    other.get_by_role("button", name="Sign out").click()
    other.goto(f"{own.web}/")
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
