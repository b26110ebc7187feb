"""What all tests share: hypothesis' profile, and where the recordings are."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "kubarium",
    deadline=None,  # two cores shared with a browser: a slow example is no fault of the code
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("kubarium")

# Playwright's own event loop runs in the main thread beside Django's synchronous ORM.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session", autouse=True)
def main_loop() -> Iterator[None]:
    """A loop for the main thread that somebody closes: pytest-asyncio asks for one, and would leave it open."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    loop.close()
