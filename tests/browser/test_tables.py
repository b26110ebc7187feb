"""The tables page: looked through, sorted and acted on by a person, by keyboard alone too."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import faults
from tests.browser.conftest import Visitors
from tests.browser.site import ARTICLE, Site
from tests.browser.test_crowd import service
from tests.browser.test_fit import overflow

CROWD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: crowd}
spec:
  replicas: 600
  selector: {matchLabels: {app: crowd}}
  template:
    metadata: {labels: {app: crowd}}
    spec: {containers: [{name: web, image: nginx:alpine}]}
"""
OWN = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
"""

PRESS = "(each) => each.click()"
"""Without the focus that a hand's press would take along."""


def table(page: Page, name: str) -> Page:
    expect(page.get_by_role("grid", name=name)).to_be_visible()
    return page


def names(page: Page) -> Locator:
    return page.locator("table.rows td.first")


def status(page: Page, words: str) -> None:
    expect(page.get_by_role("region", name="Table").get_by_role("status").filter(has_text=words).last).to_be_visible()


def test_rows_come_and_go_as_the_cluster_changes(visit: Visitors, site: Site, size: str) -> None:
    slug = site.cluster(ARTICLE)
    page = visit(size)
    page.goto(f"{site.web}/clusters/{slug}/tables?namespace=default")
    table(page, "Pods")
    expect(page.get_by_role("row", name=re.compile("app-stateful-2 .*Running"))).to_be_visible()
    assert faults(page) == []
    assert overflow(page) == []
    site.apply(slug, ARTICLE.replace("replicas: 3", "replicas: 2"))
    expect(page.get_by_role("row", name=re.compile("app-stateful-2"))).to_have_count(0)
    expect(names(page)).to_have_text(["app-stateful-0", "app-stateful-1"], use_inner_text=True)


def test_the_focus_stays_on_its_row_when_others_come_and_goes_on_when_it_ends(visit: Visitors, site: Site) -> None:
    slug = site.cluster(ARTICLE)
    page = visit("desk")
    page.goto(f"{site.web}/clusters/{slug}/tables?kind=services&namespace=default&sort=Name")
    web = table(page, "Services").get_by_role("row", name=re.compile("web"))
    web.focus()
    site.apply(slug, service("about", "web-stateful") + "---" + service("zoo", "web-stateful"))
    expect(page.get_by_role("row", name=re.compile("about"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("zoo"))).to_be_visible()
    expect(web).to_be_focused()
    column = page.get_by_role("columnheader", name="Name")
    column.get_by_role("button").evaluate(PRESS)
    expect(column).to_have_attribute("aria-sort", "descending")
    expect(web).to_be_focused()
    web.press("Space")
    bar = page.get_by_role("region", name="Selected")
    bar.get_by_role("button", name="Delete").evaluate(PRESS)
    bar.get_by_role("button", name="Delete 1").evaluate(PRESS)
    expect(web).to_have_count(0)
    expect(page.get_by_role("row", name=re.compile("kubernetes"))).to_be_focused()


def test_a_kind_of_ones_own_appears_at_once(visit: Visitors, site: Site) -> None:
    slug = site.cluster()
    page = visit("desk")
    page.goto(f"{site.web}/clusters/{slug}/tables?kind=services")
    table(page, "Services")
    site.apply(slug, OWN)
    page.get_by_role("navigation", name="Kinds").get_by_role("link", name="Widgets").click()
    expect(page.get_by_role("heading", name="No widgets.example.com.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?kind=widgets\.example\.com$"))
    page.go_back()
    table(page, "Services")


def test_thousands_of_rows_of_which_few_are_drawn(visit: Visitors, site: Site) -> None:
    slug = site.cluster(CROWD)
    page = visit("desk")
    page.goto(f"{site.web}/clusters/{slug}/tables?namespace=default")
    grid = table(page, "Pods").get_by_role("grid")
    expect(grid).to_have_attribute("aria-rowcount", "601")
    assert names(page).count() < 80
    page.get_by_role("row").nth(1).focus()
    page.keyboard.press("End")
    last = page.locator('tr[aria-rowindex="601"]')
    expect(last).to_be_focused()
    page.get_by_label(re.compile("^Keep the rows")).fill(last.locator(".first").inner_text())
    status(page, "1 of 600")
    expect(page).to_have_url(re.compile("q=crowd-"))


def test_sorting_stands_in_the_address(visit: Visitors, site: Site) -> None:
    slug = site.cluster(ARTICLE)
    page = visit("desk")
    page.goto(f"{site.web}/clusters/{slug}/tables?kind=services&namespace=default")
    table(page, "Services")
    head = page.get_by_role("columnheader", name="Name")
    head.get_by_role("button").click()
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(names(page)).to_have_text(
        ["web", "kubernetes", "headless-svc-stateful", "headless-svc"], use_inner_text=True
    )
    page.reload()
    table(page, "Services")
    expect(names(page)).to_have_text(
        ["web", "kubernetes", "headless-svc-stateful", "headless-svc"], use_inner_text=True
    )


def test_many_are_scaled_and_deleted_by_keyboard_alone(visit: Visitors, site: Site) -> None:
    slug = site.cluster(ARTICLE)
    page = visit("desk")
    page.goto(f"{site.web}/clusters/{slug}/tables?kind=statefulsets&namespace=default")
    table(page, "StatefulSets").locator("tbody tr").first.focus()
    page.keyboard.press("Space")
    bar = page.get_by_role("region", name="Selected")
    expect(bar).to_contain_text("1 selected")
    bar.get_by_role("button", name="Scale").press("Enter")
    bar.get_by_label("Replicas of each").fill("5x")
    expect(bar.get_by_role("alert")).to_contain_text("Replicas are a whole number")
    bar.get_by_label("Replicas of each").fill("5")
    expect(bar).to_contain_text("kubectl scale statefulsets app-stateful --replicas=5")
    bar.get_by_label("Replicas of each").press("Enter")
    expect(bar.get_by_role("status")).to_have_text("1 statefulset scaled to 5.")
    expect(page.get_by_role("row", name=re.compile("app-stateful .*5.5"))).to_be_visible()
    assert faults(page) == []

    page.goto(f"{site.web}/clusters/{slug}/tables?kind=services&namespace=default&q=headless")
    table(page, "Services").locator("tbody tr").first.focus()
    page.keyboard.press("Control+a")
    bar = page.get_by_role("region", name="Selected")
    bar.get_by_role("button", name="Delete").press("Enter")
    expect(bar).to_contain_text("kubectl delete services headless-svc headless-svc-stateful")
    bar.get_by_role("button", name="Delete 2").press("Enter")
    expect(bar.get_by_role("status")).to_have_text("2 services deleted.")
    expect(page.get_by_role("heading", name="No row has that.")).to_be_visible()


def test_every_box_shows_what_is_chosen_however_it_was_pressed(visit: Visitors, site: Site) -> None:
    slug = site.cluster(ARTICLE)
    page = visit("desk")
    page.goto(f"{site.web}/clusters/{slug}/tables?kind=services&namespace=default&sort=Name")
    table(page, "Services")
    every = page.get_by_role("checkbox", name="Select all 4")
    box = [
        page.get_by_role("checkbox", name=f"Select {name}", exact=True)
        for name in ("headless-svc", "headless-svc-stateful", "kubernetes", "web")
    ]
    bar = page.get_by_role("region", name="Selected")

    def shown(*checked: bool) -> None:
        for each, on in zip(box, checked, strict=True):
            expect(each).to_be_checked(checked=on)
        expect(bar).to_contain_text(f"{sum(checked)} selected")
        expect(every).to_be_checked(checked=all(checked))
        assert page.locator("tbody tr[aria-selected=true]").count() == sum(checked)

    every.click()
    shown(True, True, True, True)
    box[1].click(modifiers=["Shift"])
    shown(True, False, True, True)
    box[3].click(modifiers=["Shift"])
    shown(True, False, False, False)
    box[3].click()
    box[1].click(modifiers=["Shift"])
    shown(True, True, True, True)


def test_the_panel_beside_a_row(visit: Visitors, site: Site, size: str) -> None:
    slug = site.cluster(ARTICLE)
    page = visit(size)
    page.goto(f"{site.web}/clusters/{slug}/tables?kind=services&namespace=default")
    table(page, "Services").locator("tr", has_text="web").last.click()
    panel = page.get_by_role("complementary", name="Inspector")
    expect(panel.get_by_role("heading", level=2)).to_have_text("web")
    assert faults(page) == []
    panel.get_by_role("button", name="Ask for it").click()
    expect(page).to_have_url(re.compile(r"/dns\?name=web$"))
    page.go_back()
    expect(panel.get_by_role("heading", level=2)).to_have_text("web")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_what_the_live_connection_says_nothing_of_has_a_panel_too(visit: Visitors, site: Site) -> None:
    page = visit("desk")
    page.goto(f"{site.web}/clusters/demo/tables?kind=clusterroles.rbac.authorization.k8s.io&q=view")
    table(page, "ClusterRoles").locator("tr", has_text=re.compile("view")).last.click()
    panel = page.get_by_role("complementary", name="Inspector")
    panel.get_by_role("tab", name="YAML").click()
    expect(panel).to_contain_text("kind: ClusterRole")


def test_what_is_not_there_is_said(visit: Visitors, site: Site) -> None:
    visit.expect(r"404 \(Not Found\)")
    page = visit("desk")
    page.goto(f"{site.web}/clusters/demo/tables?kind=zebras")
    expect(page.get_by_text("There is no kind zebras in demo.")).to_be_visible()


def test_without_a_script_the_table_stands_there(visit: Visitors, site: Site) -> None:
    page = visit("desk", java_script_enabled=False)
    page.goto(f"{site.web}/clusters/demo/tables?kind=services")
    expect(page.get_by_role("row", name=re.compile("headless-svc-stateful"))).to_be_visible()
