"""The commands without what they stand on: one sentence that says what to do, status 1, and nothing made or broken."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server import ROOT

NOBODY = "127.0.0.1:1"
"""Where nobody ever listens."""
COMMANDS = {
    "up": ["up", "--port", "0", "--dns-port", "0"],
    "resolve": ["resolve", "web"],
    "apply": ["apply", "-f", "-"],
}


NEW_USER = ["createsuperuser", "--noinput", "--username", "ada", "--email", ""]


def run(data: Path, command: str, *more: str, **environment: str) -> tuple[int, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "DATA_DIR")}
    done = subprocess.run(
        [sys.executable, "manage.py", *COMMANDS[command], "--data", str(data), *more],
        cwd=ROOT,
        env={**kept, "DJANGO_SETTINGS_MODULE": "dashboard.settings", **environment},
        input="",
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert done.stdout == ""
    return done.returncode, done.stderr.strip()


def said_once(told: str) -> bool:
    return "Traceback" not in told and "\n" not in told


@pytest.mark.parametrize("command", ["resolve", "apply"])
def test_nothing_is_kept_yet(tmp_path: Path, command: str) -> None:
    status, told = run(tmp_path, command)
    assert (status, said_once(told)) == (1, True), told
    assert f"nothing is kept in {tmp_path} yet. `manage.py up` makes it" in told
    assert not (tmp_path / "kubarium.sqlite3").exists()


def test_a_user_is_made_before_the_first_start(tmp_path: Path) -> None:
    made = {"DJANGO_SUPERUSER_PASSWORD": "long enough for anybody", "DATA_DIR": ""}
    for expected, told in ((0, "Superuser created successfully."), (1, "That username is already taken")):
        done = subprocess.run(
            [sys.executable, "manage.py", *NEW_USER, "--data", str(tmp_path)],
            cwd=ROOT,
            env={**os.environ, **made},
            capture_output=True,
            text=True,
        )
        assert (done.returncode, told in done.stdout + done.stderr) == (expected, True), done.stderr


def test_a_folder_of_manifests_is_read_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "manifests"
    folder.mkdir()
    status, told = run(tmp_path, "apply", "-f", str(folder))
    assert (status, told) == (1, f"CommandError: there is no manifest in {folder}: no .json, .yaml, .yml file")
    (folder / "b.yaml").write_text("a: 1")
    (folder / "a.json").write_text("{")
    (folder / "notes.txt").write_text("not a manifest")
    status, told = run(tmp_path, "apply", "-f", str(folder))
    assert status == 1 and "nothing is kept" in told


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_is_no_database(tmp_path: Path, command: str) -> None:
    file = tmp_path / "kubarium.sqlite3"
    file.write_bytes(b"not a database. " * 500)
    status, told = run(tmp_path, command)
    assert (status, said_once(told)) == (1, True), told
    assert f"{file} is no database any more (file is not a database). Move it aside" in told
    assert file.read_bytes()[:15] == b"not a database."


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_does_not_answer(tmp_path: Path, command: str) -> None:
    status, told = run(tmp_path, command, DATABASE_URL=f"postgresql://ada:tulip@{NOBODY}/kubarium")
    assert (status, said_once(told), "tulip" in told) == (1, True, False), told
    assert "the database does not answer (" in told
    assert told.endswith("Start it, or mend DATABASE_URL.")


def test_a_channel_layer_that_does_not_answer(tmp_path: Path) -> None:
    status, told = run(tmp_path, "up", REDIS_URL=f"redis://:tulip@{NOBODY}/0")
    assert (status, said_once(told), "tulip" in told) == (1, True, False), told
    assert f"nobody answers at {NOBODY}/0 (" in told
    assert told.endswith("Start it, mend REDIS_URL, or leave that out to run as one process.")


def test_a_folder_that_is_not_ours() -> None:
    status, told = run(Path("/proc"), "up")
    assert (status, said_once(told)) == (1, True), told
    assert "/proc/secret.key cannot be read or written" in told


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["--port", "abc"], "a port is a number from 1 to 65535, or 0 for any free one. This is 'abc'"),
        (["--port", "-1"], "This is '-1'"),
        (["--dns-port", "70000"], "This is '70000'"),
        (["--port", ""], "This is ''"),
        (["--bind", ""], "an address is missing. 127.0.0.1 is this machine alone"),
    ],
)
def test_a_value_that_cannot_be(tmp_path: Path, given: list[str], sentence: str) -> None:
    status, told = run(tmp_path, "up", *given)
    assert (status, "Traceback" in told) == (2, False)
    assert sentence in told


def test_an_address_of_another_machine(tmp_path: Path) -> None:
    status, told = run(tmp_path, "up", "--bind", "203.0.113.7")
    assert (status, said_once(told)) == (1, True), told
    assert "cannot listen on 203.0.113.7:0 for the web site" in told
