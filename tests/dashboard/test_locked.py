"""Who tried too many passwords is told for how long."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.template.loader import render_to_string

from dashboard.templatetags.look import in_words


@pytest.mark.parametrize(
    ("time", "words"),
    [(timedelta(minutes=15), "15 minutes"), (timedelta(seconds=30), "1 minute"), (timedelta(hours=1), "60 minutes")],
)
def test_a_time_in_words(time: timedelta, words: str) -> None:
    assert in_words(time) == words


def test_the_page_says_how_long() -> None:
    text = render_to_string(
        "accounts/locked.html", {"username": "ada", "failure_limit": 8, "cooloff_timedelta": timedelta(minutes=15)}
    )
    assert "Try again in 15 minutes." in text
