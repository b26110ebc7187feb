from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server import Server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The client libraries leave sockets to the garbage collector."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.filterwarnings("ignore::ResourceWarning"))
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """What a test's clients leave open is closed here, not in somebody else's test."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests of a module; each takes names of its own."""
    with Server(tmp_path_factory.mktemp("clients") / "data", "--no-demo", "--pace", "instant") as started:
        yield started


@pytest.fixture
def kubeconfig(server: Server) -> Path:
    return server.data / "kubeconfig"
