"""A Firefox before a real `manage.py up`, where the system has one: `make test` installs Chromium alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.browser.conftest import SIZES
from tests.browser.firefox.driver import Firefox, Tab

THEMES = {"desk": "light", "phone": "dark"}
NAMES = ("firefox-esr", "firefox")


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
