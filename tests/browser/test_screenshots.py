"""The pictures of the README and the handbook. They go to docs/images when KUBARIUM_SCREENSHOTS is set, else beside
the other results."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitors
from tests.browser.explorer import Explorer
from tests.browser.site import ARTICLE, Site
from tests.browser.test_apply import MIXED, Form
from tests.browser.test_requests import SETTLED, opened
from tests.server import ROOT

Explore = Callable[..., Explorer]


@pytest.fixture
def images(output_path: str) -> Path:
    folder = ROOT / "docs/images" if os.environ.get("KUBARIUM_SCREENSHOTS") == "1" else Path(output_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def shoot(page: Page, path: Path) -> None:
    page.evaluate("() => document.fonts.ready")
    for note in page.get_by_role("button", name="Close this note").all():
        note.click()
    page.mouse.move(0, 0)
    page.screenshot(path=path, animations="disabled", scale="css")
    assert path.stat().st_size > 10_000


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_explorer(explore: Explore, images: Path, theme: str) -> None:
    shown = explore("demo", color_scheme=theme)
    shown.settled("app-stateful", 3)
    for name in ("headless-svc", "web", "headless-svc-stateful"):
        shown.ask(name)
    expect(shown.card("headless-svc-stateful")).to_be_visible()
    shown.select("pods/default/app-stateful-1")
    shoot(shown.page, images / f"explorer-{theme}.png")


def test_requests(explore: Explore, images: Path) -> None:
    shown = explore("demo")
    shown.settled("app-stateful", 3)
    box = opened(shown)
    box.get_by_role("button", name="Send 1,000 requests").click()
    shown.page.wait_for_function(SETTLED, arg=1000)
    shoot(shown.page, images / "requests.png")


def test_shell(explore: Explore, visit: Visitors, site: Site, images: Path) -> None:
    explore("demo").settled("app-stateful", 3)
    page = visit("desk", color_scheme="dark")
    page.goto(f"{site.web}/clusters/demo/terminal?pod=app-stateful-0&image=slongstreet%2Fbind-utils:latest")
    page.get_by_role("button", name="Put it there").click()
    expect(page.locator("#terminal-state")).to_have_text(re.compile("^In debugger-"))
    for line, answer in (
        ("nslookup headless-svc-stateful", "10.96.0.10#53"),
        ("nslookup app-stateful-1.headless-svc-stateful", "Name:   app-stateful-1."),
        (
            "for n in 0 1 2; do dig +short app-stateful-$n.headless-svc-stateful.default.svc.cluster.local; done",
            "10.244.",
        ),
    ):
        page.keyboard.type(line)
        page.keyboard.press("Enter")
        expect(page.locator("#screen .xterm-rows")).to_contain_text(answer)
    shoot(page, images / "shell.png")


def test_phone(explore: Explore, images: Path) -> None:
    shown = explore("demo", "phone")
    shown.settled("app-stateful", 3)
    shown.ask("headless-svc-stateful")
    shown.page.keyboard.press("Escape")
    shoot(shown.page, images / "phone.png")


def test_apply(visit: Visitors, site: Site, images: Path) -> None:
    form = Form(visit(), site, site.cluster(ARTICLE), script=True)
    form.type(MIXED)
    expect(form.document("metrics")).to_contain_text("refused")
    form.page.get_by_role("link", name="Go to line").click()
    shoot(form.page, images / "apply.png")
