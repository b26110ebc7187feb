"""The main ways through the product in a second engine: what works in Chromium alone would fail here."""

from __future__ import annotations

import re

from tests.browser.firefox.driver import Tab
from tests.browser.site import ARTICLE, Site

PAGES = (
    "/", "/lessons/", "/accounts/password/",
    *(f"/clusters/demo/{page}" for page in (
        "", "apply?example=headless", "tables?kind=pods", "dns?name=web&pod=app-stateful-0", "kubectl", "settings",
        "request?from=default%2Fapp-stateful-0&to=http%3A%2F%2Fweb", "compare?from=1&to=2", "?at=5",
    )),
)  # fmt: skip
HEADLESS = (
    "{apiVersion: v1, kind: Service, metadata: {name: typed}, "
    "spec: {clusterIP: None, selector: {app: web-stateful}, ports: [{port: 80}]}}"
)
"""One line: at the end of one, Enter would take what the editor offers to complete."""


def explorer(page: Tab, site: Site, slug: str) -> Tab:
    page.goto(f"{site.web}/clusters/{slug}/")
    page.until("document.querySelector('#main').dataset.phase === 'live'")
    return page


def test_every_page_stands_there_and_nothing_scrolls_sideways(tab: Tab, site: Site) -> None:
    for path in PAGES:
        tab.goto(f"{site.web}{path}")
        tab.until("document.querySelector('main h1, main h2, #main')")
        beyond = tab.run("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert beyond == 0, path


def test_the_map_is_live_and_dns_is_asked(tab: Tab, site: Site, size: str) -> None:
    slug = site.cluster(ARTICLE)
    explorer(tab, site, slug)
    tab.find("treeitem", "StatefulSet app-stateful, 3 of 3 ready")
    if size == "phone":
        tab.press("button", "Ask the cluster's DNS Pick a pod and a name; the pods it names light up.")
    tab.fill("combobox", "Name", "headless-svc-stateful")
    tab.key("Enter")
    tab.until("document.querySelectorAll('svg.picture .ring-lit').length === 3")
    site.apply(slug, ARTICLE.replace("replicas: 3", "replicas: 2"))
    tab.find("treeitem", "StatefulSet app-stateful, 2 of 2 ready")
    tab.until("document.querySelectorAll('svg.picture .ring-lit').length === 2")


def test_the_map_is_walked_by_keys_and_the_past_is_looked_at(tab: Tab, site: Site) -> None:
    slug = site.cluster(ARTICLE)
    explorer(tab, site, slug)
    tab.focus("treeitem", "StatefulSet app-stateful, 3 of 3 ready")
    tab.key("Enter")
    tab.says("app-stateful", "[aria-label=Inspector] h2")
    tab.key("Escape")
    tab.until("!document.querySelector('[aria-label=Inspector] h2')?.innerText.includes('app-stateful')")
    tab.run("document.querySelector('[role=slider][aria-label=Moment]').focus()")
    tab.key("ArrowLeft")
    tab.says("You look at revision", "[aria-label='The past']")
    tab.key("Home")
    tab.until("document.querySelector('#main').dataset.revision === '1'")


def test_a_shell_is_typed_into(tab: Tab, site: Site) -> None:
    tab.goto(f"{site.web}/clusters/demo/terminal?pod=app-stateful-0")
    tab.says("In nginx", "#terminal-state")
    tab.type("getent hosts app-stateful-1.headless-svc-stateful")
    tab.key("Enter")
    tab.says("app-stateful-1.headless-svc-stateful.default.svc.cluster.local", "#screen .xterm-rows")
    tab.type("exit 3")
    tab.key("Enter")
    tab.says("The shell has ended with 3.", "#terminal-state")


def test_a_manifest_is_typed_planned_and_applied(tab: Tab, site: Site) -> None:
    slug = site.cluster(ARTICLE)
    tab.goto(f"{site.web}/clusters/{slug}/apply")
    tab.until("document.querySelector('.cm-content')")
    tab.run("document.querySelector('.cm-content').focus()")
    tab.type(HEADLESS)
    tab.says("Service, will be created")
    tab.follow("button", "Apply it")
    tab.until(f"fetch('/clusters/{slug}/objects/services/default/typed').then((answer) => answer.ok)")
    told = explorer(tab, site, slug).until(
        "[...document.querySelectorAll('[role=treeitem]')]"
        ".map((each) => each.getAttribute('aria-label')).find((name) => name.startsWith('typed, '))"
    )
    assert re.match("typed, headless Service", told)
