"""What the environment may say, what becomes of it, and that a wrong value ends the start with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from dashboard import environment
from manage import data_directory

HERE = Path("/nowhere")


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("yes", True), ("TRUE", True), ("0", False), ("", False), ("off", False)]
)
def test_a_flag(text: str, value: bool) -> None:
    assert environment.flag({"DEBUG": text}, "DEBUG") is value


def test_names() -> None:
    assert environment.names({"ALLOWED_HOSTS": "a.example, b.example,"}, "ALLOWED_HOSTS") == ["a.example", "b.example"]


WRONG: list[tuple[Callable[[], Any], str]] = [
    (lambda: environment.flag({"DEBUG": "maybe"}, "DEBUG"), 'DEBUG is yes or no. This is "maybe"'),
    (lambda: environment.names({"ALLOWED_HOSTS": "https://a"}, "ALLOWED_HOSTS"), "leave out"),
    (lambda: environment.secret({"SECRET_KEY": "short"}, HERE), "32 characters or more. This one has 5"),
    (lambda: environment.database("mysql://a/b", HERE), 'begins with "mysql"'),
    (lambda: environment.database("postgresql://host", HERE), "postgresql://user:password@host:5432/name"),
    (lambda: environment.database("postgresql://host:x/name", HERE), "a number from 1 to 65535"),
    (lambda: environment.channel_layers("http://host"), "redis://, rediss:// or unix://"),
    (lambda: environment.public("ftp://host"), "like kubarium.example.org"),
    (lambda: environment.public("host/path"), "like kubarium.example.org"),
    (lambda: environment.slug({"DNS_CLUSTER": "Bad Name"}, "DNS_CLUSTER", "demo"), 'This is "Bad Name"'),
    (lambda: environment.directory("/proc/nothing/here", HERE), "DATA_DIR is a directory that can be written to"),
]


@pytest.mark.parametrize(("call", "said"), WRONG, ids=[said for _, said in WRONG])
def test_a_wrong_value_is_told_with_what_to_do(call: Callable[[], Any], said: str) -> None:
    with pytest.raises(ImproperlyConfigured) as told:
        call()
    assert said in str(told.value)


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first = environment.secret({}, tmp_path)
    assert len(first) >= 50
    assert environment.secret({}, tmp_path) == first
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["secret.key"]


def test_an_empty_secret_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "secret.key").touch()
    with pytest.raises(ImproperlyConfigured, match="Delete it"):
        environment.secret({}, tmp_path)


def test_a_database_by_its_address() -> None:
    found = environment.database("postgresql://ada:p%40ss@db.example:5433/kubarium?sslmode=require", HERE)
    assert (found["NAME"], found["USER"], found["PASSWORD"]) == ("kubarium", "ada", "p@ss")
    assert (found["HOST"], found["PORT"], found["OPTIONS"]) == ("db.example", "5433", {"sslmode": "require"})
    socket = environment.database("postgresql:///kubarium?host=/run/postgresql", HERE)
    assert (socket["HOST"], socket["OPTIONS"]) == ("/run/postgresql", {})


def test_without_an_address_it_is_a_file() -> None:
    found = environment.database(None, HERE)
    assert found["NAME"] == HERE / "kubarium.sqlite3"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_a_public_name_is_https_unless_it_says_otherwise() -> None:
    assert environment.public("k.example.org") == ("k.example.org", "https://k.example.org", True)
    assert environment.public("http://k.example.org:8000") == ("k.example.org", "http://k.example.org:8000", False)
    assert environment.public("") == ("", "", False)


ARGUMENTS = [
    (["--data", "x"], "x"),
    (["--data=y", "--port", "1"], "y"),
    (["--data", "x", "--data=y"], "y"),
    (["--port", "1"], None),
    (["--data"], None),
]


@pytest.mark.parametrize(("arguments", "found"), ARGUMENTS)
def test_the_data_directory_is_read_before_django(arguments: list[str], found: str | None) -> None:
    assert data_directory(arguments) == found
