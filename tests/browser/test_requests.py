"""Sending requests: from the explorer's box, by mouse, thumb and keyboard, and from the page that needs no script."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.axe import faults
from tests.browser.conftest import Visitors
from tests.browser.explorer import Explorer
from tests.browser.site import ARTICLE, Site
from tests.browser.test_fit import overflow
from tests.browser.test_keyboard import tab_to

Explore = Callable[..., Explorer]
TRAP = ARTICLE.replace("targetPort: 80\n", "targetPort: 8080\n")
"""The article's own mistake on the ClusterIP Service too."""
ELSEWHERE = """
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Service
metadata: {name: legacy, namespace: shop}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: legacy, namespace: shop}
subsets: [{addresses: [{ip: 192.0.2.7}], ports: [{port: 80}]}]
"""
SETTLED = """(all) => [...document.querySelectorAll('.spread .num')]
    .reduce((sum, each) => sum + Number(each.textContent.replace(',', '')), 0) === all"""

LEADS_TO = """async ([slug, port, ready]) => {
    const slices = `/k8s/${slug}/apis/discovery.k8s.io/v1/namespaces/default/endpointslices`;
    const { items } = await (await fetch(`${slices}?labelSelector=kubernetes.io/service-name%3Dweb`)).json();
    const open = items.flatMap((each) => each.endpoints ?? []).filter((each) => each.conditions.ready);
    return open.length === ready && items.every((each) => each.ports.every((one) => one.port === port));
}"""
"""Whether the endpoints of the Service `web` have followed it and its pods."""


def opened(shown: Explorer) -> Locator:
    """The request box, on a phone in its sheet."""
    shown.sheet()
    shown.dns.get_by_role("button", name="Requests", exact=True).click()
    box = shown.page.get_by_role("region", name="Requests")
    expect(box.get_by_label("To", exact=True)).to_have_value("http://web")
    return box


def way(box: Locator) -> Locator:
    return box.get_by_role("list", name=re.compile("^Way of the "))


def test_a_hundred_requests_spread_over_the_pods(explore: Explore, size: str) -> None:
    shown = explore("demo", size)
    shown.settled("app-stateful", 3)
    box = opened(shown)
    box.get_by_role("button", name="Send 100 requests").click()
    expect(way(box).get_by_role("listitem")).to_have_count(5)
    expect(way(box)).to_contain_text("One of 3 is taken by chance, each with 1 in 3")
    expect(box).to_contain_text("100 answered")
    counts = box.get_by_role("list", name="Requests by pod").locator(".num")
    expect(counts).to_have_count(3)
    expect(shown.told("100 requests to http://web: 100 answered by 3 pods.")).to_have_count(1)
    shown.page.wait_for_function(SETTLED, arg=100)
    assert all(int(text) > 10 for text in counts.all_inner_texts())
    assert shown.lit() == {"app-stateful-0", "app-stateful-1", "app-stateful-2"}
    expect(box).to_contain_text("kubectl exec app-stateful-0 -- sh -c")
    assert overflow(shown.page) == []
    assert faults(shown.page) == []


def test_why_a_service_answers_nothing(explore: Explore, site: Site, size: str) -> None:
    shown = explore(site.cluster(TRAP), size)
    shown.settled("app-stateful", 3)
    box = opened(shown)
    if size == "desk":
        expect(shown.page.get_by_role("region", name="Overview")).to_contain_text("web answers nothing on port 80")
    box.get_by_role("button", name="Send 1 request", exact=True).click()
    expect(box).to_contain_text("web answers nothing on port 80: targetPort 8080, but the container of app-stateful-")
    expect(box).to_contain_text("1 refused")
    expect(box).to_contain_text("curl: (7) Failed to connect to web port 80")
    panel = shown.select("services/default/web") if size == "desk" else None
    if panel is not None:
        expect(panel).to_contain_text("web answers nothing on port 80: targetPort 8080, but the container of")


def test_with_the_keyboard_alone(explore: Explore) -> None:
    shown = explore("demo")
    shown.settled("app-stateful", 3)
    keys = shown.page.keyboard
    shown.dns.get_by_role("button", name="Requests", exact=True).focus()
    keys.press("Enter")
    box = shown.page.get_by_role("region", name="Requests")
    expect(box.get_by_role("button", name="Requests", exact=True)).to_be_focused()
    tab_to(shown.page, "to", most=3)  # past the switch to the shell, and who sends
    keys.press("Control+a")
    keys.type("headless-svc-stateful:8080")
    keys.press("Enter")
    expect(way(box)).to_contain_text("refuses: nobody in it listens on 8080; nginx listens on 80.")
    expect(shown.told("1 request to http://headless-svc-stateful:8080: 1 refused.")).to_have_count(1)
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    expect(box).to_contain_text("10 refused")


def test_that_the_cluster_changed_since_is_said(explore: Explore, site: Site, size: str) -> None:
    shown = explore(site.cluster(ARTICLE), size)
    shown.settled("app-stateful", 3)
    shown.page.wait_for_function(LEADS_TO, arg=[shown.slug, 80, 3], polling=200)
    box = opened(shown)
    box.get_by_role("button", name="Send 100 requests").click()
    expect(box).to_contain_text(re.compile(r"Sent at r\d+\."))
    assert shown.lit()
    since = box.get_by_text("The cluster has changed since.")
    expect(since).to_have_count(0)
    site.apply(shown.slug, ARTICLE.replace("targetPort: 80\n", "targetPort: 8080\n"))
    expect(since).to_be_visible()
    assert shown.lit() == set()
    assert faults(shown.page) == []
    shown.page.wait_for_function(LEADS_TO, arg=[shown.slug, 8080, 3], polling=200)
    box.get_by_role("button", name="Send again").click()
    expect(box).to_contain_text("100 refused")
    expect(since).to_have_count(0)


def test_what_cannot_be_sent_is_said(explore: Explore, visit: Visitors) -> None:
    visit.expect(r"400 \(Bad Request\)")
    shown = explore("demo")
    shown.settled("app-stateful", 3)
    box = opened(shown)
    box.get_by_label("To", exact=True).fill("http://web:80800")
    box.get_by_role("button", name="Send 10 requests").click()
    expect(box).to_contain_text("A port is a number from 1 to 65535. This is 80800.")
    box.get_by_role("button", name="DNS", exact=True).click()
    expect(shown.dns.get_by_label("Name", exact=True)).to_be_visible()


def test_from_a_service_in_the_panel(explore: Explore) -> None:
    shown = explore("demo")
    shown.settled("app-stateful", 3)
    shown.select("services/default/headless-svc-stateful").get_by_role("button", name="Send to it").click()
    box = shown.page.get_by_role("region", name="Requests")
    expect(box.get_by_label("To", exact=True)).to_have_value("http://headless-svc-stateful")
    expect(box.get_by_label("To", exact=True)).to_be_focused()
    shown.select("pods/default/app-stateful-2").get_by_role("button", name="Send from here").click()
    expect(box.get_by_label("From")).to_have_value("default/app-stateful-2")
    box.get_by_role("button", name="Send 1 request", exact=True).click()
    expect(way(box)).to_contain_text("the packet goes straight there, past kube-proxy.")


def test_to_a_service_of_another_namespace_and_one_whose_endpoints_somebody_wrote(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(ARTICLE + ELSEWHERE))
    shown.settled("app-stateful", 3)
    inspector = shown.open("services/shop/legacy").inspector
    expect(inspector).to_contain_text("1 of 1 in the answer")
    expect(inspector).to_contain_text("192.0.2.7")
    expect(shown.drawn("services/shop/legacy", "text.detail").last).to_contain_text("leads to 192.0.2.7")
    inspector.get_by_role("button", name="Send to it").click()
    box = shown.page.get_by_role("region", name="Requests")
    expect(box.get_by_label("From")).to_have_value("default/app-stateful-0")
    expect(box.get_by_label("To", exact=True)).to_have_value("http://legacy.shop")


def test_the_page_of_its_own_needs_no_script(visit: Visitors, site: Site, explore: Explore, size: str) -> None:
    explore("demo").settled("app-stateful", 3)
    visit.expect(r"422 \(Unprocessable Entity\)")
    page = visit(size, java_script_enabled=False)
    page.goto(f"{site.web}/clusters/demo/request")
    page.get_by_label("To", exact=True).fill("web")
    page.get_by_label("Times").select_option("10")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Who got 10 requests")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Welcome to nginx!")
    page.get_by_label("To", exact=True).fill("ftp://web")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_have_text("ftp cannot be sent here. http, https, tcp, udp and sctp can.")


def test_the_page_has_no_fault_and_fits(visit: Visitors, site: Site, explore: Explore, size: str) -> None:
    explore("demo").settled("app-stateful", 3)
    page = visit(size)
    page.goto(f"{site.web}/clusters/demo/request?from=app-stateful-0&to=http://web")
    expect(page.get_by_role("heading", name="The way of the request")).to_be_visible()
    assert overflow(page) == []
    assert faults(page) == []
