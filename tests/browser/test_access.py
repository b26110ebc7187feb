"""axe-core on every state of every page, on a desk and on a phone, light and dark: nothing serious, no rule off."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.axe import faults
from tests.browser.conftest import Visitors
from tests.browser.explorer import Explorer
from tests.browser.site import ARTICLE, Site
from tests.browser.test_apply import CHANGED, MIXED, NEW, Form
from tests.objects import service, stateful_set

Explore = Callable[..., Explorer]
LIVE = re.compile(r"/live\b")
STRANGER = {"X-Forwarded-For": "203.0.113.9"}
"""Who comes through a proxy is not the machine's own user."""


def test_loading(visit: Visitors, site: Site, size: str) -> None:
    # A socket that opens and never says a word.
    page = visit(size, prepare=lambda page: page.route_web_socket(LIVE, lambda _: None))
    page.goto(f"{site.web}/clusters/demo/")
    expect(page.get_by_text("Fetching the cluster…")).to_be_visible()
    assert faults(page) == []


def test_demo_and_everything_in_the_inspector(explore: Explore, size: str) -> None:
    shown = explore("demo", size)
    shown.settled("app-stateful", 3)
    assert faults(shown.page) == []
    for id in ("services/default/headless-svc", "services/default/web", "statefulsets/default/app-stateful"):
        shown.select(id)
        assert faults(shown.page) == [], id
        shown.close()
    shown.select("pods/default/app-stateful-1")
    for tab in shown.inspector.get_by_role("tab").all():
        tab.click()
        expect(shown.inspector.get_by_role("tabpanel")).not_to_contain_text("Fetching…")
        assert faults(shown.page) == [], tab.inner_text()


def test_pinned_answers(explore: Explore, size: str) -> None:
    shown = explore("demo", size)
    shown.settled("app-stateful", 3)
    for name in ("headless-svc", "web", "headless-svc-stateful"):
        shown.ask(name)
    assert faults(shown.page) == []
    shown.dns.get_by_role("button", name="dig output").click()
    shown.dns.get_by_role("button", name="Choose others").click()
    assert faults(shown.page) == []
    shown.ask("headless-svc")
    assert faults(shown.page) == []


def test_pods_in_trouble_and_on_their_way(explore: Explore, site: Site, size: str) -> None:
    objects = [service("broken"), stateful_set("broken", 3, podManagementPolicy="Parallel"), stateful_set("slow", 3)]
    objects[1]["spec"]["template"]["metadata"]["annotations"] = {"kubarium.dev/crash": "true"}
    objects[2]["spec"]["template"]["metadata"]["annotations"] = {"kubarium.dev/never-ready": "true"}
    shown = explore(site.cluster("\n---\n".join(json.dumps(each) for each in objects)), size)
    expect(shown.pod("slow-0")).to_have_accessible_name(re.compile("Not ready"))
    expect(shown.pod("broken-0")).to_have_accessible_name(re.compile("Crash|Error|Failed|Not ready"))
    assert faults(shown.page) == []
    shown.thing("statefulsets/default/slow#1").focus()
    shown.page.keyboard.press("Enter")
    expect(shown.inspector).to_contain_text("The seat is kept while its pod is missing.")
    assert faults(shown.page) == []


def test_connection_lost(explore: Explore, size: str) -> None:
    sockets: list[WebSocketRoute] = []

    def once(page: Page) -> None:
        def routed(socket: WebSocketRoute) -> None:
            if sockets:
                socket.close()
            else:
                socket.connect_to_server()
            sockets.append(socket)

        page.route_web_socket(LIVE, routed)

    shown = explore("demo", size, prepare=once)
    shown.settled("app-stateful", 3)
    shown.ask("headless-svc-stateful")
    sockets[0].close()
    expect(shown.map).to_contain_text("Connection lost.")
    assert faults(shown.page) == []


def test_empty_cluster(explore: Explore, site: Site, size: str) -> None:
    shown = explore(site.cluster(), size)
    expect(shown.map.get_by_role("heading", name="This cluster is empty.")).to_be_visible()
    assert faults(shown.page) == []


@pytest.fixture(scope="module")
def crowd(site: Site) -> str:
    """200 pods in twelve workloads, one of them with a hundred."""
    counts = {"crowd": 100, **{f"team-{number}": 10 for number in range(10)}}
    objects = [stateful_set(name, count, podManagementPolicy="Parallel") for name, count in counts.items()]
    services = [service(name, **({"clusterIP": "None"} if name == "crowd" else {})) for name in counts]
    return site.cluster("\n---\n".join(json.dumps(each) for each in (*services, *objects)))


def test_many_pods(explore: Explore, crowd: str, size: str) -> None:
    shown = explore(crowd, size)
    shown.settled("crowd", 100)
    shown.settled("team-9", 10)
    assert faults(shown.page) == []
    find = shown.page.get_by_role("combobox", name=re.compile("^Find an object"))
    find.fill("team-3")
    expect(shown.page.get_by_role("listbox", name="Found").get_by_role("option").first).to_be_visible()
    assert faults(shown.page) == []
    find.fill("app=team-3")
    find.press("Enter")
    expect(shown.map).to_contain_text("1 of 11 workloads")
    assert faults(shown.page) == []


def test_apply(visit: Visitors, site: Site, size: str) -> None:
    form = Form(visit(size), site, site.cluster(ARTICLE), script=True)
    assert faults(form.page) == [], "empty"
    form.page.get_by_text("Templates").click()
    assert faults(form.page) == [], "its menu open"
    form.page.keyboard.press("Escape")
    form.type(MIXED)
    expect(form.document("metrics")).to_contain_text("refused")
    assert faults(form.page) == [], "with a problem"
    form.editor.press("Control+a")
    form.type(f"{NEW}---\n{CHANGED}")
    expect(form.document("web")).to_contain_text("change")
    expect(form.document("metrics")).to_have_count(0)
    assert faults(form.page) == [], "with a plan"
    form.press("Apply 2")
    expect(form.page.get_by_role("main")).to_contain_text(re.compile(r"Stored at r\d+"))
    assert faults(form.page) == [], "stored"


@pytest.mark.parametrize(
    "path",
    ["/", "/clusters/demo/dns", "/clusters/demo/dns?name=headless-svc-stateful&pod=app-stateful-0",
     "/clusters/demo/dns?name=headless-svc", "/clusters/demo/dns?name=web&type=SRV", "/accounts/password/",
     "/clusters/demo/settings"],
)  # fmt: skip
def test_pages(visit: Visitors, site: Site, size: str, path: str) -> None:
    page = visit(size)
    page.goto(f"{site.web}{path}")
    expect(page.get_by_role("main")).to_be_visible()
    assert faults(page) == []


def test_menus_open(visit: Visitors, site: Site, size: str) -> None:
    page = visit(size)
    page.goto(f"{site.web}/clusters/demo/dns")
    for menu, item in (("Cluster demo, choose another", "New empty cluster"), ("Signed in as admin", "Set a password")):
        page.locator(f"summary[aria-label='{menu}']").click()
        expect(page.locator(".menu-list").get_by_text(item)).to_be_visible()
        assert faults(page) == [], menu
        page.keyboard.press("Escape")


def test_a_name_that_is_taken(visit: Visitors, site: Site, size: str) -> None:
    visit.expect("422")
    page = visit(size)
    page.goto(f"{site.web}/")
    page.get_by_label("Name", exact=True).fill("demo")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a cluster demo already.")
    assert faults(page) == []


def test_signing_in(visit: Visitors, site: Site, size: str) -> None:
    page = visit(size, extra_http_headers=STRANGER)
    page.goto(f"{site.web}/clusters/demo/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert faults(page) == []
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults(page) == []


def test_nothing_here(visit: Visitors, site: Site, size: str) -> None:
    visit.expect("404")
    page = visit(size)
    page.goto(f"{site.web}/clusters/nowhere/")
    expect(page.get_by_role("heading", name="Not here")).to_be_visible()
    assert faults(page) == []


@pytest.fixture(autouse=True)
def _server_errors(site: Site) -> Iterator[None]:
    """What a page looks like tells nothing when the server failed behind it."""
    log = site.data / "log"
    before = log.stat().st_size
    yield
    assert "Traceback" not in log.read_text()[before:]
