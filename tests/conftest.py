"""What all tests share: hypothesis' profile, and where the recordings are."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "kubarium",
    deadline=None,  # two cores shared with a browser: a slow example is no fault of the code
    # The same commit is judged by the same examples; `make fuzz` looks for others.
    derandomize=os.environ.get("KUBARIUM_EXAMPLES") != "new",
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("kubarium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Somebody else's program beside ours (a browser, kubectl, a client library) gets a second chance on a machine that
    is busy: one slow answer in ten thousand tests says nothing. Whatever needed it is named at the end.
    """
    here = Path(__file__).parent
    theirs = [here / each for each in ("browser", "clients", "conformance", "kubectl")]
    for item in items:
        if any(folder in item.path.parents for folder in theirs):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say once, and also under -q, what needed a second run and which recordings were not there to compare with."""
    for report in terminalreporter.stats.get("rerun", ()):
        crash = getattr(report.longrepr, "reprcrash", None)
        why = (crash.message if crash else str(report.longrepr)).partition("\n")[0]
        terminalreporter.write_line(f"SECOND RUN {report.nodeid}: {why}", yellow=True, bold=True)
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
