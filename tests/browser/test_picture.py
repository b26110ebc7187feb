"""What the demo cluster looks like: who is linked to whom, who is ready, and that headless is another thing."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.explorer import Explorer
from tests.browser.site import ARTICLE, Site, scenario

Explore = Callable[..., Explorer]
PODS = {"app-stateful-0", "app-stateful-1", "app-stateful-2"}


def test_each_service_is_linked_to_the_pods_it_selects(explore: Explore, size: str) -> None:
    shown = explore("demo", size)
    shown.settled("app-stateful", 3)
    assert shown.links() == {(service, pod) for service in ("headless-svc-stateful", "web") for pod in PODS}
    expect(shown.service("headless-svc")).to_have_accessible_name(
        re.compile("headless Service, Selects nothing, no pod")
    )
    expect(shown.service("headless-svc-stateful")).to_have_accessible_name(
        "headless-svc-stateful, headless Service, 3 addresses, one per pod"
    )
    expect(shown.service("web")).to_have_accessible_name(
        re.compile(r"^web, ClusterIP Service, 1 address 10\.\d+\.\d+\.\d+, 3 pods behind it$")
    )


def test_a_stateful_set_is_a_tile_with_its_pods_in_their_order(explore: Explore, size: str) -> None:
    shown = explore("demo", size)
    shown.settled("app-stateful", 3)
    heights = []
    shown.place("statefulsets/default/app-stateful")  # at rest
    tile = shown.drawn("statefulsets/default/app-stateful", "rect.tile").bounding_box()
    for ordinal in range(3):
        pod = shown.pod(f"app-stateful-{ordinal}")
        expect(pod).to_have_accessible_name(
            re.compile(rf"^Pod app-stateful-{ordinal}, Ready, 10\.244\.\d+\.\d+, in headless-svc-stateful and web$")
        )
        box = pod.bounding_box()
        assert tile and box
        assert tile["x"] < box["x"] + box["width"] / 2 < tile["x"] + tile["width"]
        assert tile["y"] < box["y"] + box["height"] / 2 < tile["y"] + tile["height"]
        heights.append(box["y"])
    assert heights == sorted(heights)


def test_headless_differs_from_cluster_ip(explore: Explore, size: str) -> None:
    shown = explore("demo", size)
    shown.settled("app-stateful", 3)
    fill = "(plate) => getComputedStyle(plate).fill"
    plates = {
        name: str(shown.drawn(f"services/default/{name}", "rect.plate").evaluate(fill))
        for name in ("headless-svc", "headless-svc-stateful", "web")
    }
    assert plates["headless-svc"] == plates["headless-svc-stateful"] != plates["web"]
    # One line leaves the virtual address, to the proxy's knot; from a headless name a line goes to every pod.
    expect(shown.map.locator("path.knot-g")).to_have_count(1)
    expect(shown.map.locator("path.one")).to_have_count(1)
    expect(shown.map.locator("path.ray[data-line]")).to_have_count(3)
    expect(shown.map.locator("path.via[data-line]")).to_have_count(3)


def test_readiness_is_on_the_pod_and_on_its_link(explore: Explore, site: Site, size: str) -> None:
    shown = explore(site.cluster(scenario("readiness")), size)
    for ordinal in range(3):
        expect(shown.pod(f"quorum-{ordinal}")).to_have_accessible_name(
            re.compile(rf"^Pod quorum-{ordinal}, Not ready, .*, in quorum, held back from patient: ")
        )
    dotted = "svg.picture [data-line^='services/default/{}'].dotted"
    expect(shown.page.locator(dotted.format("patient"))).to_have_count(3)
    expect(shown.page.locator(dotted.format("quorum"))).to_have_count(0)
    expect(shown.page.locator("svg.picture [data-why]").first).to_have_attribute(
        "data-why", re.compile("^quorum-[012] is selected but not in the answer: it ")
    )


def test_a_pod_on_its_way_is_seen_at_every_stage(explore: Explore, site: Site) -> None:
    """At a brisk pace the eye can follow: seats wait empty, pods are Creating, then Ready, one after the other."""
    shown = explore(site.cluster(pace="brisk"))
    # Written down as the picture changes: what lasts a moment would be missed by looking now and then.
    shown.page.evaluate(
        """() => { globalThis.told = [];
        new MutationObserver(() => { for (const item of document.querySelectorAll('[role=treeitem]')) {
            const name = item.getAttribute('aria-label');
            if (!globalThis.told.includes(name)) globalThis.told.push(name);
        } }).observe(document.querySelector('svg.picture'), { subtree: true, childList: true, attributes: true }); }"""
    )
    site.apply(shown.slug, ARTICLE)
    shown.settled("app-stateful", 3)
    told: list[str] = shown.page.evaluate("globalThis.told")

    def first(pattern: str) -> int:
        return next(at for at, name in enumerate(told) if re.search(pattern, name))

    creating = [first(rf"^Pod app-stateful-{ordinal}, (Creating|ContainerCreating)") for ordinal in range(3)]
    ready = [first(rf"^Pod app-stateful-{ordinal}, Ready") for ordinal in range(3)]
    assert first("^Empty seat 2 of app-stateful") < creating[2]
    assert [creating[0], ready[0], creating[1], ready[1], creating[2], ready[2]] == sorted([*creating, *ready])
