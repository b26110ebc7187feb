"""A real Chromium before a real `manage.py up`. Every page a test opens is listened to: an error on its console, one
that nobody caught or a violation of the content policy fails the test that did not announce it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, Playwright, expect, sync_playwright

from tests.browser.explorer import Explorer
from tests.browser.site import Site

SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A window of its own for what a person types into the address bar, drawn for every new browser before its first
    # page: a third of what a test's browser costs. Of two such flags the last one counts, so Playwright's own follow.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,AvoidUnnecessaryBeforeUnloadCheckSync,"
    "DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,"
    "ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,OptimizationHints,NetworkTimeServiceQuerying,"
    "AimEnabled,PreconnectToSearch",
    # A name elsewhere that points at this machine, as DNS rebinding would make it.
    "--host-resolver-rules=MAP rebound.example 127.0.0.1",
]

expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


# Playwright holds the main thread's event loop for as long as it runs, and no asyncio test could follow. So what
# pytest-playwright keeps for the session is kept for this package here.
@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser_type(playwright: Playwright, browser_name: str) -> BrowserType:
    found: BrowserType = getattr(playwright, browser_name)
    return found


@pytest.fixture(scope="package")
def browser_type_launch_args(pytestconfig: pytest.Config) -> dict[str, Any]:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    given: dict[str, Any] = {"args": ARGS, "headless": not pytestconfig.getoption("--headed")}
    return {**given, "executable_path": found} if found else given


@pytest.fixture(scope="package")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "en-GB", "timezone_id": "UTC"}


@pytest.fixture(scope="package")
def launch_browser(browser_type: BrowserType, browser_type_launch_args: dict[str, Any]) -> Callable[..., Browser]:
    return lambda **more: browser_type.launch(**{**browser_type_launch_args, **more})


@pytest.fixture(scope="package")
def browser(launch_browser: Callable[..., Browser]) -> Iterator[Browser]:
    launched = launch_browser()
    yield launched
    launched.close()


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One server for all tests of this process; who changes a cluster makes one of their own."""
    with Site(tmp_path_factory.mktemp("site")) as started:
        yield started


@pytest.fixture(params=list(SIZES))
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Visitors:
    """Browsers of people: `visit("/")` is the page of a new one."""

    def __init__(self, make: Callable[..., BrowserContext]) -> None:
        self.make = make
        self.noise: list[str] = []
        # The inspector may ask for an object that goes at that very moment.
        self.expected: list[str] = [r"404 \(Not Found\) at \S+/objects/"]

    def __call__(self, size: str = "desk", *, prepare: Callable[[Page], None] | None = None, **options: Any) -> Page:
        """A blank page of a new browser; `prepare` is called with it before anything is loaded."""
        phone = {"is_mobile": True, "has_touch": True} if size == "phone" else {}
        context = self.make(**{"viewport": SIZES.get(size), **phone, **options})
        context.on(
            "console",
            lambda message: (
                self._heard(f"{message.text} at {message.location['url']}") if message.type == "error" else None
            ),
        )
        context.on("weberror", lambda error: self._heard(str(error.error)))
        page = context.new_page()
        if prepare:
            prepare(page)
        return page

    def _heard(self, text: str) -> None:
        self.noise.append(text)

    def expect(self, *patterns: str) -> None:
        """Errors that belong to what this test does."""
        self.expected += patterns

    def unexpected(self) -> list[str]:
        return [text for text in self.noise if not any(re.search(pattern, text) for pattern in self.expected)]


@pytest.fixture
def visit(new_context: Callable[..., BrowserContext]) -> Iterator[Visitors]:
    visitors = Visitors(new_context)
    yield visitors
    assert visitors.unexpected() == [], "on the console of a page"


@pytest.fixture
def explore(visit: Visitors, site: Site) -> Callable[..., Explorer]:
    """`explore("demo", size)`: a new browser with that cluster's explorer, live."""

    def opened(slug: str, size: str = "desk", **options: Any) -> Explorer:
        return Explorer(visit(size, **options), site.web, slug, phone=size == "phone").open()

    return opened
