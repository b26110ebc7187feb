"""Many things, long names, odd kinds: all words stay in what they belong to, and nothing lies on anything."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.explorer import Explorer
from tests.browser.site import Site

Explore = Callable[..., Explorer]

SERVICE = """
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{type: {type}, selector: {{app: {app}}}, ports: [{ports}]{more}}}
"""
SET = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: {name}}}
spec:
  serviceName: {name}
  replicas: {replicas}
  podManagementPolicy: Parallel
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}, annotations: {{{faults}}}}}
    spec: {{containers: [{{name: main, image: nginx:alpine}}]}}
"""
LONG = "a-workload-whose-name-says-all-about-it-and-more"


def service(name: str, app: str, type: str = "ClusterIP", ports: int = 1, more: str = "") -> str:
    listed = ", ".join(f"{{name: p{n}, port: {8000 + n}}}" for n in range(ports))
    return SERVICE.format(name=name, app=app, type=type, ports=listed, more=more)


def workload(name: str, replicas: int, faults: str = "") -> str:
    return SET.format(name=name, replicas=replicas, faults=faults)


CLUSTERS = {
    "long names": [workload(LONG, 2), service(f"{LONG}-headless", LONG, more=", clusterIP: None"), service(LONG, LONG)],
    "every kind of Service": [
        workload("web", 3), service("web", "web", more=", clusterIP: None"), service("twelve", "web", ports=12),
        service("door", "web", "NodePort"), service("balanced", "web", "LoadBalancer"), service("nobody", "nobody"),
        SERVICE.format(name="out", type="ExternalName", app="x", ports="", more=f", externalName: {LONG}.example.com"),
    ],
    "pods that fail": [
        workload("crash", 2, 'kubarium.dev/crash: "true"'), workload("never", 2, 'kubarium.dev/never-ready: "true"'),
        workload("image", 2, 'kubarium.dev/image-missing: "true"'), service("never", "never"),
    ],
    "a crowd": [workload("huge", 300), service("huge", "huge", more=", clusterIP: None"),
                *(service(f"svc-{n:02}", "huge") for n in range(20))],
}  # fmt: skip

OUTSIDE = """() => {
    const box = (each) => each.getBoundingClientRect(), found = [];
    const inside = (text, holder, what) => {
        const a = box(text), b = box(holder);
        if (a.width && (a.left < b.left - 1 || a.right > b.right + 1 || a.top < b.top - 1 || a.bottom > b.bottom + 1))
            found.push(`${text.textContent.trim()} leaves ${what}`);
    };
    for (const plate of document.querySelectorAll("svg.picture .plate")) {
        const words = plate.parentElement.querySelectorAll(".pl-name, .pl-sub, .pl-vip");
        for (const text of words) inside(text, plate, "its plate");
    }
    for (const tile of document.querySelectorAll("svg.picture .tile-g")) {
        const frame = tile.querySelector("rect.tile");
        for (const text of tile.querySelectorAll("text:not(.asker-t)")) inside(text, frame, "its tile");
    }
    return found;
}"""
COVERED = """() => {
    const found = [];
    const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    const named = (...selectors) => selectors
        .flatMap((one) => [...document.querySelectorAll(`svg.picture ${one}`)])
        .map((each) => [each.textContent.trim() || each.getAttribute("class"), each.getBoundingClientRect()])
        .filter(([, box]) => box.width);
    const words = named(".chip-g", ".note text", ".fold"), things = named(".plate", ".knot", ".tile");
    for (const [i, [text, a]] of words.entries())
        for (const [thing, b] of [...words.slice(i + 1), ...things])
            if (over(a, b)) found.push(`${text} lies on ${thing}`);
    return found;
}"""


@pytest.mark.parametrize("what", CLUSTERS)
def test_words_stay_where_they_belong(explore: Explore, site: Site, size: str, what: str) -> None:
    manifests = CLUSTERS[what]
    shown = explore(site.cluster("---".join(manifests)), size)
    expect(shown.page.get_by_role("treeitem", name=re.compile("^Pod ")).first).to_be_visible()
    expect(shown.page.locator("svg.picture .p-creating")).to_have_count(0)
    assert shown.page.evaluate(OUTSIDE) == []
    assert shown.page.evaluate(COVERED) == []


def test_what_is_cut_is_said_whole_to_whoever_looks(explore: Explore, site: Site) -> None:
    slug = site.cluster("---".join(CLUSTERS["long names"]))
    shown = explore(slug)
    plate = shown.thing(f"services/default/{LONG}-headless")
    expect(shown.drawn(f"services/default/{LONG}-headless", ".pl-name")).to_have_text(
        re.compile("^a-workload.*…-headless$")
    )
    plate.focus()
    expect(shown.page.locator(".hover")).to_contain_text(f"{LONG}-headless, headless Service")
    shown.thing(f"statefulsets/default/{LONG}").hover()
    expect(shown.page.locator(".hover")).to_contain_text(f"StatefulSet {LONG}, 2 of 2 ready")
    site.apply(slug, workload(LONG, 3))
    expect(shown.page.locator(".hover")).to_contain_text(f"StatefulSet {LONG}, 3 of 3 ready")
