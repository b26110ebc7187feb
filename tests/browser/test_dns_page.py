"""The DNS page: whole without a script, and with one it changes as the cluster does."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visitors
from tests.browser.explorer import Explorer
from tests.browser.site import ARTICLE, Site

Explore = Callable[..., Explorer]
HOME = "default.svc.cluster.local"
PODS = ["app-stateful-0", "app-stateful-1", "app-stateful-2"]
ASKED = "name=headless-svc-stateful&pod=app-stateful-0"


def opened(page: Page, site: Site, slug: str, query: str = ASKED, *, script: bool = True) -> Page:
    page.goto(f"{site.web}/clusters/{slug}/dns?{query}")
    if script:
        expect(page.locator("#still")).to_have_count(0)
        expect(page.locator("#main")).to_have_attribute("data-phase", "live")
    return page


def section(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=re.compile(f"^{title}"))


def test_it_is_whole_without_a_script(visit: Visitors, site: Site, explore: Explore, size: str) -> None:
    shown = explore("demo")
    shown.settled("app-stateful", 3)
    page = opened(visit(size, java_script_enabled=False), site, "demo", script=False)
    steps = section(page, "The way").get_by_role("listitem")
    for step, name in zip(steps.all(), (HOME, "svc.cluster.local", "cluster.local"), strict=False):
        expect(step).to_contain_text(f"headless-svc-stateful.{name}")
        expect(step).to_be_in_viewport()
    expect(steps.nth(3)).to_contain_text("not asked")
    for pod in PODS:
        row = section(page, "Answer").get_by_role("listitem").filter(has_text=pod)
        expect(row).to_contain_text(shown.address(pod))
    two = section(page, "The same question").locator(".twin > div")
    expect(two.nth(0)).to_contain_text("DNS says 3 records. The client chooses the pod.")
    expect(two.nth(1)).to_contain_text(re.compile(r"ClusterIP 10\.\d+.*virtual address of\s+web", re.DOTALL))
    page.get_by_role("link", name="Raw bytes").click()
    expect(page.get_by_label("raw bytes")).to_contain_text("0000  ")

    page.get_by_label("Left").select_option("default/headless-svc")
    page.get_by_role("button", name="Compare").click()
    expect(two.nth(0)).to_contain_text("DNS says NXDOMAIN.")
    expect(two.nth(0)).to_contain_text(re.compile("no pod .*app=web", re.IGNORECASE))
    expect(section(page, "Answer")).to_contain_text("app-stateful-2")


def test_it_changes_where_it_stands(visit: Visitors, site: Site, explore: Explore, size: str) -> None:
    slug = site.cluster(ARTICLE)
    other = explore(slug)
    other.settled("app-stateful", 3)
    page = opened(visit(size), site, slug)
    page.evaluate("globalThis.marked = true")
    answer, twin = section(page, "Answer"), section(page, "The same question").locator(".twin > div")
    expect(answer.get_by_role("listitem")).to_have_count(3)
    before = other.address("app-stateful-1")

    other.scale("app-stateful", 5)
    expect(answer.get_by_role("listitem")).to_have_count(5)
    expect(twin.nth(0)).to_contain_text("DNS says 5 addresses.")
    expect(twin.nth(1)).to_contain_text("DNS says 1 address. The proxy chooses the pod, 1 in 5 each.")

    other.close()
    other.delete("pods/default/app-stateful-1")
    row = answer.locator(".recs li").filter(has_text="app-stateful-1")
    expect(row).not_to_contain_text(before)
    other.settled("app-stateful", 5)
    expect(row).to_contain_text(other.address("app-stateful-1"))

    other.close()
    other.scale("app-stateful", 0)
    expect(page.get_by_text('pods "app-stateful-0" not found').first).to_be_visible()
    page.get_by_label("From").select_option("namespace default")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(answer).to_contain_text("NXDOMAIN")
    expect(answer).to_contain_text(re.compile("is Ready|no pod", re.IGNORECASE))
    assert page.evaluate("globalThis.marked === true"), "it was loaded again"


def test_a_question_is_an_address_and_back_leads_to_the_one_before(visit: Visitors, site: Site) -> None:
    page = opened(visit(), site, "demo")
    for name in ("web", "headless-svc"):
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_role("button", name="Ask", exact=True).click()
        expect(page.get_by_role("list", name=f"Search list for {name}", exact=True)).to_be_visible()
        expect(page).to_have_url(re.compile(rf"\?name={name}&type=A&pod=app-stateful-0&namespace=default$"))
    page.go_back()
    expect(page.get_by_role("list", name="Search list for web", exact=True)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("list", name="Search list for headless-svc-stateful", exact=True)).to_be_visible()
    page.go_forward()
    expect(page.get_by_label("Name", exact=True)).to_have_value("web")
    page.get_by_role("button", name="app-stateful-1").first.click()
    expect(page).to_have_url(re.compile(r"/clusters/demo/#pods/default/app-stateful-1$"))


def test_raw_bytes_are_those_of_the_answer(visit: Visitors, site: Site, explore: Explore) -> None:
    shown = explore("demo")
    shown.settled("app-stateful", 3)
    page = opened(visit(), site, "demo", "name=app-stateful-1.headless-svc-stateful&pod=app-stateful-0")
    page.get_by_role("button", name="Raw bytes").click()
    text = page.get_by_label("raw bytes")
    expect(text).to_contain_text("app-stateful-1")
    octets = bytes(map(int, shown.address("app-stateful-1").split(".")))
    answer = (text.text_content() or "").split("answer\n")[1]
    assert octets in bytes.fromhex("".join(line[6:45].replace(" ", "") for line in answer.splitlines()))


def test_a_cluster_that_no_port_serves_says_how_else_to_ask(visit: Visitors, site: Site) -> None:
    slug = site.cluster(ARTICLE)
    for script in (False, True):
        page = opened(visit(java_script_enabled=script), site, slug, "name=web", script=script)
        expect(page.locator("#main")).to_contain_text(f"The DNS port {site.dns} answers for demo, not for {slug}.")
        expect(page.locator("#main")).to_contain_text(f"{site.web}/clusters/{slug}/dns-query")
