"""The log as a time machine in the page: gone back to, asked, played, compared, forked; by mouse and by keys alone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from cluster.machinery.objects import Obj
from tests.browser.axe import faults
from tests.browser.explorer import Explorer
from tests.browser.site import ARTICLE, Site

Explore = Callable[..., Explorer]

MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: late}\n"


def handle(page: Page) -> Locator:
    return page.get_by_role("slider", name="Moment")


def banner(page: Page) -> Locator:
    return page.get_by_role("region", name="The past")


def revision(seen: Explorer) -> int:
    return int(seen.main.get_attribute("data-revision") or 0)


def scaled(explore: Explore, site: Site, size: str = "desk") -> tuple[Explorer, int, int]:
    """A cluster that was scaled from 3 to 5: its page, the revision before that, and one when all were ready."""
    slug = site.cluster(ARTICLE)
    seen = explore(slug, size)
    seen.settled("app-stateful", 3)
    rested = _at_rest(site, slug)
    workload = ARTICLE.split("---\n")
    [stateful] = [each for each in workload if "kind: StatefulSet" in each]
    site.apply(slug, re.sub(r"replicas: \d+", "replicas: 5", stateful))
    seen.settled("app-stateful", 5)
    return seen, rested, _at_rest(site, slug)


def _at_rest(site: Site, slug: str) -> int:
    """The cluster's revision once all pods that are wanted are there and DNS tells of them: what follows last."""

    def told() -> bool:
        found: Obj = site.get(f"/clusters/{slug}/objects/statefulsets/default/app-stateful")["object"]
        answer: Obj = site.get(f"/clusters/{slug}/resolve?name=headless-svc-stateful")
        return bool(len(answer["records"]) == found["spec"]["replicas"] == found["status"].get("availableReplicas"))

    deadline = time.monotonic() + 30
    while not told():
        assert time.monotonic() < deadline, f"{slug} does not come to rest"
    return int(site.get(f"/clusters/{slug}/recent?limit=1")["head"])


def test_by_keys_alone_one_goes_back_asks_and_comes_home(explore: Explore, site: Site) -> None:
    seen, *_ = scaled(explore, site)
    page = seen.page
    handle(page).focus()
    expect(handle(page)).to_have_attribute("aria-valuetext", re.compile(r"^Live, revision \d+$"))
    page.keyboard.press("ArrowLeft")
    expect(banner(page)).to_contain_text(re.compile(r"You look at revision \d+, "))
    expect(banner(page)).to_contain_text("Nothing can be changed here")
    expect(handle(page)).to_have_attribute("aria-valuetext", re.compile(r"^Revision \d+, \d\d:\d\d:\d\d, .* by "))
    expect(seen.told(re.compile("^You look at revision"))).to_have_count(1)
    first = revision(seen)
    page.keyboard.press("ArrowLeft")
    expect(seen.main).not_to_have_attribute("data-revision", str(first))
    assert revision(seen) < first
    page.keyboard.press("ArrowRight")
    expect(seen.main).to_have_attribute("data-revision", str(first))
    page.keyboard.press("PageDown")
    expect(seen.main).not_to_have_attribute("data-revision", str(first))
    page.keyboard.press("Home")
    expect(seen.main).to_have_attribute("data-revision", "1")
    expect(page.get_by_role("heading", name="The cluster was empty then.")).to_be_visible()
    page.keyboard.press("End")
    expect(banner(page)).to_have_count(0)
    seen.settled("app-stateful", 5)
    assert f"/clusters/{seen.slug}/" in page.url and "at=" not in page.url


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_moment_has_an_address_and_answers_as_it_did_then(explore: Explore, site: Site, size: str) -> None:
    seen, rested, _ = scaled(explore, site, size)
    page = seen.page
    page.goto(f"{site.web}/clusters/{seen.slug}/?at={rested}")
    expect(banner(page)).to_contain_text(f"You look at revision {rested}")
    seen.settled("app-stateful", 3)
    expect(seen.pod("app-stateful-4")).to_have_count(0)
    seen.ask("headless-svc-stateful")
    expect(seen.dns.get_by_role("list", name=re.compile("^Search list for headless-svc-stateful"))).to_contain_text(
        "3 addresses"
    )
    assert faults(page) == []
    if seen.phone:
        seen.dns.locator("button.sheet-h").click()
    page.get_by_role("button", name="Back to live").click()
    seen.settled("app-stateful", 5)
    seen.sheet()
    expect(seen.dns.get_by_role("list", name=re.compile("^Search list for headless-svc-stateful"))).to_contain_text(
        "5 addresses"
    )
    page.go_back()
    expect(banner(page)).to_contain_text(f"You look at revision {rested}")
    page.go_forward()
    expect(banner(page)).to_have_count(0)


def test_nothing_can_be_changed_in_the_past_and_the_object_is_that_of_then(explore: Explore, site: Site) -> None:
    seen, rested, _ = scaled(explore, site)
    page = seen.page
    page.goto(f"{site.web}/clusters/{seen.slug}/?at={rested}#statefulsets/default/app-stateful")
    expect(banner(page)).to_be_visible()
    expect(seen.inspector.get_by_role("heading", level=2)).to_have_text("app-stateful")
    expect(seen.inspector.get_by_text("resourceVersionMatch=Exact").first).to_be_visible()
    expect(seen.inspector.get_by_role("button", name="Delete", exact=True)).to_have_count(0)
    expect(page.get_by_role("group", name="Clock of the cluster")).to_have_count(0)
    seen.inspector.get_by_role("tab", name="YAML").click()
    expect(seen.inspector).to_contain_text("replicas: 3")
    page.get_by_role("button", name="Back to live").click()
    expect(seen.inspector).to_contain_text("replicas: 5")
    seen.inspector.get_by_role("tab", name="Summary").click()
    expect(seen.inspector.get_by_role("button", name="Delete", exact=True)).to_be_visible()


def test_a_link_plays_what_happened_and_ends_in_the_present(explore: Explore, site: Site) -> None:
    seen, rested, _ = scaled(explore, site)
    page = seen.page
    page.goto(f"{site.web}/clusters/{seen.slug}/?at={rested}&play=100")
    expect(seen.told(re.compile(r"^Live again, revision [1-9]\d*\.$"))).to_have_count(1)
    expect(banner(page)).to_have_count(0)
    seen.settled("app-stateful", 5)
    page.goto(f"{site.web}/clusters/{seen.slug}/?at={rested}&play=0.2")
    stop = page.get_by_role("button", name="Stop playing")
    expect(stop).to_be_visible()
    expect(seen.main).not_to_have_attribute("data-revision", str(rested))
    stop.click()
    expect(page.get_by_role("button", name="Play from here")).to_be_visible()
    stopped = revision(seen)
    expect(page).to_have_url(re.compile(rf"\?at={stopped}$"))


def test_a_link_plays_also_where_the_past_is_here_before_the_present(explore: Explore, site: Site) -> None:
    seen, rested, _ = scaled(explore, site)
    page = seen.page
    held: list[WebSocketRoute] = []
    page.route_web_socket(re.compile("/live"), lambda socket: held.append(socket))
    page.goto(f"{site.web}/clusters/{seen.slug}/?at={rested}&play=100")
    expect(page.get_by_role("button", name="Stop playing")).to_be_visible()
    expect(banner(page)).to_contain_text(f"You look at revision {rested}")
    held[0].connect_to_server()
    expect(seen.told(re.compile(r"^Live again, revision [1-9]\d*\.$"))).to_have_count(1)
    seen.settled("app-stateful", 5)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_two_moments_are_compared_on_the_map_and_in_a_list(explore: Explore, site: Site, size: str) -> None:
    seen, rested, _ = scaled(explore, site, size)
    page = seen.page
    page.goto(f"{site.web}/clusters/{seen.slug}/?at={rested}")
    expect(banner(page)).to_be_visible()
    page.locator("summary", has_text="This moment").click()
    page.get_by_role("button", name="with the present").click()
    expect(banner(page)).to_contain_text(re.compile(rf"Revision {rested} against \d+"))
    for made in ("app-stateful-3", "app-stateful-4"):
        expect(page.get_by_role("img", name=f"{made} created")).to_be_attached()
    expect(page.get_by_role("img", name="app-stateful changed")).to_be_attached()
    if size == "desk":
        differing = page.get_by_role("region", name="What differs")
        expect(differing).to_contain_text(".spec.replicas")
        expect(differing.get_by_role("button", name=re.compile("app-stateful-3"))).to_be_visible()
        expect(page.get_by_role("list", name="Legend")).to_contain_text(re.compile("Created.*Changed"))
    expect(page.get_by_role("button", name="Back to live")).to_be_in_viewport(ratio=0.9)
    assert faults(page) == []
    page.get_by_role("button", name="Back to live").click()
    expect(page.get_by_role("img", name="app-stateful-3 created")).to_have_count(0)


def test_what_is_gone_stays_in_the_picture_of_a_comparison(explore: Explore, site: Site) -> None:
    seen, _, ready = scaled(explore, site)
    [stateful] = [each for each in ARTICLE.split("---\n") if "kind: StatefulSet" in each]
    site.apply(seen.slug, re.sub(r"replicas: \d+", "replicas: 2", stateful))
    seen.settled("app-stateful", 2)
    now = _at_rest(site, seen.slug)
    page = seen.page
    page.goto(f"{site.web}/clusters/{seen.slug}/?at={now}&against={ready}")
    for gone in ("app-stateful-2", "app-stateful-4"):
        expect(page.get_by_role("img", name=f"{gone} deleted")).to_be_attached()
        expect(seen.pod(gone)).to_have_accessible_name(re.compile(f"^Pod {gone}, Gone"))
    page.get_by_role("button", name="End comparison").click()
    expect(seen.pod("app-stateful-4")).to_have_count(0)
    expect(banner(page)).to_contain_text(f"You look at revision {now}")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_opened_timeline_tells_every_change_and_goes_there(explore: Explore, site: Site, size: str) -> None:
    seen, *_ = scaled(explore, site, size)
    page = seen.page
    page.get_by_role("button", name="All changes").click()
    told = page.get_by_role("region", name="Changes in order")
    expect(told.get_by_role("button", name=re.compile("app-stateful-4 Ready")).first).to_be_visible()
    if size == "desk":
        lanes = page.get_by_role("region", name="Changes by object")
        expect(lanes.get_by_role("button", name=re.compile("^app-stateful-4 Pod"))).to_be_visible()
        lanes.get_by_role("button", name="All that is kept").click()
        expect(lanes.get_by_role("button", name="All that is kept")).to_have_attribute("aria-pressed", "true")
    assert faults(page) == []
    made = told.get_by_role("button", name=re.compile("create app-stateful-3 .*statefulset-controller"))
    made.first.click()
    expect(banner(page)).to_be_visible()
    expect(seen.pod("app-stateful-3")).to_have_count(1)
    expect(seen.pod("app-stateful-4")).to_have_count(0)
    expect(told.locator("[aria-current=true]")).to_contain_text("create app-stateful-3")


def test_the_handle_is_dragged_and_let_go_at_the_end_it_is_live_again(explore: Explore, site: Site) -> None:
    seen, *_ = scaled(explore, site)
    page = seen.page
    box = page.locator(".track").bounding_box()
    assert box is not None
    across = box["y"] + box["height"] - 8
    page.mouse.move(box["x"] + box["width"] - 1, across)
    page.mouse.down()
    page.mouse.move(box["x"] + 4, across, steps=6)
    expect(banner(page)).to_be_visible()
    first = int(handle(page).get_attribute("aria-valuenow") or 0)
    assert first < int(handle(page).get_attribute("aria-valuemax") or 0)
    page.mouse.move(box["x"] + box["width"], across, steps=6)
    page.mouse.up()
    expect(banner(page)).to_have_count(0)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_fork_begins_there_and_lives_on(explore: Explore, site: Site, size: str) -> None:
    seen, rested, _ = scaled(explore, site, size)
    page = seen.page
    page.goto(f"{site.web}/clusters/{seen.slug}/?at={rested}")
    expect(banner(page)).to_be_visible()
    page.locator("summary", has_text="This moment").click()
    page.get_by_role("link", name="Fork into a new cluster").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Fork {seen.slug} at revision {rested}")
    assert faults(page) == []
    name = page.get_by_role("main").get_by_label("Name").input_value()
    page.get_by_role("button", name="Fork it").click()
    expect(page.get_by_text(f"{name} begins as {seen.slug} was at revision {rested}.")).to_be_visible()
    fork = Explorer(page, site.web, name, phone=seen.phone)
    fork.settled("app-stateful", 3)
    site.apply(name, MAP)
    expect(page.locator("#main")).not_to_have_attribute("data-revision", str(rested))
    seen.slug, other = name, seen.slug
    assert not site.has(other, "configmaps/default/late"), "the origin notices nothing"


def test_a_moment_that_is_not_kept_says_so_and_leads_back(
    explore: Explore, site: Site, visit: Callable[..., Page]
) -> None:
    visit.expect(r"410 \(Gone\)")  # type: ignore[attr-defined]  # a Visitors
    seen = explore(site.cluster(ARTICLE))
    page = seen.page
    page.goto(f"{site.web}/clusters/{seen.slug}/?at=999999")
    told = page.get_by_role("alert")
    expect(told).to_contain_text("Revision 999999 is still to come. Revisions 0 to ")
    told.get_by_role("button", name="Back to live").click()
    expect(told).to_have_count(0)
    seen.settled("app-stateful", 3)


def test_questions_that_were_pinned_last_outlive_a_reload(explore: Explore, site: Site) -> None:
    seen = explore(site.cluster(ARTICLE))
    seen.settled("app-stateful", 3)
    seen.ask("web")
    expect(seen.card("web")).to_be_visible()
    seen.page.reload()
    expect(seen.card("web")).to_be_visible()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_an_object_tells_its_own_history_and_leads_to_each_moment(explore: Explore, site: Site, size: str) -> None:
    seen, *_ = scaled(explore, site, size)
    page = seen.page
    page.goto(f"{site.web}/clusters/{seen.slug}/#statefulsets/default/app-stateful")
    seen.inspector.get_by_role("tab", name="History").click()
    told = seen.inspector.get_by_role("listitem").filter(has_text="by admin (apply)")
    expect(told).to_have_count(2)
    told.first.get_by_role("button", name="What changed").click()
    expect(told.first).to_contain_text(re.compile(r"\.spec\.replicas\s*3\s*5"))
    assert faults(page) == []
    told.first.get_by_role("button", name=re.compile("^Go to r")).click()
    expect(banner(page)).to_contain_text("change app-stateful" if size == "desk" else "You look at revision")


def test_the_handle_stops_at_the_first_moment_of_a_fork(explore: Explore, site: Site) -> None:
    """What came before it is not kept in the fork: nothing of that is asked for."""
    seen = explore(site.cluster(ARTICLE))
    seen.settled("app-stateful", 3)
    at = _at_rest(site, seen.slug)
    fork = explore(site.fork(seen.slug, at))
    fork.settled("app-stateful", 3)
    site.apply(fork.slug, MAP)
    expect(fork.main).not_to_have_attribute("data-revision", str(at))
    expect(handle(fork.page)).to_have_attribute("aria-valuemin", str(at))
    handle(fork.page).focus()
    fork.page.keyboard.press("Home")
    expect(banner(fork.page)).to_contain_text(f"You look at revision {at}, ")
    fork.page.keyboard.press("ArrowLeft")
    expect(banner(fork.page)).to_contain_text(f"You look at revision {at}, ")
    assert faults(fork.page) == []
    fork.page.keyboard.press("End")
    expect(banner(fork.page)).to_have_count(0)
