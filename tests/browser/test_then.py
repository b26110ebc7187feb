"""Pages that show a moment of the past and are no map: which moment is said, what is asked is asked there, and a press
leads back to now.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.axe import faults
from tests.browser.conftest import Visitors
from tests.browser.explorer import Explorer
from tests.browser.site import Site
from tests.browser.test_fit import overflow
from tests.browser.test_replay import banner, scaled

Explore = Callable[..., Explorer]


def test_dns_of_then(explore: Explore, visit: Visitors, site: Site, size: str) -> None:
    shown, rested, _ = scaled(explore, site)
    page = visit(size)
    page.goto(f"{site.web}/clusters/{shown.slug}/dns?at={rested}&name=headless-svc-stateful")
    expect(banner(page)).to_contain_text(f"You look at revision {rested}")
    expect(page.locator("#live")).to_contain_text("Past")
    step = page.get_by_role("list", name="Search list for headless-svc-stateful").get_by_role("listitem").first
    expect(step).to_contain_text("3 addresses")
    assert overflow(page) == []
    assert faults(page) == []
    page.get_by_label("Name", exact=True).fill("app-stateful-4.headless-svc-stateful")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile("^Answer NXDOMAIN"))).to_be_visible()
    expect(page).to_have_url(re.compile(rf"\?at={rested}&name=app-stateful-4.headless-svc-stateful&type=A&namespace="))
    expect(banner(page).get_by_role("link", name="On the map")).to_have_attribute(
        "href", re.compile(rf"/clusters/{shown.slug}/\?at={rested}&name=app-stateful-4")
    )
    page.get_by_role("button", name="Back to live").click()
    expect(page.get_by_role("heading", name="Answer NOERROR, 1 address")).to_be_visible()
    expect(banner(page)).to_have_count(0)
    expect(page.locator("#live")).to_contain_text("Live")
    page.go_back()
    expect(banner(page)).to_contain_text(f"You look at revision {rested}")
    expect(page.get_by_role("heading", name=re.compile("^Answer NXDOMAIN"))).to_be_visible()


def test_requests_of_then(explore: Explore, visit: Visitors, site: Site, size: str) -> None:
    shown, rested, _ = scaled(explore, site)
    page = visit(size)
    page.goto(f"{site.web}/clusters/{shown.slug}/request?at={rested}")
    expect(banner(page)).to_contain_text(f"You look at revision {rested}")
    page.get_by_label("From").select_option("default/app-stateful-0")
    page.get_by_label("To", exact=True).fill("http://web")
    page.get_by_role("button", name="Send 100 requests").click()
    pods = page.get_by_role("list", name="Requests by pod").get_by_role("listitem")
    expect(pods).to_have_count(3)
    expect(page.get_by_text(f"Sent at r{rested}.")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"\?at={rested}&to=http%3A%2F%2Fweb&from=default%2Fapp-stateful-0&count=100$"))
    assert overflow(page) == []
    assert faults(page) == []

    other = visit(size)
    other.goto(page.url)
    expect(other.get_by_text(f"Sent at r{rested}.")).to_be_visible()
    expect(other.get_by_role("list", name="Requests by pod").get_by_role("listitem")).to_have_count(3)
    other.get_by_role("button", name="Back to live").click()
    expect(banner(other)).to_have_count(0)
    expect(other.get_by_text(f"What was sent at r{rested} is not of the moment on show.")).to_be_visible()
    expect(other.get_by_role("list", name="Requests by pod")).to_have_count(0)
    other.get_by_role("button", name="Send 100 requests").click()
    expect(other.get_by_role("list", name="Requests by pod").get_by_role("listitem")).to_have_count(5)


def test_without_a_script_too(explore: Explore, visit: Visitors, site: Site) -> None:
    shown, rested, _ = scaled(explore, site)
    page = visit("desk", java_script_enabled=False)
    page.goto(f"{site.web}/clusters/{shown.slug}/dns?at={rested}")
    page.get_by_label("Name", exact=True).fill("headless-svc-stateful")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(banner(page)).to_contain_text(f"You look at revision {rested}")
    expect(page.get_by_role("region", name=re.compile("^Answer")).get_by_role("listitem")).to_have_count(3)
    page.get_by_role("link", name="Back to live").click()
    expect(banner(page)).to_have_count(0)
    expect(page.get_by_role("region", name=re.compile("^Answer")).get_by_role("listitem")).to_have_count(5)

    page.goto(f"{site.web}/clusters/{shown.slug}/request?at={rested}")
    page.get_by_label("To", exact=True).fill("http://web")
    page.get_by_label("Times").select_option("100")
    page.get_by_role("button", name="Send").click()
    expect(banner(page)).to_contain_text(f"You look at revision {rested}")
    expect(page.get_by_role("region", name="Who got 100 requests").locator(".spread li")).to_have_count(3)


def test_a_moment_that_is_not_kept_is_refused_in_words(visit: Visitors, site: Site) -> None:
    visit.expect(r"410 \(Gone\)", r"400 \(Bad Request\)")
    page = visit("desk")
    for path in ("dns", "request", "tables"):
        page.goto(f"{site.web}/clusters/demo/{path}?at=99999999")
        expect(page.get_by_role("main")).to_contain_text("Revision 99999999 is still to come.")
        page.goto(f"{site.web}/clusters/demo/{path}?at=soon")
        expect(page.get_by_role("main")).to_contain_text("A revision is a number, such as 169.")


def test_a_link_to_one_request_sends_it_once(explore: Explore, visit: Visitors, site: Site) -> None:
    shown = explore("demo")
    shown.settled("app-stateful", 3)
    page = visit("desk")
    sent: list[str] = []
    page.on("request", lambda each: sent.append(each.method) if "/clusters/demo/request" in each.url else None)
    page.goto(f"{site.web}/clusters/demo/request?to=http://web&from=default/app-stateful-1")
    expect(page.get_by_role("list", name="Way of the request to http://web")).to_be_visible()
    expect(page.get_by_label("From")).to_have_value("default/app-stateful-1")
    assert sent == ["GET"]
    page.get_by_role("button", name="Send 10 requests").click()
    expect(page.get_by_text("10 answered", exact=True)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("list", name="Way of the request to http://web")).to_be_visible()


def test_the_tables_of_then_are_sorted_and_looked_through(
    explore: Explore, visit: Visitors, site: Site, size: str
) -> None:
    shown, rested, _ = scaled(explore, site)
    page = visit(size)
    page.goto(f"{site.web}/clusters/{shown.slug}/tables?at={rested}&kind=pods&namespace=default")
    expect(banner(page)).to_contain_text(f"You look at revision {rested}")
    grid = page.get_by_role("grid", name="Pods")
    rows = grid.locator("tbody tr[role=row]")
    expect(rows).to_have_count(3)
    head = grid.get_by_role("columnheader", name="Name")
    head.get_by_role("button").click()
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(rows.first).to_contain_text("app-stateful-2")
    expect(page).to_have_url(re.compile(rf"kind=pods&namespace=default&sort=-Name&at={rested}$"))
    page.get_by_label(re.compile("^Keep the rows")).fill("stateful-1")
    expect(rows).to_have_count(1)
    expect(page.get_by_text(re.compile(r"^kubectl get --raw .*resourceVersionMatch=Exact'$")).first).to_be_visible()
    assert overflow(page) == []
    assert faults(page) == []

    # Nothing can be chosen or changed, and the panel shows the object of then.
    expect(grid.get_by_role("checkbox")).to_have_count(0)
    rows.first.click()
    panel = page.get_by_role("complementary", name="Inspector")
    expect(panel.get_by_role("heading", level=2)).to_have_text("app-stateful-1")
    expect(panel.get_by_role("button", name="Delete")).to_have_count(0)
    panel.get_by_role("button", name="Close", exact=True).click()

    page.get_by_label(re.compile("^Keep the rows")).fill("")
    page.get_by_role("button", name="Back to live").click()
    expect(rows).to_have_count(5)
    expect(rows.first).to_contain_text("app-stateful-4")
    expect(banner(page)).to_have_count(0)
    page.go_back()
    expect(banner(page)).to_contain_text(f"You look at revision {rested}")
    expect(rows).to_have_count(3)
