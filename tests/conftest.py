"""What all tests share: hypothesis' profile, and where the recordings are."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "kubarium",
    deadline=None,  # two cores shared with a browser: a slow example is no fault of the code
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("kubarium")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say once, and also under -q, which recordings were not there to compare with."""
    skipped = (report.longrepr for report in terminalreporter.stats.get("skipped", ()))
    reasons = {str(each[2]).removeprefix("Skipped: ") for each in skipped if isinstance(each, tuple)}
    for reason in sorted(each for each in reasons if each.startswith(("NO RECORDINGS", "NOT RECORDED"))):
        terminalreporter.write_line(reason, yellow=True, bold=True)


# Playwright's own event loop runs in the main thread beside Django's synchronous ORM.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session", autouse=True)
def main_loop() -> Iterator[None]:
    """A loop for the main thread that somebody closes: pytest-asyncio asks for one, and would leave it open."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    loop.close()
