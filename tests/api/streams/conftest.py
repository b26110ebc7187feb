"""Clients here have their streams before they connect: nothing waits for them."""

from __future__ import annotations

import pytest

from cluster.api.streams import conversing


@pytest.fixture(autouse=True)
def no_settling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversing, "SETTLING", 0)
