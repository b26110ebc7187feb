"""Every page, and every state of the map and its panels, on a desk and on a phone, light and dark: what stands there by
role and name, nothing serious for axe, nothing scrolled sideways, no heading or sentence cut, and of a name that is cut
the whole where one points.

One walk leads through many states, since most of the time goes into coming to them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import THEMES, Theme, faults
from tests.browser.conftest import Visitors
from tests.browser.explorer import Explorer
from tests.browser.site import ARTICLE, Site
from tests.browser.test_crowd import LONG, service, workload
from tests.browser.test_fit import overflow
from tests.browser.test_views import NODES, view

Explore = Callable[..., Explorer]
OUTSIDE = """
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  rules:
  - host: shop.example.com
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
      - {path: /api, pathType: Prefix, backend: {service: {name: missing, port: {number: 80}}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shut}
spec: {podSelector: {matchLabels: {app: web-stateful}}}
---
"""
CUT = """() => [...document.body.querySelectorAll("*")].filter((each) => {
    const own = [...each.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!own || !each.checkVisibility()) return false;
    if (each.closest("svg, .cm-editor, .xterm, .hidden-line, option, select")) return false;
    let holder = each;
    while (holder && getComputedStyle(holder).display.startsWith("inline")) holder = holder.parentElement;
    if (!holder || holder.clientWidth < 2 || holder.scrollWidth <= holder.clientWidth + 1) return false;
    if (!["hidden", "clip"].includes(getComputedStyle(holder).overflowX)) return false;
    return each.closest("h1, h2, h3, p") || !each.closest("[title]");
}).map((each) => `${each.tagName}.${each.className}: ${each.textContent.trim().slice(0, 60)}`)"""


ASTRAY = """() => [...document.querySelectorAll("button, a.btn, select, input, summary")].filter((each) => {
    const { left, right, width } = each.getBoundingClientRect();
    return each.checkVisibility() && width > 1 && left < -1 && right > 0;
}).map((each) => `${each.tagName} ${each.textContent.trim()} begins left of the page`)"""


@pytest.fixture
def theme(size: str) -> Theme:
    """What pages are loaded in. Each is looked at in both: the other one it changes to where it stands."""
    return "dark" if size == "phone" else "light"


def whole(page: Page, theme: Theme, what: str) -> None:
    for each in sorted(THEMES, key=theme.__eq__):
        assert faults(page, (each,)) == [], what
    assert overflow(page) == [], what
    assert page.evaluate(CUT) + page.evaluate(ASTRAY) == [], what


@pytest.fixture(scope="module")
def town(site: Site) -> str:
    """Something of everything: an article, names that are long, pods that are ill, two nodes, an Ingress, a policy."""
    long = "---".join([workload(LONG, 2), service(f"{LONG}-headless", LONG, more=", clusterIP: None")])
    return site.cluster(f"{NODES}{ARTICLE}{OUTSIDE}{long}")


def test_the_map(explore: Explore, town: str, size: str, theme: Theme) -> None:
    shown = explore(town, size, color_scheme=theme)
    page = shown.page
    shown.settled("app-stateful", 3)
    expect(shown.service("web")).to_have_accessible_name(
        re.compile("^web, ClusterIP Service, .*, behind Ingress shop$")
    )
    door = page.get_by_role(
        "treeitem", name="Ingress shop to web: shop.example.com/, no controller serves it", exact=True
    )
    expect(door).to_be_visible()
    whole(page, theme, "by Service")
    for by, band in (("Workload", "^Namespace default, "), ("Node", "^Node worker-1, cordoned"), ("Label", "^app ")):
        if shown.phone and by == "Label":
            shown.map.get_by_label("View by").select_option(label="By app")
        else:
            view(shown, by)
        expect(page.get_by_role("treeitem", name=re.compile(band)).first).to_be_visible()
        whole(page, theme, f"by {by}")
    if shown.phone:
        shown.map.get_by_label("View by").select_option(label="By service")
    else:
        view(shown, "Service")
    shown.map.get_by_role("button", name="Filter").click()
    expect(shown.map.get_by_role("group", name="Namespace")).to_be_visible()
    shown.map.get_by_role("checkbox", name="Not ready").check()
    whole(page, theme, "filtered, its menu open")
    page.keyboard.press("Escape")
    shown.map.get_by_role("button", name="Clear the filter").click()
    if shown.phone:
        page.get_by_role("button", name=re.compile(r"^Overview, \d+ need a look$")).click()
        expect(page.get_by_role("region", name="Overview")).to_be_visible()
        whole(page, theme, "the overview")
        shown.inspector.get_by_role("button", name="Close").click()
    find = page.get_by_role("combobox", name=re.compile("^Find an object"))
    find.fill("stateful")
    expect(page.get_by_role("listbox", name="Found").get_by_role("option").first).to_be_visible()
    whole(page, theme, "the palette")
    find.press("Escape")
    if not shown.phone:
        shown.map.get_by_label("Save the picture").click()
        expect(shown.map.get_by_role("button", name="As PNG")).to_be_visible()
        whole(page, theme, "to be saved")


def test_panels_of_every_kind(explore: Explore, town: str, size: str, theme: Theme) -> None:
    """From the map and by their addresses, with what has no effect here said in words."""
    shown = explore(town, size, color_scheme=theme)
    page = shown.page
    shown.settled("app-stateful", 3)
    page.get_by_role("treeitem", name=re.compile("^Ingress shop to web")).focus()
    page.keyboard.press("Enter")
    expect(shown.inspector.get_by_role("heading", name="shop")).to_be_visible()
    expect(shown.inspector).to_contain_text("shop.example.com/api")
    expect(shown.inspector).to_contain_text("no Service missing")
    expect(shown.inspector).to_contain_text("no controller for Ingresses runs in")
    whole(page, theme, "an Ingress")
    for id, told in (
        ("networkpolicies/default/shut", "no effect on traffic here"),
        ("pods/default/app-stateful-0", "NetworkPolicy shut selects it"),
        (f"services/default/{LONG}-headless", "Pods it selects"),
        (f"statefulsets/default/{LONG}", "Replicas"),
        ("deployments/default/never", "Replicas"),
        ("nodes//worker-1", "Break it on purpose"),
        ("configmaps/kube-system/coredns", "Keys"),
        ("persistentvolumeclaims/default/none", "It is not in this cluster."),
    ):
        page.goto(f"{shown.web}/clusters/{town}/#{id}")
        expect(shown.inspector.get_by_role("heading", level=2)).to_have_text(id.rsplit("/", 1)[1])
        expect(shown.inspector).to_contain_text(told)
        if "NetworkPolicy" in told:
            shown.inspector.get_by_text("Break it on purpose").click()
            expect(shown.inspector.get_by_role("button", name=re.compile("^Never ready"))).to_be_visible()
        whole(page, theme, id)


def test_boxes_below_the_map(explore: Explore, town: str, size: str, theme: Theme) -> None:
    shown = explore(town, size, color_scheme=theme)
    page = shown.page
    shown.settled("app-stateful", 3)
    for name, type in ((f"{LONG}-headless", "A"), ("headless-svc-stateful", "SRV"), ("headless-svc", "A")):
        shown.ask(name, type=type)
        whole(page, theme, f"{type} {name}")
    shown.dns.get_by_role("button", name="Requests").click()
    box = page.get_by_role("region", name="Requests")
    box.get_by_label("To", exact=True).fill(f"http://{LONG}-headless")
    box.get_by_role("button", name="Send 1 request").click()
    expect(box.get_by_role("list").first).to_be_visible()
    whole(page, theme, "a request")


def test_the_clock_and_the_past(explore: Explore, site: Site, size: str, theme: Theme) -> None:
    slug = site.cluster(ARTICLE)
    shown = explore(slug, size, color_scheme=theme)
    page = shown.page
    shown.settled("app-stateful", 3)
    before = int(shown.main.get_attribute("data-revision") or 0)
    page.get_by_role("button", name="Pause the clock").click()
    shown.carried_out()
    site.apply(slug, ARTICLE.replace("replicas: 3", "replicas: 2"))
    coming = (
        shown.dns if shown.phone else page.get_by_role("region", name="What comes next").get_by_role("listitem").first
    )
    expect(coming).to_contain_text("delete pod app-stateful-2")
    whole(page, theme, "paused")
    page.get_by_role("button", name="Let the clock go on").click()
    shown.settled("app-stateful", 2)
    page.goto(f"{shown.web}/clusters/{slug}/?at={before}")
    expect(page.get_by_role("region", name="The past")).to_contain_text(f"You look at revision {before}")
    whole(page, theme, "the past")
    now = int(shown.main.get_attribute("data-revision") or 0) + 1
    page.goto(f"{shown.web}/clusters/{slug}/?at={now}&against={before - 1}")
    expect(page.get_by_role("region", name="The past")).to_contain_text("against")
    whole(page, theme, "compared")
    shown.map.get_by_role("button", name="Zoom out").click()
    whole(page, theme, "compared, smaller")
    page.goto(f"{shown.web}/clusters/{slug}/compare?from=1&to={before}")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Revision 1 against {before}")
    expect(
        page.get_by_role("table", name="Fields of app-stateful that differ")
        .or_(page.get_by_text("created").first)
        .first
    ).to_be_visible()
    whole(page, theme, "compared, as a page")


PAGES = (
    ("/", 200), ("/lessons/", 200), ("/lessons/headless/", 200), ("/accounts/password/", 200), ("/nowhere", 404),
    *((f"/clusters/{{}}/{page}", 200) for page in (
        "apply", "apply?example=headless", "tables", "tables?kind=pods", "dns?name=web&pod=app-stateful-0",
        "dns?name=nobody&pod=app-stateful-0", "request?from=default%2Fapp-stateful-0&to=http%3A%2F%2Fweb", "terminal",
        "kubectl", "settings", "fork?at=2", "compare?from=1&to=2",
    )),
    ("/clusters/{}/compare?from=9&to=x", 400),
)  # fmt: skip


def test_pages(visit: Visitors, site: Site, town: str, size: str, theme: Theme) -> None:
    visit.expect("404", "400")
    page = visit(size, color_scheme=theme)
    for path, status in PAGES:
        answer = page.goto(f"{site.web}{path.format(town)}")
        assert answer is not None and answer.status == status, path
        expect(page.locator("main").first).to_be_attached()  # a lesson that was begun shows its text first on a phone
        expect(page.get_by_role("heading", level=1).first).to_be_attached()
        whole(page, theme, path)


@pytest.mark.parametrize("path", ("tables", "tables?at=12", "dns?name=web&pod=app-stateful-0"))
def test_what_the_server_wrote_has_no_fault_before_a_script_comes(
    visit: Visitors, site: Site, town: str, size: str, path: str
) -> None:
    visit.expect("ERR_FAILED")
    page = visit(size)
    page.route("**/dist/*.js", lambda asked: asked.abort())
    page.goto(f"{site.web}/clusters/{town}/{path}")
    whole(page, "light", path)
