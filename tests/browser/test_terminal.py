"""The shell in the page, typed into by a person: in the pod's own container, in one beside it; and the kubeconfig."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import faults
from tests.browser.conftest import Visitors
from tests.browser.explorer import Explorer
from tests.browser.site import Site
from tests.browser.test_fit import overflow

Explore = Callable[..., Explorer]


def screen(page: Page) -> Locator:
    return page.locator("#screen .xterm-rows")


def enter(page: Page, line: str) -> None:
    page.keyboard.type(line)
    page.keyboard.press("Enter")


def test_a_shell_in_the_pods_own_container(explore: Explore, visit: Visitors, site: Site, size: str) -> None:
    explore("demo").settled("app-stateful", 3)
    page = visit(size)
    page.goto(f"{site.web}/clusters/demo/terminal?pod=app-stateful-0")
    expect(page.get_by_role("status").filter(has_text="In nginx")).to_be_visible()
    enter(page, "echo from $HOSTNAME")
    expect(screen(page)).to_contain_text("from app-stateful-0")
    assert overflow(page) == []
    assert faults(page) == []
    enter(page, "exit 3")
    expect(page.locator("#terminal-state")).to_have_text("The shell has ended with 3.")
    page.get_by_role("button", name="Open again").click()
    expect(page.locator("#terminal-state")).to_have_text("In nginx")


def test_a_container_beside_the_pods_asks_dns(explore: Explore, visit: Visitors, site: Site) -> None:
    explore("demo").settled("app-stateful", 3)
    page = visit("desk", color_scheme="dark")
    page.goto(f"{site.web}/clusters/demo/terminal")
    page.get_by_label("Pod", exact=True).select_option("app-stateful-1")
    page.get_by_label(re.compile("^Image of a container")).fill("slongstreet/bind-utils:latest")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.locator("#terminal-state")).to_have_text(re.compile("^In debugger-"))
    enter(page, "nslookup app-stateful-2.headless-svc-stateful")
    expect(screen(page)).to_contain_text("Name:   app-stateful-2.headless-svc-stateful.default.svc.cluster.local")
    expect(screen(page)).to_contain_text("10.96.0.10#53")


def test_the_way_there_from_a_pods_panel(explore: Explore) -> None:
    shown = explore("demo")
    shown.settled("app-stateful", 3)
    shown.page.goto(f"{shown.page.url.partition('#')[0]}#pods/default/app-stateful-2")
    shown.page.get_by_role("link", name="Shell", exact=True).last.click()
    expect(shown.page).to_have_url(re.compile(r"/terminal\?namespace=default&pod=app-stateful-2$"))
    expect(shown.page.locator("#terminal-state")).to_have_text("In nginx")


def test_a_pod_that_is_not_there(visit: Visitors, site: Site) -> None:
    visit.expect(r"404 \(Not Found\)")
    page = visit("phone")
    page.goto(f"{site.web}/clusters/demo/terminal?pod=nobody")
    expect(page.get_by_role("alert")).to_have_text("There is no pod nobody in default.")
    assert faults(page) == []


def test_a_kubeconfig_to_take_home(visit: Visitors, site: Site, size: str) -> None:
    page = visit(size)
    page.goto(f"{site.web}/clusters/demo/kubectl")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download a kubeconfig").click()
    assert saved.value.suggested_filename == "kubarium-demo.yaml"
    assert "/k8s/demo" in saved.value.path().read_text()
    page.reload()
    before = page.get_by_role("button", name=re.compile("^End it: the key")).count()
    page.get_by_role("button", name=re.compile("^End it: the key kubeconfig from the site")).first.click()
    expect(page.get_by_role("button", name=re.compile("^End it: the key"))).to_have_count(before - 1)
    assert overflow(page) == []
    assert faults(page) == []
