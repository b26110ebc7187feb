from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tests.conformance.suite import Suite
from tests.server import Server

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for a module's tests, which each have a namespace of their own."""
    with Server(tmp_path_factory.mktemp("data") / "data", "--no-demo", "--pace", "instant") as made:
        yield made


@pytest.fixture
def suite(server: Server) -> Iterator[Suite]:
    """The official client, and a namespace that has what every namespace has."""
    made = Suite(server.data / "kubeconfig", f"e2e-{next(_numbers)}")
    try:
        yield made
    finally:
        made.close()
