"""The same cluster looked at by workload, by node and by a label; what a filter leaves; both in the address."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.axe import faults
from tests.browser.explorer import Explorer
from tests.browser.site import ARTICLE, Site, scenario
from tests.browser.test_crowd import COVERED, OUTSIDE, service, workload
from tests.browser.test_first_steps import MANY

Explore = Callable[..., Explorer]
NODES = """
apiVersion: v1
kind: Node
metadata: {name: worker-1}
spec: {unschedulable: true, taints: [{key: dedicated, value: db, effect: NoSchedule}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: never, labels: {tier: back}}
spec:
  replicas: 2
  selector: {matchLabels: {app: never}}
  template:
    metadata: {labels: {app: never, tier: back}, annotations: {kubarium.dev/never-ready: "true"}}
    spec: {containers: [{name: main, image: nginx:alpine}]}
---
"""
QUOTA = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: no-more}
spec: {hard: {pods: "4"}}
"""
BY_HAND = """
---
apiVersion: v1
kind: Service
metadata: {name: by-hand}
spec: {ports: [{port: 5432}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: by-hand-1, labels: {kubernetes.io/service-name: by-hand}}
addressType: IPv4
ports: [{port: 5432}]
endpoints: [{addresses: [192.0.2.10]}, {addresses: [192.0.2.11]}]
"""


def view(shown: Explorer, by: str) -> None:
    if shown.phone:
        shown.map.get_by_label("View by").select_option(label=f"By {by.lower()}")
    else:
        shown.map.get_by_role("button", name=by, exact=True).click()


def node(shown: Explorer, name: str) -> Locator:
    return shown.page.get_by_role("treeitem", name=re.compile(rf"^Node {name}, "))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_by_node(explore: Explore, site: Site, size: str, theme: str) -> None:
    shown = explore(site.cluster(NODES + ARTICLE), size, color_scheme=theme)
    shown.settled("app-stateful", 3)
    view(shown, "Node")
    expect(node(shown, "node-1")).to_have_accessible_name(re.compile("5 pods, 3 ready"))
    expect(node(shown, "worker-1")).to_have_accessible_name(
        re.compile(
            "cordoned, taint dedicated=db:NoSchedule, 0 pods, 0 ready|cordoned, taint dedicated=db:NoSchedule, 0 pods"
        )
    )
    expect(shown.pod("app-stateful-1")).to_be_visible()
    assert "view=node" in shown.page.url
    assert faults(shown.page) == []
    # The keyboard finds its way: from the node to its pods, and Enter opens what it stands on.
    node(shown, "node-1").focus()
    shown.page.keyboard.press("ArrowDown")
    expect(shown.page.locator(":focus")).to_have_accessible_name(re.compile("^Pod "))
    shown.page.keyboard.press("Escape")
    expect(node(shown, "node-1")).to_be_focused()
    shown.page.keyboard.press("Enter")
    expect(shown.inspector.get_by_role("heading", level=2)).to_have_text("node-1")


def test_back_and_forth_and_a_link_show_the_view_again(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(NODES + ARTICLE))
    shown.settled("app-stateful", 3)
    view(shown, "Label")
    shown.map.get_by_label("Label to group by").select_option("tier")
    band = shown.page.get_by_role("treeitem", name=re.compile("^tier back, 1 Deployment, 2 pods"))
    expect(band).to_be_visible()
    shown.page.reload()
    expect(band).to_be_visible()
    view(shown, "Workload")
    expect(band).to_have_count(0)
    expect(shown.thing("statefulsets/default/app-stateful")).to_be_visible()
    expect(shown.service("web")).to_have_count(0)
    shown.page.go_back()
    expect(band).to_be_visible()


def test_a_filter_dims_what_does_not_match_and_says_how_many_do(explore: Explore, site: Site, size: str) -> None:
    shown = explore(site.cluster(NODES + ARTICLE), size)
    shown.settled("app-stateful", 3)
    shown.map.get_by_role("button", name="Filter").click()
    shown.map.get_by_role("checkbox", name="Not ready").check()
    told = shown.map.get_by_role("status")
    expect(told).to_have_text("1 of 2 workloads matches, 2 pods")
    dim = shown.page.locator(".dim > [role=treeitem]")
    expect(dim.filter(has_not_text="nothing").first).to_be_attached()
    assert faults(shown.page) == []
    shown.map.get_by_role("checkbox", name="StatefulSet").check()
    expect(told).to_have_text("Nothing matches")
    shown.page.keyboard.press("Escape")
    shown.map.get_by_role("button", name="Take Not ready out of the filter").click()
    expect(told).to_have_text("1 of 2 workloads matches, 3 pods")
    assert "kind=StatefulSet" in shown.page.url
    shown.map.get_by_role("button", name="Clear the filter").click()
    expect(shown.page.locator("svg.picture .dim")).to_have_count(0)


TOWER = "---".join(workload(f"w{n}", 2) for n in range(9))
"""More than a map shows at once."""


def test_what_a_filter_leaves_comes_into_sight_when_none_of_it_is_there(
    explore: Explore, site: Site, size: str
) -> None:
    shown = explore(site.cluster(TOWER), size)
    last = shown.thing("statefulsets/default/w8")
    expect(last).to_have_attribute("aria-label", re.compile("^StatefulSet w8, 2 of 2 ready"))
    pod = shown.page.locator('[role=treeitem][data-id^="pods/default/w8-"]').first
    expect(pod).not_to_be_in_viewport()
    shown.map.get_by_role("button", name="Filter").click()
    shown.map.get_by_label("Selector").fill("app=w8")
    shown.map.get_by_label("Selector").press("Enter")
    expect(shown.map.get_by_role("status")).to_have_text("1 of 9 workloads matches, 2 pods")
    expect(pod).to_be_in_viewport()
    shown.page.reload()
    expect(pod).to_be_in_viewport()


def test_a_press_fits_the_map_to_what_a_filter_leaves(explore: Explore, site: Site, size: str) -> None:
    shown = explore(site.cluster(TOWER), size)
    expect(shown.thing("statefulsets/default/w8")).to_have_attribute(
        "aria-label", re.compile("^StatefulSet w8, 2 of 2 ready")
    )
    fit = shown.map.get_by_role("button", name="Fit to what matches")
    expect(fit).to_have_count(0)
    shown.page.goto(f"{shown.page.url.split('?')[0]}?selector=app+in+(w0,w8)")
    first, last = (shown.thing(f"statefulsets/default/{name}") for name in ("w0", "w8"))
    expect(first).to_be_in_viewport()
    expect(last).not_to_be_in_viewport()
    fit.focus()
    shown.page.keyboard.press("Enter")
    for workload_ in (first, last):
        expect(workload_).to_be_in_viewport(ratio=1)
    expect(fit).to_be_focused()
    assert faults(shown.page) == []


def test_a_selector_that_is_none_is_refused_in_words(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(ARTICLE))
    shown.settled("app-stateful", 3)
    shown.map.get_by_role("button", name="Filter").click()
    field = shown.map.get_by_label("Selector")
    field.fill("app in (")
    field.press("Enter")
    assert "is no label selector" in str(field.evaluate("(each) => each.validationMessage"))
    field.fill("app in (web-stateful)")
    field.press("Enter")
    expect(shown.map.get_by_role("status")).to_have_text("1 of 1 workload matches, 3 pods")


def test_the_picture_is_saved_whole_with_its_colours(explore: Explore, site: Site, tmp_path: Path) -> None:
    shown = explore(site.cluster(ARTICLE), color_scheme="dark")
    shown.settled("app-stateful", 3)
    for sort in ("SVG", "PNG"):
        shown.map.get_by_label("Save the picture").click()
        with shown.page.expect_download() as saved:
            shown.map.get_by_role("button", name=f"As {sort}").click()
        saved.value.save_as(tmp_path / sort)
        assert re.fullmatch(rf"{shown.slug}-r\d+\.{sort.lower()}", saved.value.suggested_filename)
        expect(shown.told(f"The picture was saved as {sort}.")).to_have_count(1)
    tree = ElementTree.fromstring((tmp_path / "SVG").read_text())
    words = " ".join(tree.itertext())
    assert all(name in words for name in ("app-stateful-2", "headless-svc-stateful", "Selects nothing"))
    assert "var(" not in (tmp_path / "SVG").read_text()
    assert "rgb(55, 195, 160)" in {each.get("fill") for each in tree.iter()}, "the dark theme's green"
    assert (tmp_path / "PNG").read_bytes().startswith(b"\x89PNG")


def test_the_cluster_is_saved_as_manifests_that_make_it_again(explore: Explore, site: Site, tmp_path: Path) -> None:
    shown = explore(site.cluster(ARTICLE))
    shown.settled("app-stateful", 3)
    shown.map.get_by_label("Save the picture").click()
    with shown.page.expect_download() as saved:
        shown.map.get_by_role("link", name="The cluster as manifests").click()
    assert re.fullmatch(rf"{shown.slug}-r\d+\.yaml", saved.value.suggested_filename)
    saved.value.save_as(tmp_path / "all.yaml")
    again = explore(site.cluster((tmp_path / "all.yaml").read_text()))
    again.settled("app-stateful", 3)
    expect(again.service("headless-svc-stateful")).to_have_accessible_name(re.compile("3 addresses, one per pod$"))
    expect(again.service("web")).to_have_accessible_name(re.compile("3 pods behind it$"))


def test_volumes_outlive_their_pods(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(scenario("ordered")))
    shown.settled("db", 5)
    expect(shown.pod("db-1")).to_have_accessible_name(re.compile(r"claim data-db-1 Bound, \d"))
    # Kept below the wanted number, the seat of a pod that cannot come back shows the claim that waits for it.
    site.apply(shown.slug, QUOTA)
    shown.delete("pods/default/db-4")
    seat = shown.page.get_by_role("treeitem", name=re.compile("^Empty seat 4 of db"))
    expect(seat).to_have_accessible_name(re.compile("claim data-db-4 Bound"))
    shown.page.locator("svg.picture [data-id='persistentvolumeclaims/default/data-db-4'].volume").hover()
    expect(shown.page.locator(".hover")).to_contain_text("It waits here for the pod of this seat.")


def test_endpoints_without_pods_are_drawn(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(ARTICLE + BY_HAND))
    shown.settled("app-stateful", 3)
    expect(shown.map.locator("rect.outside")).to_have_count(2)
    expect(shown.service("by-hand")).to_have_accessible_name(re.compile("2 addresses beyond the cluster's pods"))


def test_far_words_keep_their_size_on_screen(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(MANY))
    tile = "deployments/n1/d1"
    expect(shown.thing(tile)).to_have_accessible_name(re.compile("4 of 4 ready"))
    shown.map.get_by_role("button", name="Fit everything in").click()
    expect(shown.page.locator("body")).to_have_class(re.compile("far-level"))
    expect(shown.drawn(tile, ".far-n")).to_be_visible()
    expect(shown.drawn(tile, ".far-c")).to_have_text("4/4")
    height = "(text) => text.getBoundingClientRect().height"
    words = shown.drawn(tile, ".far-n")
    box, before = shown.place(tile), float(words.evaluate(height))
    for _ in range(2):
        shown.map.get_by_role("button", name="Zoom out").click()
    smaller = shown.place(tile)
    assert smaller["width"] < box["width"] / 1.4
    assert 0.85 < float(words.evaluate(height)) / before < 1.15


def test_services_that_are_many_stand_as_a_list_beside_their_workload(explore: Explore, site: Site, size: str) -> None:
    services = "---".join(service(f"svc-{n:02}", "web", more=", clusterIP: None" if n % 3 else "") for n in range(15))
    shown = explore(site.cluster("---".join([workload("web", 3), services])), size)
    expect(shown.thing("statefulsets/default/web")).to_have_accessible_name(re.compile("3 of 3 ready"))
    lines = shown.map.locator("svg.picture [data-line$='statefulsets/default/web']")
    expect(lines).to_have_count(15)
    # Who looks at one sees its lines to the pods.
    shown.service("svc-01").focus()
    expect(shown.map.locator("svg.picture [data-line^='services/default/svc-01 pods/']")).to_have_count(3)
    assert shown.page.evaluate(OUTSIDE) == []
    assert shown.page.evaluate(COVERED) == []
