"""What one does with a selected thing, from its panel and from the search box; and what a second press must not do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Request, expect

from tests.browser.axe import faults
from tests.browser.conftest import Visitors
from tests.browser.explorer import Explorer
from tests.browser.site import ARTICLE, Site
from tests.browser.test_crowd import service
from tests.objects import stateful_set

Explore = Callable[..., Explorer]


def budget(wanted: int) -> dict[str, Any]:
    """Of the pods of a StatefulSet `web`."""
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "web"},
        "spec": {"minAvailable": wanted, "selector": {"matchLabels": {"app": "web"}}},
    }


def typed(shown: Explorer, text: str, option: str) -> None:
    """Find an entry of the search box by what is typed, and choose it."""
    box = shown.page.get_by_role("combobox", name=re.compile("^Find an object"))
    box.click()
    box.fill(text)
    shown.page.get_by_role("option", name=re.compile(option)).first.click()


def test_the_search_box_offers_the_useful_and_what_can_be_done_with_the_selected(
    explore: Explore, site: Site, size: str
) -> None:
    shown = explore(site.cluster(ARTICLE), size)
    shown.settled("app-stateful", 3)
    box = shown.page.get_by_role("combobox", name=re.compile("^Find an object"))
    box.click()
    expect(shown.page.get_by_role("option").first).to_contain_text("Apply a manifest")
    assert faults(shown.page) == []
    box.press("Escape")
    shown.select("statefulsets/default/app-stateful")
    typed(shown, "scale 4", "Scale StatefulSet app-stateful to 4")
    shown.settled("app-stateful", 4)
    typed(shown, "delete", "Delete StatefulSet app-stateful")
    expect(shown.inspector.get_by_role("button", name="Delete app-stateful")).to_be_focused()


def test_the_search_box_does_what_a_verb_and_a_name_say(explore: Explore, site: Site, size: str) -> None:
    shown = explore(site.cluster(ARTICLE), size)
    shown.settled("app-stateful", 3)
    box = shown.page.get_by_role("combobox", name=re.compile("^Find an object"))
    found = shown.page.get_by_role("listbox", name="Found").get_by_role("option")
    box.click()
    expect(found.last).to_contain_text("why, ask, send, scale, restart, delete, shell or logs")
    assert faults(shown.page) == []
    box.fill("scale nosuch")
    expect(found).to_have_text(["Nothing for “scale” here has nosuch in its name."])
    box.fill("scale web 3")
    expect(found.first).to_have_text("A Service cannot be scaled: web only leads to pods; what runs its pods can.")
    expect(found.nth(1)).to_contain_text("Scale StatefulSet app-stateful to 3")
    typed(shown, "why does headless-svc not answer", "^Do Why Service headless-svc is as it is")
    expect(shown.inspector.get_by_role("heading", name="Reasons")).to_be_focused()
    assert faults(shown.page) == []
    typed(shown, "scale app-stateful to 4", "^Do Scale StatefulSet app-stateful to 4")
    shown.settled("app-stateful", 4)
    typed(shown, "logs app-stateful-1", "Logs of Pod app-stateful-1")
    expect(shown.inspector.get_by_role("log")).to_be_visible()
    typed(shown, "delete headless-svc", "Delete Service headless-svc default")
    expect(shown.inspector.get_by_role("button", name="Delete headless-svc", exact=True)).to_be_focused()
    typed(shown, "shell app-stateful-0", "Open a shell in Pod app-stateful-0")
    expect(shown.page.get_by_role("group", name="Terminal")).to_be_visible()


def test_what_is_asked_about_is_selected_and_comes_into_sight(explore: Explore, site: Site, size: str) -> None:
    services = [service(f"svc-{n:02}", "nobody") for n in range(14)]
    shown = explore(site.cluster("---\n".join([ARTICLE, *services])), size)
    shown.settled("app-stateful", 3)
    last = shown.service("svc-13")
    expect(last).not_to_be_in_viewport()
    typed(shown, "why svc-13", "^Do Why Service svc-13 is as it is")
    expect(shown.inspector.get_by_role("heading", name="Reasons")).to_be_focused()
    expect(last).to_be_in_viewport()
    expect(shown.page).to_have_url(re.compile("#services/default/svc-13$"))
    shown.page.go_back()
    expect(shown.page).not_to_have_url(re.compile("#"))
    expect(shown.inspector.get_by_role("heading", name="svc-13")).to_have_count(0)


def test_a_workload_is_restarted(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(ARTICLE))
    shown.settled("app-stateful", 3)
    panel = shown.select("statefulsets/default/app-stateful")
    panel.get_by_role("button", name="Restart").click()
    expect(shown.page.get_by_text("kubectl rollout restart statefulset/app-stateful").first).to_be_visible()
    panel.get_by_role("tab", name="YAML").click()
    expect(panel).to_contain_text("kubectl.kubernetes.io/restartedAt")


def test_a_node_is_drained(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(ARTICLE))
    shown.settled("app-stateful", 3)
    shown.page.goto(f"{site.web}/clusters/{shown.slug}/#nodes//node-1")
    shown.inspector.get_by_role("button", name="Drain", exact=True).click()
    shown.inspector.get_by_role("button", name="Drain node-1").click()
    expect(shown.page.get_by_text("kubectl drain node-1").first).to_be_visible()
    expect(shown.inspector.get_by_role("button", name="Uncordon")).to_be_visible()
    # There is no other node: the first pod comes back and has no place, and the others wait for it.
    expect(shown.pod("app-stateful-0")).to_have_accessible_name(re.compile("Pending"))
    expect(shown.pod("app-stateful-2")).to_have_count(0)


def test_a_drain_goes_on_until_the_budget_lets_the_last_pod_go(
    explore: Explore, site: Site, visit: Visitors, size: str
) -> None:
    visit.expect(r"429 \(Too Many Requests\) at \S+/eviction")
    slug = site.cluster("\n---\n".join(map(json.dumps, (stateful_set("web", 1, serviceName=""), budget(1)))))
    shown = explore(slug, size)
    shown.settled("web", 1)
    shown.page.goto(f"{site.web}/clusters/{slug}/#nodes//node-1")
    shown.inspector.get_by_role("button", name="Drain", exact=True).click()
    shown.inspector.get_by_role("button", name="Drain node-1").click()
    expect(shown.inspector).to_contain_text(
        "2 of 3 pods are gone. web-0 stays for now: Cannot evict pod as it would violate"
    )
    expect(shown.inspector).to_contain_text("The disruption budget web needs 1 healthy pods and has 1 currently.")
    assert faults(shown.page) == []
    shown.inspector.get_by_role("button", name="End draining").click()
    said = re.compile("The drain of node-1 was ended. .* The node stays closed to new pods.")
    expect(shown.page.get_by_text(said).first).to_be_visible()
    shown.inspector.get_by_role("button", name="Drain", exact=True).click()
    shown.inspector.get_by_role("button", name="Drain node-1").click()
    expect(shown.inspector).to_contain_text("web-0 stays for now")
    shown.inspector.get_by_role("button", name="Close", exact=True).click()
    told = shown.page.locator(".notice", has_text="web-0 stays for now.")
    expect(told.get_by_role("button", name="End")).to_be_visible()
    assert faults(shown.page) == []
    told.get_by_role("button", name="node-1").click()
    site.apply(slug, json.dumps(budget(0)))
    expect(shown.inspector.get_by_role("button", name="Drain", exact=True)).to_be_visible()
    expect(shown.page.get_by_text("kubectl drain node-1").first).to_be_visible()


def test_a_namespace_is_deleted_from_its_panel(explore: Explore, site: Site) -> None:
    slug = site.cluster(json.dumps({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "gone"}}))
    shown = explore(slug)
    shown.page.goto(f"{site.web}/clusters/{slug}/#namespaces//gone")
    shown.inspector.get_by_role("button", name="Delete", exact=True).click()
    shown.inspector.get_by_role("button", name="Delete gone").click()
    expect(shown.inspector).to_contain_text("Deleted at")


def test_what_comes_back_goes_at_once_and_what_stays_away_is_asked_for(explore: Explore, site: Site) -> None:
    bare = "{apiVersion: v1, kind: Pod, metadata: {name: alone}, spec: {containers: [{name: c, image: nginx:alpine}]}}"
    slug = site.cluster(f"{ARTICLE}\n---\n{bare}\n")
    shown = explore(slug)
    shown.settled("app-stateful", 3)
    for id, meant in (
        ("pods/default/alone", "It stays away: nothing makes it again."),
        ("services/default/web", "It stays away: nothing makes it again."),
        ("statefulsets/default/app-stateful", "It stays away, and its pods go with it."),
    ):
        shown.delete(id)
        name = id.rsplit("/", 1)[1]
        expect(shown.inspector.get_by_role("button", name=f"Delete {name}", exact=True)).to_have_accessible_description(
            meant
        )
        assert faults(shown.page) == []
        shown.inspector.get_by_role("button", name="Keep it").click()
        assert site.has(slug, id)
    address = shown.address("app-stateful-1")
    shown.delete("pods/default/app-stateful-1")
    expect(shown.pod("app-stateful-1")).not_to_have_attribute("aria-label", re.compile(re.escape(address)))
    shown.delete("pods/default/alone")
    shown.inspector.get_by_role("button", name="Delete alone").click()
    expect(shown.pod("alone")).to_have_count(0)


def test_a_second_press_deletes_nothing_twice(explore: Explore, site: Site) -> None:
    slug = site.cluster("\n---\n".join(json.dumps(stateful_set(f"db-{n}", 0, serviceName="")) for n in range(2)))
    shown = explore(slug)
    sent: list[Any] = []

    def seen(request: Request) -> None:
        if request.method == "DELETE":
            sent.append(request.url)

    shown.page.on("request", seen)
    shown.page.goto(f"{site.web}/clusters/{slug}/tables?kind=statefulsets.apps")
    shown.page.get_by_role("row", name=re.compile("db-0")).get_by_role("checkbox").check()
    shown.page.get_by_role("button", name="Delete", exact=True).click()
    expect(shown.page.get_by_text("1 statefulset will be deleted, with what it owns: db-0.")).to_be_visible()
    shown.page.get_by_role("button", name="Delete 1").dblclick()
    expect(shown.page.get_by_text("1 statefulset deleted.")).to_be_visible()
    assert len(sent) == 1
    kinds = shown.page.get_by_role("navigation", name="Kinds")
    expect(kinds.get_by_role("link", name=re.compile("^CronJobs"))).to_have_text(re.compile("0$"))
    expect(kinds.get_by_role("link", name=re.compile("^ClusterRoles"))).to_have_text(re.compile("–$"))


def test_one_request_draws_one_way(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(ARTICLE))
    shown.settled("app-stateful", 3)
    shown.page.get_by_role("group", name="What to do").get_by_role("button", name="Requests").click()
    box = shown.page.get_by_role("region", name="Requests")
    box.get_by_label("To", exact=True).fill("http://web")
    box.get_by_role("button", name="Send 1 request", exact=True).click()
    expect(shown.map.locator("path.via.strong")).to_have_count(1)


def test_a_long_name_leaves_the_earlier_questions(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(ARTICLE))
    shown.settled("app-stateful", 3)
    shown.ask("web")
    shown.ask(".".join(["a" * 49] * 5))
    shown.ask("headless-svc")
    for name in ("web", "a" * 49):
        expect(shown.dns.get_by_role("button", name=re.compile(f"^{name}")).first).to_be_in_viewport()
