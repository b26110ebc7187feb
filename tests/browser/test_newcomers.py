"""Two walks of somebody new: the article from the landing page to its last answer, and "why does my Service not
answer?" solved with what the page says, for each of the planted faults; their sound twins show no hint."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitors
from tests.browser.explorer import Explorer
from tests.browser.site import Site
from tests.server import ROOT

Explore = Callable[..., Explorer]
PLANTED = yaml.safe_load((ROOT / "tests/data/planted.yaml").read_text())
FAULTS: list[dict[str, Any]] = PLANTED["faults"]
MOST_ACTIONS = 25


class Counted:
    """A page's visitor who counts every click, choice and line typed."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.actions = 0

    def click(self, role: Any, name: str | re.Pattern[str], **where: Any) -> None:
        self.actions += 1
        self.page.get_by_role(role, name=name, **where).first.click()

    def fill(self, label: str, text: str) -> None:
        self.actions += 1
        self.page.get_by_role("region", name="DNS").get_by_label(label, exact=True).fill(text)

    def type(self, line: str) -> None:
        self.actions += 1
        self.page.keyboard.type(line)
        self.page.keyboard.press("Enter")


def test_the_article_from_the_landing_page_to_its_last_answer(visit: Visitors, site: Site) -> None:
    page = visit("desk")
    page.goto(site.web)
    person = Counted(page)
    person.click("link", re.compile("demo"))
    expect(page.get_by_role("treeitem", name="StatefulSet app-stateful, 3 of 3 ready")).to_be_visible()
    person.fill("Name", "headless-svc-stateful")
    person.click("button", "Ask", exact=True)
    expect(page.get_by_role("group", name=re.compile("^headless-svc-stateful: "))).to_be_visible()
    person.fill("Name", "app-stateful-1.headless-svc-stateful")
    person.click("button", "Ask", exact=True)
    expect(page.get_by_role("group", name=re.compile(r"^app-stateful-1\.headless-svc-stateful: "))).to_be_visible()
    person.click("button", "Shell", exact=True)
    shell = page.get_by_role("region", name="Shell")
    person.actions += 1
    shell.get_by_label(re.compile("^Image of a container")).fill("slongstreet/bind-utils:latest")
    person.click("button", "Open", exact=True)
    expect(shell.get_by_role("status")).to_have_text(re.compile("^In debugger-"))
    rows = shell.locator(".xterm-rows")
    person.type("nslookup headless-svc-stateful | grep -c ^Name:")
    expect(rows).to_contain_text(re.compile(r"\b3\b"))
    person.type("nslookup app-stateful-1.headless-svc-stateful | grep -c ^Name:")
    expect(rows).to_contain_text(re.compile(r"\b1\b"))
    assert person.actions < MOST_ACTIONS


def written(fault: dict[str, Any], *, sound: bool) -> str:
    """The cluster's manifests with this fault, or with it mended."""
    given: dict[str, str] = (fault.get("sound") or {}) if sound else (fault.get("broken") or {})
    text: str = PLANTED["stands"]
    for part, words in {**PLANTED["usual"], **given}.items():
        assert part in text, f"{part} stands nowhere"
        text = text.replace(part, words)
    return text


def sent(shown: Explorer, to: str) -> Any:
    """The request box after one request from the client."""
    shown.page.get_by_role("group", name="What to do").get_by_role("button", name="Requests").click()
    box = shown.page.get_by_role("region", name="Requests")
    box.get_by_label("From").select_option(label="client")
    box.get_by_label("To", exact=True).fill(to)
    box.get_by_role("button", name="Send 1 request", exact=True).click()
    expect(box.get_by_role("list", name=re.compile("^Way of the "))).to_be_visible()
    return box


@pytest.mark.parametrize("fault", FAULTS, ids=[each["name"] for each in FAULTS])
def test_why_a_service_does_not_answer(explore: Explore, site: Site, fault: dict[str, Any]) -> None:
    shown = explore(site.cluster(written(fault, sound=False)))
    expect(shown.pod("client")).to_have_attribute("aria-label", re.compile("Ready"))
    if "service" in fault:
        panel = shown.select("services/default/web")
        expect(panel).to_contain_text(fault["service"])
    box = sent(shown, fault["to"])
    expect(box).to_contain_text(fault["request"])
    expect(box).not_to_contain_text("1 answered")


@pytest.mark.parametrize("fault", FAULTS, ids=[each["name"] for each in FAULTS])
def test_its_sound_twin_shows_no_hint(explore: Explore, site: Site, fault: dict[str, Any]) -> None:
    shown = explore(site.cluster(written(fault, sound=True)))
    shown.settled("web", 2)
    panel = shown.select("services/default/web")
    expect(panel).to_contain_text("2 of 2 ready.")
    expect(panel.locator(".lv-wait, .lv-fail")).to_have_count(0)
    box = sent(shown, fault.get("sound_to", fault["to"]))
    expect(box).to_contain_text("1 answered")
    expect(box.locator(".reasons")).to_have_count(0)
