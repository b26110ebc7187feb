"""What somebody meets in the first hour: small clusters, numbers that cannot be, things out of sight."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.explorer import Explorer
from tests.browser.site import ARTICLE, Site, scenario

Explore = Callable[..., Explorer]

LONELY = """apiVersion: v1
kind: Namespace
metadata: {name: team}
---
apiVersion: v1
kind: Pod
metadata: {name: lonely, namespace: team, labels: {app: shop}}
spec: {containers: [{name: c, image: busybox}]}
"""
NODES = "---\n".join(f"apiVersion: v1\nkind: Node\nmetadata: {{name: node-{number}}}\n" for number in (2, 3))
MANY = "---\n".join(
    f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: n{number}}}\n---\n"
    f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: d{number}, namespace: n{number}}}\n"
    f"spec:\n  replicas: 4\n  selector: {{matchLabels: {{app: a}}}}\n"
    f"  template:\n    metadata: {{labels: {{app: a}}}}\n    spec: {{containers: [{{name: c, image: nginx}}]}}\n"
    for number in range(5)
)


def test_a_name_behind_which_no_pod_stands_is_answered(explore: Explore, site: Site) -> None:
    """kubernetes leads to the API server, which is no pod: also in an empty cluster."""
    for slug, asker in ((site.cluster(ARTICLE), "app-stateful-0"), (site.cluster(), "namespace default")):
        shown = explore(slug)
        if asker != "namespace default":
            shown.settled("app-stateful", 3)
        step = shown.ask("kubernetes", asker).get_by_role("listitem").first
        expect(step).to_contain_text("1 address")
        expect(shown.dns.get_by_text(re.compile("^kube-proxy sends 10.96.0.1 to"))).to_be_visible()
        expect(shown.dns).not_to_contain_text("Asking for")


def test_a_pod_that_is_ill_alone_is_told_by_its_own_name(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(LONELY))
    shown.inspector.get_by_role("button", name=re.compile(r"\blonely Pod\b.*\bteam\b")).click()
    expect(shown.inspector.get_by_role("heading", level=2)).to_have_text("lonely")


def test_pods_on_their_own_have_a_panel(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(f"{LONELY}---\n{LONELY.partition('---')[2].replace('lonely', 'other')}"))
    row = shown.inspector.get_by_role("button", name=re.compile("On their own.*team"))
    row.click()
    expect(shown.inspector.get_by_role("heading", level=2)).to_have_text("On their own")
    expect(shown.inspector).to_contain_text("No controller looks after these pods")
    shown.inspector.get_by_role("button", name="lonely").click()
    expect(shown.inspector.get_by_role("heading", level=2)).to_have_text("lonely")
    expect(shown.inspector).to_contain_text(
        "Back-off restarting c: it ended with exit code 0: busybox has nothing to do without a command."
    )


def test_what_is_no_number_of_replicas_is_refused_in_its_field(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(ARTICLE))
    shown.settled("app-stateful", 3)
    shown.select("statefulsets/default/app-stateful")
    field = shown.inspector.get_by_label("Replicas", exact=True)
    for typed, said in (("-1", "This is -1."), ("99999", "A cluster here holds 12,000 pods in all."), ("", "Nothing")):
        field.fill(typed)
        expect(shown.inspector.get_by_role("alert")).to_contain_text("Replicas are a whole number from 0 to 10,000.")
        expect(shown.inspector.get_by_role("alert")).to_contain_text(said)
        expect(shown.inspector.get_by_role("button", name="Scale", exact=True)).to_have_attribute(
            "aria-disabled", "true"
        )
        field.press("Enter")
    field.fill("4")
    expect(shown.inspector.get_by_role("alert")).to_have_count(0)
    field.press("ArrowUp")
    field.press("Enter")
    shown.settled("app-stateful", 5)


def test_what_lies_below_is_said_and_reached(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(scenario("headless") + "---\n" + MANY))
    shown.settled("app-stateful", 3)
    further = shown.map.get_by_role("button", name=re.compile("workloads below$"))
    before = further.inner_text()
    further.click()
    expect(shown.map.get_by_role("button", name=before, exact=True)).to_have_count(0)


def test_fit_shows_all_of_it_as_large_as_it_fits(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(ARTICLE))
    shown.settled("app-stateful", 3)
    shown.map.get_by_role("button", name="Fit everything in").click()
    expect(shown.pod("app-stateful-2")).to_be_in_viewport(ratio=1)
    expect(shown.thing("fold")).to_be_in_viewport(ratio=1)
    expect(shown.map.get_by_text("Not ready", exact=True).first).to_be_visible()
    assert "far-level" not in (shown.page.locator("body").get_attribute("class") or "")

    crowd = explore(site.cluster(MANY))
    expect(crowd.thing("deployments/n4/d4")).to_have_accessible_name(re.compile("4 of 4 ready"))
    crowd.map.get_by_role("button", name="Fit everything in").click()
    expect(crowd.page.locator("body")).to_have_class(re.compile("far-level"))
    for number in range(5):
        expect(crowd.thing(f"deployments/n{number}/d{number}")).to_be_in_viewport(ratio=1)
    # As large as it fits: the last band ends in the lower half of the map.
    box, map_ = crowd.place("deployments/n4/d4"), crowd.map.locator("svg.picture").bounding_box()
    assert map_ is not None
    assert box["y"] + box["height"] > map_["y"] + map_["height"] / 2


def test_unfolding_brings_what_was_folded_into_sight(explore: Explore) -> None:
    shown = explore("demo")
    shown.settled("app-stateful", 3)
    shown.thing("fold").focus()
    shown.page.keyboard.press("Enter")
    expect(shown.thing("services/kube-system/kube-dns")).to_be_in_viewport(ratio=0.9)
    expect(shown.service("kubernetes")).to_be_attached()


def test_a_seats_reason_is_read_as_it_is_written(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(ARTICLE, pace="real"))
    seat = shown.thing("statefulsets/default/app-stateful#1")
    expect(seat).to_have_accessible_name("Empty seat 1 of app-stateful, waiting for app-stateful-0 to be Ready")


def test_a_question_without_a_name_is_refused_with_a_word(explore: Explore) -> None:
    shown = explore("demo")
    shown.settled("app-stateful", 3)
    name = shown.dns.get_by_label("Name", exact=True)
    name.fill("")
    name.press("Enter")
    expect(shown.dns.get_by_role("alert")).to_have_text("A question needs a name, such as headless-svc-stateful.")
    name.fill("w")
    expect(shown.dns.get_by_role("alert")).to_have_count(0)


def test_a_final_dot_is_one_dot_and_a_refusal_is_told(explore: Explore) -> None:
    shown = explore("demo")
    shown.settled("app-stateful", 3)
    step = shown.ask("web.").get_by_role("listitem").first
    expect(step.locator(".q")).to_have_text("web. (as typed)")
    expect(step).to_contain_text("REFUSED")
    expect(step.locator(".res")).to_have_text("nobody to ask")


def test_records_that_are_no_addresses_are_shown_whole(explore: Explore) -> None:
    shown = explore("demo")
    shown.settled("app-stateful", 3)
    shown.ask("headless-svc-stateful", type="SRV")
    found = shown.dns.get_by_role("list", name="Records for headless-svc-stateful")
    expect(found).to_contain_text("app-stateful-0.headless-svc-stateful.default.svc.cluster.local")
    shown.dns.get_by_role("button", name="dig output").click()
    expect(shown.dns.locator("pre.dig")).to_be_in_viewport()


def test_two_headless_services_over_the_same_pods_stand_side_by_side(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(scenario("readiness")))
    halves = shown.dns.locator(".twin > div")
    expect(halves).to_have_count(2)
    expect(shown.dns.locator(".twin")).to_contain_text("DNS says NXDOMAIN. No pod is Ready.")
    expect(shown.dns.locator(".twin")).to_contain_text("DNS says 3 addresses. The client chooses the pod.")


def test_a_card_that_loses_its_pod_does_not_overprint_itself(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(ARTICLE, pace="real"))
    expect(shown.pod("app-stateful-0")).to_have_accessible_name(re.compile("Ready"), timeout=60_000)
    name = "app-stateful-0.headless-svc-stateful"
    shown.ask(name, "namespace default")
    card = shown.card(name)
    expect(card).to_contain_text("10.244.")
    # Every line of the card is looked at in each frame while the answer goes and comes back.
    shown.page.evaluate(
        """() => { globalThis.overprinted = new Set();
        const look = () => {
            const lines = [...document.querySelectorAll('svg.picture .card:not(.folded) > text')]
              .map((each) => [each.textContent, each.getBBox()]);
            for (const [a, one] of lines) for (const [b, other] of lines)
                if (a < b && one.y + 3 < other.y + other.height - 3 && other.y + 3 < one.y + one.height - 3
                    && one.x < other.x + other.width && other.x < one.x + one.width)
                    globalThis.overprinted.add(`${a} / ${b}`);
            requestAnimationFrame(look);
        };
        look(); }"""
    )
    shown.delete("pods/default/app-stateful-0")
    # What it was stands struck through beside the verdict for a moment.
    expect(shown.card(name)).to_contain_text(re.compile(r"NXDOMAIN\s+10\.244\."))
    assert shown.page.evaluate("[...globalThis.overprinted]") == []


def test_on_a_phone_the_pods_that_an_answer_names_stay_in_sight(explore: Explore) -> None:
    shown = explore("demo", "phone")
    shown.settled("app-stateful", 3)
    shown.ask("app-stateful-2.headless-svc-stateful")
    expect(shown.pod("app-stateful-2")).to_be_in_viewport()
    box, dock = shown.place("pods/default/app-stateful-2"), shown.dns.bounding_box()
    assert dock is not None
    assert box["y"] + box["height"] <= dock["y"] + 1


def test_events_come_while_one_looks_the_latest_first(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(ARTICLE))
    shown.settled("app-stateful", 3)
    shown.select("statefulsets/default/app-stateful")
    shown.inspector.get_by_role("tab", name="Events").click()
    events = shown.inspector.locator(".ev")
    expect(events).to_contain_text("create Pod app-stateful-2")
    site.apply(shown.slug, ARTICLE.replace("replicas: 3", "replicas: 4"))
    expect(events.locator("span").nth(1)).to_contain_text("create Pod app-stateful-3")
    expect(events.locator("span").first).to_have_text(re.compile(r"^\d+s$"))


def test_the_form_is_given_what_people_made_as_it_comes_up_until_somebody_types(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster())
    name, asker = shown.dns.get_by_label("Name", exact=True), shown.dns.locator("select[name=from]")
    expect(shown.dns).to_contain_text("Even an empty cluster answers for kubernetes")
    expect(name).to_have_value("")
    site.apply(shown.slug, ARTICLE)
    expect(name).to_have_value("headless-svc-stateful")
    expect(asker).to_have_value("default/app-stateful-0")
    name.fill("web")
    name.blur()
    site.apply(shown.slug, ARTICLE.replace("replicas: 3", "replicas: 0"))
    expect(shown.pod("app-stateful-0")).to_have_count(0)
    expect(name).to_have_value("web")


def test_without_dns_every_place_says_so_and_that_comes_first(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(ARTICLE))
    shown.settled("app-stateful", 3)
    looks = shown.inspector.locator(".probs button")
    expect(looks.first).to_contain_text("headless-svc")
    expect(looks.first).to_contain_text("Selects nothing: no pod has")
    shown.open("deployments/kube-system/coredns")
    shown.inspector.get_by_label("Replicas", exact=True).fill("0")
    shown.inspector.get_by_role("button", name="Scale to 0").click()
    shown.close()
    expect(looks.first).to_contain_text("The cluster has no DNS. Nobody answers: the Deployment coredns is scaled to 0")
    card = shown.page.locator(".twin-box")
    expect(card).to_contain_text("DNS is unreachable. Nobody answers.")
    expect(card).not_to_contain_text("address")
    steps = shown.ask("web", "app-stateful-0").get_by_role("listitem")
    expect(steps.first).to_contain_text("nobody answers")
    expect(steps.nth(1)).to_contain_text("given up at 1")
    shown.page.goto(f"{shown.web}/clusters/{shown.slug}/dns?name=web&pod=app-stateful-0&namespace=default")
    expect(shown.page.locator("#main")).to_contain_text("nobody answers")


def test_a_lost_node_comes_first_and_leads_to_its_panel(explore: Explore, site: Site) -> None:
    shown = explore(site.cluster(NODES))
    listed = shown.inspector.get_by_label("Nodes", exact=True)
    listed.get_by_role("button", name="node-2").click()
    heading = shown.inspector.get_by_role("heading", level=2)
    expect(heading).to_have_text("node-2")
    shown.inspector.get_by_text("Break it on purpose").click()
    shown.inspector.get_by_role("button", name=re.compile("^Lost")).click()
    shown.page.get_by_label(re.compile("^pace")).click()
    shown.page.get_by_role("button", name="100×").click()
    shown.close()
    first = shown.inspector.locator(".probs button").first
    expect(first).to_contain_text("node-2")
    expect(first).to_contain_text("Not ready")
    first.click()
    expect(heading).to_have_text("node-2")
