"""The writer's and the reader's threads: one connection each that stays, unless it broke."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from django.db import connection, connections

from cluster.store.writer import close, read, written


@pytest.fixture(autouse=True)
async def threads(transactional_db: None) -> AsyncIterator[None]:
    yield
    await close()


def raw() -> Any:
    connection.ensure_connection()
    return connection.connection


def fail() -> Any:
    made = raw()
    connection.errors_occurred = True
    return made


@pytest.mark.parametrize("call", [written, read])
async def test_a_connection_is_kept_from_call_to_call(call: Any) -> None:
    assert await call(raw) is await call(raw)


@pytest.mark.parametrize("call", [written, read])
@pytest.mark.parametrize("usable", [True, False])
async def test_after_an_error_it_is_made_anew_if_it_broke(
    call: Any, usable: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(connections["default"]), "is_usable", lambda _: usable)
    failed = await call(fail)
    assert (await call(raw) is failed) is usable
