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
TICKING = """
apiVersion: v1
kind: Pod
metadata: {name: ticks}
spec:
  containers:
  - name: main
    image: busybox:1.36
    command: [sh, -c, "n=0; while true; do n=$((n+1)); echo tick $n; sleep 1; done"]
"""


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
    # A screen full of lines: the last of them is whole.
    enter(page, "seq 1 300; echo all")
    expect(screen(page)).to_contain_text("300all")
    last, frame = screen(page).locator("> div").last.bounding_box(), page.locator("#screen").bounding_box()
    assert last and frame and last["y"] + last["height"] <= frame["y"] + frame["height"]
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
    called = page.locator("#terminal-state").inner_text()
    enter(page, "mark=stays")
    page.reload()  # the same container, not another one
    expect(page.locator("#terminal-state")).to_have_text(called)
    enter(page, "echo it-$mark")
    expect(screen(page)).to_contain_text("it-stays")
    enter(page, "exit")
    expect(page.locator("#terminal-state")).to_have_text("The shell has ended.")
    page.get_by_role("button", name="Open again").click()
    expect(page.locator("#terminal-state")).to_have_text(re.compile("^In debugger-"))
    expect(page.locator("#terminal-state")).not_to_have_text(called)


PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.querySelector("#screen textarea").dispatchEvent(event);
}"""


def test_what_is_pasted_into_bash_waits_for_enter(explore: Explore, visit: Visitors, site: Site) -> None:
    explore("demo").settled("app-stateful", 3)
    page = visit("desk")
    page.goto(f"{site.web}/clusters/demo/terminal?pod=app-stateful-2&image=slongstreet/bind-utils:latest")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(screen(page)).to_contain_text("[root@app-stateful-2 /]#")
    page.evaluate(PASTE, "echo one-$((1 + 1))\necho two-$((2 + 2))")
    expect(screen(page)).to_contain_text("echo two-$((2 + 2))")
    expect(screen(page)).not_to_contain_text("one-2")
    page.keyboard.press("Enter")
    expect(screen(page)).to_contain_text("one-2")
    expect(screen(page)).to_contain_text("two-4")


def test_an_address_alone_puts_no_container_into_a_pod(visit: Visitors, site: Site) -> None:
    slug = site.cluster(TICKING)
    page = visit()
    put: list[str] = []
    page.goto(f"{site.web}/clusters/{slug}/terminal")
    expect(page.get_by_label("Pod", exact=True).locator("option")).to_have_text(["ticks"])
    page.on("request", lambda each: put.append(each.url) if each.method == "PATCH" else None)
    page.goto(f"{site.web}/clusters/{slug}/terminal?pod=ticks&image=busybox:1.36")
    state, button = page.locator("#terminal-state"), page.get_by_role("button", name="Put it there")
    expect(state).to_have_text("This address asks for a container with busybox:1.36 in ticks. It is not there yet.")
    assert put == []
    button.click()
    expect(state).to_have_text(re.compile("^In debugger-"))
    expect(button).to_have_count(0)
    assert len(put) == 1
    page.reload()
    expect(state).to_have_text(re.compile("^In debugger-"))
    assert len(put) == 1


def test_what_there_is_to_choose_from_follows_the_cluster(visit: Visitors, site: Site) -> None:
    slug = site.cluster(TICKING)
    page = visit()
    page.goto(f"{site.web}/clusters/{slug}/terminal")
    pods, into = page.get_by_label("Pod", exact=True), page.get_by_label("Namespace of the pod")
    expect(pods.locator("option")).to_have_text(["ticks"])
    site.apply(slug, TICKING.replace("name: ticks", "name: tocks"))
    expect(pods.locator("option")).to_have_text(["ticks", "tocks"])
    expect(pods).to_have_value("ticks")
    made = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n"
    site.apply(slug, made + TICKING.replace("{name: ticks}", "{name: till, namespace: shop}"))
    expect(into.locator("option")).to_have_text(["default", "kube-node-lease", "kube-public", "kube-system", "shop"])
    into.select_option("shop")
    expect(pods.locator("option")).to_have_text(["till"])
    page.goto(f"{site.web}/clusters/{slug}/apply")
    place = page.get_by_label("Namespace for objects that name none")
    expect(place.locator("option")).to_have_count(5)
    site.apply(slug, "apiVersion: v1\nkind: Namespace\nmetadata: {name: later}")
    expect(place.locator("option")).to_have_count(6)
    expect(place).to_have_value("default")


def test_a_shell_in_the_dock(explore: Explore, size: str) -> None:
    shown = explore("demo", size=size)
    shown.settled("app-stateful", 3)
    shown.page.goto(f"{shown.page.url.partition('#')[0]}#pods/default/app-stateful-2")
    shown.inspector.get_by_role("button", name="Shell", exact=True).click()
    dock = shown.page.get_by_role("region", name="Shell")
    expect(dock.get_by_role("status")).to_have_text("In app-stateful-2")
    expect(dock).to_contain_text("kubectl exec -it app-stateful-2 -- sh")
    rows = dock.locator(".screen .xterm-rows")
    enter(shown.page, "echo from $HOSTNAME")
    expect(rows).to_contain_text("from app-stateful-2")
    assert faults(shown.page) == []
    assert overflow(shown.page) == []
    enter(shown.page, "exit")
    expect(dock.get_by_role("status")).to_have_text("The shell has ended.")
    dock.get_by_role("button", name="Open again").click()
    expect(dock.get_by_role("status")).to_have_text("In app-stateful-2")


def test_the_dock_keeps_its_shell_while_another_box_is_shown(explore: Explore) -> None:
    shown = explore("demo")
    shown.settled("app-stateful", 3)
    tools = shown.page.get_by_role("group", name="What to do")
    tools.get_by_role("button", name="Shell").click()
    dock = shown.page.get_by_role("region", name="Shell")
    dock.get_by_label("Pod to open a shell in").select_option(label="app-stateful-0")
    dock.get_by_role("button", name="Open", exact=True).click()
    expect(dock.get_by_role("status")).to_have_text("In app-stateful-0")
    enter(shown.page, "marked=stays")
    tools.get_by_role("button", name="DNS").click()
    expect(shown.dns).to_be_visible()
    tools.get_by_role("button", name="Shell").click()
    dock.locator(".screen").click()
    enter(shown.page, "echo it-$marked")
    expect(dock.locator(".screen .xterm-rows")).to_contain_text("it-stays")


def test_what_a_container_wrote(explore: Explore, site: Site) -> None:
    slug = site.cluster(TICKING)
    shown = explore(slug)
    expect(shown.pod("ticks")).to_be_visible()
    shown.select("pods/default/ticks")
    shown.inspector.get_by_role("tab", name="Logs").click()
    log = shown.inspector.get_by_role("log")
    expect(log).to_contain_text("tick 2")
    expect(shown.inspector).to_contain_text("kubectl logs ticks -f")
    assert faults(shown.page) == []


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
