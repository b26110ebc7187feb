"""A Firefox before a real `manage.py up`, where the system has one: `make test` installs Chromium alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import SIZES
from tests.browser.site import Site
from tests.firefox.driver import Firefox, Tab

THEMES = {"desk": "light", "phone": "dark"}
NAMES = ("firefox-esr", "firefox")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def firefox_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("site")) as started:
        yield started


@pytest.fixture(scope="package", params=list(SIZES))
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="package")
def firefox(size: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """One for all tests of a size: a desk is light, a phone dark."""
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        pytest.skip("this system has no Firefox")
    with Firefox(executable, tmp_path_factory.mktemp("firefox") / "profile", THEMES[size]) as started:
        yield started


@pytest.fixture
def tab(firefox: Firefox, size: str) -> Iterator[Tab]:
    """A new one of that size. What an error says on its console fails the test."""
    firefox.noise.clear()
    opened = firefox.tab(**SIZES[size])
    yield opened
    opened.close()
    assert firefox.noise == [], "on the console of a page"
