"""What was asked on the map, the shell that is open and the panel's tab stand in the address: who opens the link sees
the same, and back and forward go through what was asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import Visitors
from tests.browser.explorer import Explorer
from tests.browser.site import ARTICLE, Site
from tests.browser.test_replay import banner, scaled
from tests.objects import stateful_set

Explore = Callable[..., Explorer]


def followed(visit: Visitors, shown: Explorer, size: str = "desk") -> Explorer:
    """Somebody else's browser at the address that `shown` stands at."""
    page = visit(size)
    page.goto(shown.page.url)
    other = Explorer(page, shown.web, shown.slug, phone=size == "phone")
    expect(other.main).to_have_attribute("data-phase", "live")
    return other


def requests(shown: Explorer) -> Locator:
    return shown.page.get_by_role("region", name="Requests")


def test_a_question_is_a_link(explore: Explore, visit: Visitors, size: str) -> None:
    shown = explore("demo", size)
    shown.settled("app-stateful", 3)
    shown.ask("headless-svc-stateful", "app-stateful-1")
    expect(shown.page).to_have_url(
        re.compile(r"/clusters/demo/\?name=headless-svc-stateful&type=A&pod=app-stateful-1&namespace=default$")
    )
    other = followed(visit, shown, size)
    other.sheet()
    expect(other.walk("headless-svc-stateful").get_by_role("listitem").first).to_contain_text("3 addresses")
    expect(other.dns.get_by_label("From")).to_have_value("default/app-stateful-1")
    assert other.lit() == {"app-stateful-0", "app-stateful-1", "app-stateful-2"}

    other.ask("web", "namespace default", "AAAA")
    expect(other.page).to_have_url(re.compile(r"\?name=web&type=AAAA&namespace=default$"))
    other.page.go_back()
    expect(other.walk("headless-svc-stateful")).to_be_visible()
    expect(other.dns.get_by_label("Name", exact=True)).to_have_value("headless-svc-stateful")
    other.page.go_forward()
    expect(other.walk("web")).to_be_visible()
    expect(other.dns.get_by_label("Type")).to_have_value("AAAA")


def test_a_namespace_looked_into_is_a_link(explore: Explore, visit: Visitors, site: Site) -> None:
    spaces = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"space-{n}"}} for n in range(12)]
    sets = [
        {**made, "metadata": {**made["metadata"], "namespace": f"space-{n}"}}
        for n in range(12)
        for made in [stateful_set("db", 5, serviceName="")]
    ]
    shown = explore(site.cluster("\n---\n".join(json.dumps(each) for each in [*spaces, *sets])))
    everything = shown.page.get_by_role("button", name="All namespaces")
    expect(everything).to_have_count(0)
    shown.thing("namespaces//space-3").focus()
    shown.page.keyboard.press("Control+k")
    shown.page.keyboard.type("Zoom in to names")
    shown.page.keyboard.press("Enter")
    expect(shown.page).to_have_url(re.compile(r"\?near=space-\d+$"))
    expect(everything).to_be_visible()
    other = followed(visit, shown)
    expect(other.page.get_by_role("button", name="All namespaces")).to_be_visible()
    shown.page.go_back()
    expect(everything).to_have_count(0)
    shown.page.go_forward()
    expect(everything).to_be_visible()
    everything.click()
    expect(shown.page).to_have_url(re.compile(rf"/clusters/{shown.slug}/$"))
    expect(everything).to_have_count(0)


def test_back_leads_to_before_the_first_question(explore: Explore) -> None:
    shown = explore("demo")
    shown.settled("app-stateful", 3)
    shown.ask("web")
    shown.page.go_back()
    expect(shown.walk("web")).to_have_count(0)
    expect(shown.card("web")).to_be_visible()
    assert "name=" not in shown.page.url


def test_requests_are_a_link(explore: Explore, visit: Visitors, size: str) -> None:
    shown = explore("demo", size)
    shown.settled("app-stateful", 3)
    shown.sheet()
    shown.dns.get_by_role("button", name="Requests", exact=True).click()
    requests(shown).get_by_label("From").select_option("default/app-stateful-2")
    requests(shown).get_by_label("To", exact=True).fill("http://web")
    requests(shown).get_by_role("button", name="Send 10 requests").click()
    expect(requests(shown)).to_contain_text("10 answered")
    expect(shown.page).to_have_url(re.compile(r"\?to=http%3A%2F%2Fweb&from=default%2Fapp-stateful-2&count=10$"))

    other = followed(visit, shown, size)
    expect(requests(other)).to_contain_text("10 answered")
    if other.phone:
        requests(other).locator("button.sheet-h").click()
    expect(requests(other).get_by_label("From")).to_have_value("default/app-stateful-2")
    expect(requests(other).get_by_label("To", exact=True)).to_have_value("http://web")
    requests(other).get_by_label("To", exact=True).fill("http://web:8080")
    requests(other).get_by_role("button", name="Send 1 request", exact=True).click()
    expect(requests(other)).to_contain_text(re.compile("1 (refused|timed out)"))
    other.page.go_back()
    expect(requests(other)).to_contain_text("10 answered")


def test_a_link_into_the_past_asks_there(explore: Explore, site: Site) -> None:
    shown, rested, _ = scaled(explore, site)
    at = f"{site.web}/clusters/{shown.slug}/?at={rested}"
    shown.page.goto(f"{at}&to=http%3A%2F%2Fweb&from=default%2Fapp-stateful-0&count=100")
    expect(banner(shown.page)).to_contain_text(f"You look at revision {rested}")
    expect(requests(shown)).to_contain_text(f"Sent at r{rested}.")
    expect(requests(shown).get_by_role("list", name="Requests by pod").get_by_role("listitem")).to_have_count(3)
    shown.page.goto(f"{at}&name=headless-svc-stateful")
    expect(banner(shown.page)).to_contain_text(f"You look at revision {rested}")
    expect(shown.walk("headless-svc-stateful")).to_contain_text("3 addresses")
    shown.page.get_by_role("button", name="Back to live").click()
    expect(shown.walk("headless-svc-stateful")).to_contain_text("5 addresses")
    expect(shown.page).to_have_url(re.compile(r"/\?name=headless-svc-stateful$"))
    shown.page.go_back()
    expect(banner(shown.page)).to_contain_text(f"You look at revision {rested}")
    expect(shown.walk("headless-svc-stateful")).to_contain_text("3 addresses")


def test_a_page_of_the_past_says_so_from_the_beginning(explore: Explore, visit: Visitors, site: Site) -> None:
    shown, rested, _ = scaled(explore, site)
    page = visit("desk")
    sign, held = page.locator("#live"), list[Route]()
    page.route("**/past?at=*", lambda route: held.append(route))
    for path in ("dns?name=web&at=", "request?to=http://web&at=", "tables?at="):
        page.goto(f"{site.web}/clusters/{shown.slug}/{path}{rested}")
        expect(page.locator("#main")).to_have_attribute("data-phase", "live")
        expect(sign).to_have_text(f"Past r{rested}", use_inner_text=True)
        assert held, "the script has not got that moment yet"
        while held:
            held.pop().continue_()
        expect(page.get_by_role("region", name="The past")).to_contain_text(f"You look at revision {rested}")
        expect(sign).to_have_text(f"Past r{rested}", use_inner_text=True)


def test_an_open_shell_is_a_link(explore: Explore, visit: Visitors) -> None:
    shown = explore("demo")
    shown.settled("app-stateful", 3)
    shown.select("pods/default/app-stateful-2").get_by_role("button", name="Shell", exact=True).click()
    shell = shown.page.get_by_role("region", name="Shell")
    expect(shell.get_by_role("status")).to_have_text("In app-stateful-2")
    expect(shown.page).to_have_url(re.compile(r"\?shell=default%2Fapp-stateful-2#pods/default/app-stateful-2$"))
    other = followed(visit, shown)
    expect(other.page.get_by_role("region", name="Shell").get_by_role("status")).to_have_text("In app-stateful-2")
    expect(other.inspector.get_by_role("heading", level=2)).to_have_text("app-stateful-2")
    shell.get_by_role("button", name="Close the shell").click()
    expect(shown.page).to_have_url(re.compile(r"/clusters/demo/#pods/default/app-stateful-2$"))
    shown.page.go_back()
    expect(shell.get_by_role("status")).to_have_text("In app-stateful-2")

    # One beside the pod's own is put into the pod for good: a link only fills the form in.
    other.page.goto(f"{shown.web}/clusters/demo/?shell=default/app-stateful-0&image=busybox:1.36")
    form = other.page.get_by_role("region", name="Shell")
    expect(form.get_by_label(re.compile("^Image of a container"))).to_have_value("busybox:1.36")
    expect(form.get_by_label("Pod to open a shell in")).to_have_value("default/app-stateful-0")
    expect(form.get_by_role("group", name="Terminal")).to_have_count(0)


def test_the_tab_of_the_panel_is_in_the_link(explore: Explore, visit: Visitors, site: Site) -> None:
    shown = explore(site.cluster(ARTICLE))
    shown.settled("app-stateful", 3)
    shown.select("pods/default/app-stateful-1").get_by_role("tab", name="YAML").click()
    expect(shown.page).to_have_url(re.compile(r"\?panel=yaml#pods/default/app-stateful-1$"))
    other = followed(visit, shown)
    expect(other.inspector.get_by_role("tab", name="YAML")).to_have_attribute("aria-selected", "true")
    expect(other.inspector).to_contain_text("kind: Pod")
    other.select("services/default/web")
    expect(other.page).to_have_url(re.compile(r"/#services/default/web$"))
    other.page.go_back()
    expect(other.inspector.get_by_role("heading", level=2)).to_have_text("app-stateful-1")
    expect(other.inspector.get_by_role("tab", name="YAML")).to_have_attribute("aria-selected", "true")
