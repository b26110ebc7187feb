"""Scaling and deleting in the page, and two people who see the same."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.axe import faults
from tests.browser.conftest import Visitors
from tests.browser.explorer import Explorer
from tests.browser.site import ARTICLE, Site

Explore = Callable[..., Explorer]


def test_scale_delete_and_come_back(explore: Explore, site: Site, size: str) -> None:
    ada = explore(site.cluster(ARTICLE), size)
    ben = explore(ada.slug)
    for each in (ada, ben):
        each.settled("app-stateful", 3)
        each.mark()

    ada.scale("app-stateful", 5)
    for each in (ada, ben):
        each.settled("app-stateful", 5)
        expect(each.service("web")).to_have_accessible_name(re.compile("5 pods behind it$"))
        expect(each.service("headless-svc-stateful")).to_have_accessible_name(re.compile("5 addresses, one per pod$"))
    assert (
        ada.links()
        == ben.links()
        == {
            (service, f"app-stateful-{ordinal}") for service in ("headless-svc-stateful", "web") for ordinal in range(5)
        }
    )
    # What was done is said as kubectl would do it.
    expect(ada.page.get_by_text("kubectl scale statefulset app-stateful --replicas=5").first).to_be_visible()

    before = {ordinal: ada.address(f"app-stateful-{ordinal}") for ordinal in range(5)}
    ada.close()
    ada.delete("pods/default/app-stateful-1")
    for each in (ada, ben):
        expect(each.pod("app-stateful-1")).to_have_accessible_name(
            re.compile(rf"^Pod app-stateful-1, Ready, (?!{re.escape(before[1])},)10\.244\.")
        )
        each.settled("app-stateful", 5)
    after = {ordinal: ada.address(f"app-stateful-{ordinal}") for ordinal in range(5)}
    assert {ordinal for ordinal in range(5) if before[ordinal] != after[ordinal]} == {1}
    assert after == {ordinal: ben.address(f"app-stateful-{ordinal}") for ordinal in range(5)}
    assert ada.unloaded() and ben.unloaded()


def test_a_missing_pods_seat_stays(explore: Explore, site: Site) -> None:
    """Nothing else moves when a pod ends and comes back, and its place is not given away."""
    shown = explore(site.cluster(ARTICLE, pace="brisk"))
    shown.settled("app-stateful", 3)

    def places() -> list[object]:
        return [shown.place(f"pods/default/app-stateful-{ordinal}") for ordinal in range(3)]

    before = places()
    shown.page.evaluate(
        """() => { globalThis.told = new Set();
        new MutationObserver(() => { for (const item of document.querySelectorAll('[role=treeitem][aria-level="3"]'))
            globalThis.told.add(item.getAttribute('aria-label'));
        }).observe(document.querySelector('svg.picture'), { subtree: true, childList: true, attributes: true }); }"""
    )
    address = shown.address("app-stateful-0")
    shown.delete("pods/default/app-stateful-0")
    expect(shown.pod("app-stateful-0")).to_have_accessible_name(
        re.compile(rf"^Pod app-stateful-0, Ready, (?!{re.escape(address)},)10\.244\.")
    )
    shown.settled("app-stateful", 3)
    assert places() == before
    told = "\n".join(shown.page.evaluate("[...globalThis.told]"))
    assert re.search("^Pod app-stateful-0, Terminating", told, re.MULTILINE)
    assert re.search("^(Empty seat 0 of app-stateful|Pod app-stateful-0, (Creating|Pending))", told, re.MULTILINE)


DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: many}
spec:
  replicas: 3
  selector: {matchLabels: {app: many}}
  template:
    metadata: {labels: {app: many}}
    spec: {containers: [{name: c, image: "nginx:alpine"}]}
"""


def test_a_pod_of_a_deployment_gives_its_place_to_the_one_that_comes(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(DEPLOYMENT))
    tile = shown.thing("deployments/default/many")
    expect(tile).to_have_accessible_name("Deployment many, 3 of 3 ready")
    pods = shown.page.get_by_role("treeitem", name=re.compile("^Pod many-"))
    name = str(pods.nth(1).get_attribute("aria-label")).split()[1].rstrip(",")
    before = sorted(str(each.bounding_box()) for each in pods.all())
    shown.delete(f"pods/default/{name}")
    expect(shown.inspector).to_contain_text(re.compile(r"Deleted at r\d+ by admin\."))
    expect(shown.inspector).to_contain_text("Deployment many makes another in its place, with a name of its own")
    expect(tile).to_have_accessible_name("Deployment many, 3 of 3 ready")
    expect(pods).to_have_count(3)
    assert sorted(str(each.bounding_box()) for each in pods.all()) == before
    shown.close()
    expect(shown.inspector).to_contain_text("Nothing needs a look.")


def shop(colours: str, selected: str) -> str:
    """A workload of every colour, and a Service that leads to one of them."""
    deployments = "---\n".join(
        f"""apiVersion: apps/v1
kind: Deployment
metadata: {{name: {colour}}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: {colour}}}}}
  template:
    metadata: {{labels: {{app: {colour}}}}}
    spec: {{containers: [{{name: main, image: nginx}}]}}
"""
        for colour in colours.split()
    )
    service = (
        f"kind: Service\nmetadata: {{name: shop}}\nspec: {{selector: {{app: {selected}}}, ports: [{{port: 80}}]}}\n"
    )
    return f"{deployments}---\napiVersion: v1\n{service}"


def test_a_selected_service_stays_in_sight_when_it_leads_elsewhere(explore: Explore, site: Site, size: str) -> None:
    colours = "amber blue coral dun ebony fawn green"
    slug = site.cluster(shop(colours, "amber"))
    ada = explore(slug, size).open("services/default/shop")
    surface = ada.page.locator("svg.picture")
    expect(ada.service("shop")).to_have_accessible_name(re.compile("2 pods behind it$"))
    for colour in ("green", "amber"):
        site.apply(slug, shop(colours, colour))
        expect(ada.page.locator(f'[data-line^="services/default/shop pods/default/{colour}-"]')).to_have_count(2)
        after, frame = ada.place("services/default/shop"), surface.bounding_box()
        assert frame and frame["y"] <= after["y"] and after["y"] + after["height"] <= frame["y"] + frame["height"]


def test_a_selection_has_an_address(explore: Explore, site: Site, size: str) -> None:
    shown = explore("demo", size)
    shown.settled("app-stateful", 3)
    heading = shown.inspector.get_by_role("heading", level=2)
    shown.select("pods/default/app-stateful-0")
    shown.page.wait_for_url(re.compile("#pods/default/app-stateful-0$"))
    shown.inspector.get_by_role("button", name="app-stateful", exact=True).first.click()
    expect(heading).to_have_text("app-stateful")
    shown.page.go_back()
    expect(heading).to_have_text("app-stateful-0")
    shown.page.go_forward()
    expect(heading).to_have_text("app-stateful")
    shown.page.reload()
    expect(heading).to_have_text("app-stateful")


def test_the_inspector_tells_all(explore: Explore) -> None:
    shown = explore("demo")
    shown.settled("app-stateful", 3)
    shown.select("pods/default/app-stateful-1")
    tab = shown.inspector.get_by_role("tab")
    panel = shown.inspector.get_by_role("tabpanel")
    expect(panel).to_contain_text("app-stateful-1.headless-svc-stateful")
    tab.get_by_text("YAML").click()
    expect(panel).to_contain_text("kind: Pod")
    tab.get_by_text("Events").click()
    expect(panel).to_contain_text("Scheduled")
    tab.get_by_text("History").click()
    expect(panel.get_by_role("listitem").last).to_contain_text("by statefulset-controller")
    tab.get_by_text("Summary").click()
    related = panel.locator("section", has=shown.page.get_by_role("heading", name="Relations"))
    expect(related.get_by_role("button", name="headless-svc-stateful")).to_be_visible()


def test_an_object_is_edited_where_it_stands(explore: Explore, visit: Visitors, site: Site) -> None:
    visit.expect(r"400 \(Bad Request\)", r"409 \(Conflict\)")
    slug = site.cluster(ARTICLE)
    shown = explore(slug)
    shown.settled("app-stateful", 3)
    shown.select("statefulsets/default/app-stateful")
    panel = shown.inspector
    panel.get_by_role("tab", name="YAML").click()
    panel.get_by_role("button", name="Edit").click()
    text = panel.get_by_role("textbox", name="YAML of app-stateful")
    expect(text).to_be_focused()
    expect(panel.get_by_role("status")).to_have_text("Nothing is changed yet.")
    keys = shown.page.keyboard
    keys.press("Control+f")
    keys.type("replicas: 3")
    keys.press("Enter")
    keys.press("Escape")
    keys.type("replicas: x")
    expect(panel.get_by_role("status")).to_contain_text("wrong. Nothing is stored.")
    keys.press("Backspace")
    keys.type("4")
    expect(panel.get_by_role("group", name="What would change")).to_contain_text("+  replicas: 4")
    assert faults(shown.page) == []
    # Somebody else changes another line meanwhile: that is said, both stand, and it is applied again.
    site.apply(slug, ARTICLE.replace("app: server-stateful\n", "app: server-stateful\n    note: theirs\n"))
    panel.get_by_role("button", name="Apply").press("Enter")
    expect(panel.get_by_role("alert")).to_have_text(
        re.compile(r"app-stateful was changed meanwhile, and is at r\d+ now")
    )
    expect(panel.get_by_role("group", name="What was changed meanwhile")).to_contain_text("+    note: theirs")
    expect(panel.get_by_text("Nothing of yours is stored yet.")).to_be_visible()
    expect(text).to_contain_text("note: theirs")
    expect(panel.get_by_role("group", name="What would change")).to_contain_text("+  replicas: 4")
    expect(panel.get_by_role("button", name="Apply")).to_be_enabled()  # the text as it is now was checked
    assert faults(shown.page) == []
    panel.get_by_role("button", name="Apply").press("Enter")
    expect(panel.get_by_text("app-stateful is stored.")).to_be_visible()
    shown.settled("app-stateful", 4)


@pytest.mark.parametrize(("choice", "replicas"), [("Mine", 4), ("Those of r", 2)])
def test_two_who_edit_the_same_line_are_both_heard(
    explore: Explore, visit: Visitors, site: Site, choice: str, replicas: int
) -> None:
    visit.expect(r"409 \(Conflict\)")
    slug = site.cluster(ARTICLE)
    shown = explore(slug)
    shown.settled("app-stateful", 3)
    panel, keys = shown.select("statefulsets/default/app-stateful"), shown.page.keyboard
    panel.get_by_role("tab", name="YAML").click()
    panel.get_by_role("button", name="Edit").click()
    text = panel.get_by_role("textbox", name="YAML of app-stateful")
    expect(text).to_be_focused()
    keys.press("Control+f")
    keys.type("replicas: 3")
    keys.press("Enter")
    keys.press("Escape")
    keys.type("replicas: 4")
    expect(panel.get_by_role("group", name="What would change")).to_contain_text("+  replicas: 4")
    site.apply(slug, ARTICLE.replace("replicas: 3", "replicas: 2"))
    panel.get_by_role("button", name="Apply").press("Enter")
    expect(panel.get_by_role("group", name="What was changed meanwhile")).to_contain_text("+  replicas: 2")
    expect(panel.get_by_role("status")).to_have_text("Nothing is stored until one of both is chosen.")
    expect(text).to_contain_text("replicas: 4")
    expect(panel.get_by_role("button", name="Apply")).to_be_disabled()
    panel.get_by_role("button", name=re.compile(f"^{choice}")).click()
    expect(text).to_contain_text(f"replicas: {replicas}")
    if choice == "Mine":
        apply = panel.get_by_role("button", name="Apply")
        expect(apply).to_be_enabled()
        apply.click()
        expect(panel.get_by_text("app-stateful is stored.")).to_be_visible()
    shown.settled("app-stateful", replicas)
