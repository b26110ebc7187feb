"""The law of the language: a script prints in a container what it prints in bash or dash, and ends as it does there."""

from __future__ import annotations

import asyncio
import os

import pytest
from hypothesis import HealthCheck, given, settings

from tests.shell.language.stage import REAL, ours, real
from tests.shell.language.written import posix_scripts, scripts

ASKED = os.environ.get("KUBARIUM_SCRIPTS", "")
"""How many new ones to make up; else it is the same ones each time."""


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@pytest.mark.skipif(not REAL["bash"].exists(), reason="no bash here")
@settings(max_examples=int(ASKED or 80), derandomize=not ASKED, deadline=None, suppress_health_check=list(HealthCheck))
@given(scripts())
def test_random_scripts_run_as_in_bash(script: str) -> None:
    there = real("bash", "-c", script)
    here = asyncio.run(ours("bash", "-c", script))
    assert (here.out, here.status) == (there.out, there.status), (there.err, here.err)


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@pytest.mark.skipif(not REAL["dash"].exists(), reason="no dash here")
@settings(max_examples=int(ASKED or 80), derandomize=not ASKED, deadline=None, suppress_health_check=list(HealthCheck))
@given(posix_scripts())
def test_random_scripts_run_as_in_dash(script: str) -> None:
    there = real("dash", "-c", script)
    here = asyncio.run(ours("dash", "-c", script))
    assert (here.out, here.status) == (there.out, there.status), (there.err, here.err)
