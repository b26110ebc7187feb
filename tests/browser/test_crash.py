"""The server dies under an open page, something is applied meanwhile, it comes back: the page is right by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitors
from tests.browser.explorer import Explorer
from tests.browser.site import ARTICLE, Site

DOWN = (r"ERR_CONNECTION_REFUSED", r"WebSocket connection .* failed")
MEANWHILE = f"""apiVersion: v1
kind: Service
metadata:
  name: meanwhile
spec:
  selector:
    app: web-stateful
  ports:
    - port: 80
---
{ARTICLE.replace("replicas: 3", "replicas: 5")}"""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Site]:
    with Site(tmp_path / "data", "--pace", "instant") as started:
        yield started


def test_an_open_page_survives_a_crash_of_the_server(visit: Visitors, own: Site, size: str) -> None:
    visit.expect(*DOWN)
    shown = Explorer(visit(size), own.web, "demo", phone=size == "phone").open()
    shown.settled("app-stateful", 3)
    shown.mark()
    step = shown.ask("headless-svc-stateful").get_by_role("listitem").first
    expect(step).to_contain_text("3 addresses")
    live = shown.page.locator("#live")
    expect(live).to_contain_text("Live")

    own.kill()
    expect(shown.map).to_contain_text(
        re.compile(r"Connection lost\. The picture stands at r\d+; trying again in \d+ s\.")
    )
    expect(live).to_contain_text("Connection lost")
    applied = own.manage("apply", "-f", "-", text=MEANWHILE)
    assert applied.returncode == 0, applied.stderr
    own.start()

    shown.settled("app-stateful", 5)
    expect(shown.service("meanwhile")).to_have_accessible_name(re.compile("5 pods behind it$"))
    expect(step).to_contain_text("5 addresses")
    expect(live).to_contain_text("Live")
    expect(shown.map).not_to_contain_text("Connection lost")
    assert shown.links() >= {("meanwhile", f"app-stateful-{ordinal}") for ordinal in range(5)}
    assert shown.unloaded()

    # And it is exact: a page opened now says the same.
    fresh = Explorer(visit(size), own.web, "demo", phone=size == "phone").open()
    fresh.settled("app-stateful", 5)
    assert shown.names() == fresh.names()
