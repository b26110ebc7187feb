"""What all tests share: hypothesis' profile, and where the recordings are."""

from __future__ import annotations

import os

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
