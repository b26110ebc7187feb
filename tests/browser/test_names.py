"""Asking the cluster's DNS from the page: the walk, the answer, who lights up, and how open answers change."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.explorer import Explorer
from tests.browser.site import ARTICLE, Site

Explore = Callable[..., Explorer]
HOME = "default.svc.cluster.local"
PODS = ["app-stateful-0", "app-stateful-1", "app-stateful-2"]


def test_a_headless_name_gives_every_pods_address(explore: Explore, size: str) -> None:
    shown = explore("demo", size)
    shown.settled("app-stateful", 3)
    steps = shown.ask("headless-svc-stateful").get_by_role("listitem")
    expect(steps.first).to_contain_text(f"headless-svc-stateful.{HOME}")
    expect(steps.first).to_contain_text("NOERROR")
    expect(steps.first).to_contain_text("3 addresses")
    expect(steps.nth(1)).to_contain_text("not asked")
    shown.dns.get_by_role("button", name="dig output").click()
    dig = shown.dns.locator("pre.dig")
    for pod in PODS:
        expect(dig).to_contain_text(shown.address(pod))
    assert shown.lit() == set(PODS)
    if size == "desk":
        card = shown.card("headless-svc-stateful")
        for pod in PODS:
            expect(card).to_contain_text(shown.address(pod))


def test_a_pods_own_name_gives_its_address(explore: Explore, size: str) -> None:
    shown = explore("demo", size)
    shown.settled("app-stateful", 3)
    walk = shown.ask("app-stateful-1.headless-svc-stateful")
    expect(walk.get_by_role("listitem").first).to_contain_text("1 address")
    shown.dns.get_by_role("button", name="dig output").click()
    expect(shown.dns.locator("pre.dig")).to_contain_text(shown.address("app-stateful-1"))
    assert shown.lit() == {"app-stateful-1"}


def test_a_cluster_ip_name_gives_the_virtual_address_and_the_way_on(explore: Explore, size: str) -> None:
    shown = explore("demo", size)
    shown.settled("app-stateful", 3)
    virtual = re.search(r"10\.\d+\.\d+\.\d+", shown.service("web").get_attribute("aria-label") or "")
    assert virtual
    shown.ask("web")
    route = shown.dns.get_by_text(re.compile("^kube-proxy sends"))
    expect(route).to_contain_text(virtual[0])
    for pod in PODS:
        expect(route.get_by_role("button", name=pod)).to_be_visible()
    expect(route).to_contain_text("1 in 3 each")


def test_a_name_of_nobody_is_nxdomain_and_the_page_says_why(explore: Explore, size: str) -> None:
    shown = explore("demo", size)
    shown.settled("app-stateful", 3)
    steps = shown.ask("headless-svc").get_by_role("listitem")
    for search, step in zip((HOME, "svc.cluster.local", "cluster.local"), steps.all(), strict=False):
        expect(step).to_contain_text(f"headless-svc.{search}")
        expect(step).to_contain_text("NXDOMAIN")
    expect(shown.dns).to_contain_text(re.compile("no pod .*app=web", re.IGNORECASE))
    assert shown.lit() == set()


def test_the_same_question_to_both_side_by_side(explore: Explore, size: str) -> None:
    shown = explore("demo", size)
    shown.settled("app-stateful", 3)
    shown.sheet()
    headless = shown.dns.locator(".twin > div", has_text="headless-svc-stateful")
    headless.scroll_into_view_if_needed()
    expect(headless).to_be_in_viewport()
    expect(headless).to_contain_text("DNS says 3 addresses. The client chooses the pod.")
    for pod in PODS:
        expect(headless).to_contain_text(shown.address(pod))
    virtual = shown.dns.locator(".twin > div", has_text=re.compile("^web"))
    expect(virtual).to_contain_text(re.compile(r"ClusterIP 10\.\d+"))
    expect(virtual).to_contain_text("DNS says 1 address. The proxy chooses the pod.")


def test_open_answers_change_in_place(explore: Explore, site: Site, size: str) -> None:
    shown = explore(site.cluster(ARTICLE), size)
    shown.settled("app-stateful", 3)
    shown.mark()
    shown.ask("web")
    shown.ask("app-stateful-1.headless-svc-stateful")
    step = shown.ask("headless-svc-stateful", "namespace default").get_by_role("listitem").first
    expect(step).to_contain_text("3 addresses")
    other = explore(shown.slug)
    before = other.address("app-stateful-1")

    other.scale("app-stateful", 5)
    expect(step).to_contain_text("5 addresses")
    other.settled("app-stateful", 5)
    assert shown.lit() == {f"app-stateful-{ordinal}" for ordinal in range(5)}

    other.close()
    other.delete("pods/default/app-stateful-1")
    expect(other.pod("app-stateful-1")).not_to_have_accessible_name(re.compile(re.escape(before)))
    other.settled("app-stateful", 5)
    after = other.address("app-stateful-1")
    assert after and after != before
    shown.dns.get_by_role("button", name="dig output").click()
    expect(shown.dns.locator("pre.dig")).to_contain_text(after)
    expect(shown.dns.locator("pre.dig")).not_to_contain_text(before + "\n")
    earlier = shown.dns.get_by_role("button", name="app-stateful-1.headless-svc-stateful")
    expect(earlier).to_contain_text("1 address")
    if size == "desk":
        expect(shown.card("app-stateful-1.headless-svc-stateful")).to_contain_text(after)
        expect(shown.card("headless-svc-stateful")).to_contain_text(after)

    other.close()
    other.scale("app-stateful", 0)
    expect(step).to_contain_text("NXDOMAIN")
    assert shown.lit() == set()
    assert shown.unloaded()


def test_a_question_outlives_the_pod_that_asked(explore: Explore, site: Site) -> None:
    """Nobody is left to ask: the question says so, and waits until the asker is back under its name."""
    shown = explore(site.cluster(ARTICLE))
    shown.settled("app-stateful", 3)
    step = shown.ask("headless-svc-stateful", "app-stateful-0").get_by_role("listitem").first
    expect(step).to_contain_text("3 addresses")
    shown.scale("app-stateful", 0)
    expect(shown.dns).to_contain_text('pods "app-stateful-0" not found')
    expect(step).to_have_count(0)
    shown.close()
    shown.scale("app-stateful", 2)
    expect(step).to_contain_text("2 addresses")
    expect(shown.card("headless-svc-stateful")).to_contain_text(shown.address("app-stateful-0"))
    expect(shown.dns).not_to_contain_text("not found")


def test_eight_answers_are_all_within_reach(explore: Explore, size: str) -> None:
    """Those that would stand out of sight are lines; a press unfolds them. On a phone they are chips of the sheet."""
    shown = explore("demo", size)
    shown.settled("app-stateful", 3)
    names = [
        "headless-svc",
        "kubernetes",
        "web",
        *(f"{pod}.headless-svc-stateful" for pod in PODS),
        "headless-svc-stateful",
    ]
    for name in names:
        shown.ask(name)
    if size == "phone":
        assert overflowing(shown) == []
        return
    for name in names:
        card = shown.card(name)
        shown.page.mouse.move(900, 300)
        shown.page.mouse.wheel(0, 2000)
        expect(card).to_be_in_viewport(ratio=1) if name != names[-1] else expect(card).to_be_attached()
    assert shown.lit() == set(PODS)
    shown.page.get_by_role("button", name="Unfold headless-svc: NXDOMAIN").press("Enter")
    expect(shown.walk("headless-svc")).to_be_visible()
    expect(shown.page.get_by_role("button", name="Unfold headless-svc: NXDOMAIN")).to_have_count(0)
    shown.page.get_by_role("button", name="Unpin kubernetes").press("Enter")
    expect(shown.card("kubernetes")).to_have_count(0)


def overflowing(shown: Explorer) -> list[str]:
    found: list[str] = shown.page.evaluate(
        "() => document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : []"
    )
    return found


def test_dig_is_told_the_port_that_answers(explore: Explore, site: Site) -> None:
    shown = explore("demo")
    shown.settled("app-stateful", 3)
    shown.ask("web")
    host, port = site.dns.rsplit(":", 1)
    copied = shown.dns.get_by_role("button", name="Copy dig")
    expect(copied).to_have_attribute("data-copy-text", f"dig @{host} -p {port} web.{HOME}. A")
    shown.dns.get_by_role("button", name="dig output").click()
    expect(shown.dns.locator("pre.dig")).to_contain_text(f";; SERVER: {host}#{port}({host}) (UDP)")


def test_a_cluster_that_no_port_serves_says_how_else_to_ask(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(ARTICLE))
    shown.settled("app-stateful", 3)
    shown.ask("web")
    curl = shown.dns.get_by_role("button", name="Copy curl")
    expect(curl).to_have_attribute(
        "data-copy-text",
        f"curl '{site.web}/clusters/{shown.slug}/resolve?name=web&type=A&pod=app-stateful-0&namespace=default'",
    )
    shown.dns.get_by_role("button", name="dig output").click()
    expect(shown.dns).to_contain_text(f"The DNS port {site.dns} answers for demo, not for {shown.slug}.")
    expect(shown.dns).to_contain_text(f"{site.web}/clusters/{shown.slug}/dns-query")
    expect(shown.dns.locator("pre.dig")).to_contain_text(";; SERVER: 10.96.0.10#53(10.96.0.10) (UDP)")
