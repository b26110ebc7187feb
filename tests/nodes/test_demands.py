"""MySQL without a password option: ends as the official image does, in its words; each fault beside its sound twin."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.nodes import programs, startup
from cluster.nodes.script import FOREVER

POD: dict[str, Any] = {"metadata": {"name": "db-0"}}
SECRET = {"secretKeyRef": {"name": "db", "key": "password"}}

CASES: list[tuple[dict[str, Any], bool]] = [
    ({"image": "mysql:8"}, False),
    ({"image": "docker.io/library/mysql:8.4.5"}, False),
    ({"image": "mysql:8", "env": [{"name": "MYSQL_DATABASE", "value": "shop"}]}, False),
    ({"image": "mysql:8", "env": [{"name": "MYSQL_ROOT_PASSWORD", "value": ""}]}, False),
    ({"image": "mysql:8", "args": ["--port=3307"]}, False),
    ({"image": "mysql:8", "args": ["mysqld", "--skip-networking"]}, False),
    ({"image": "mysql:8", "env": [{"name": "MYSQL_ROOT_PASSWORD", "value": "x"}]}, True),
    ({"image": "mysql:8", "env": [{"name": "MYSQL_ROOT_PASSWORD", "valueFrom": SECRET}]}, True),
    ({"image": "mysql:8", "env": [{"name": "MYSQL_ROOT_PASSWORD_FILE", "value": "/run/p"}]}, True),
    ({"image": "mysql:8", "env": [{"name": "MYSQL_ALLOW_EMPTY_PASSWORD", "value": "yes"}]}, True),
    ({"image": "mysql:8", "env": [{"name": "MYSQL_RANDOM_ROOT_PASSWORD", "value": "1"}]}, True),
    ({"image": "mysql:8", "envFrom": [{"secretRef": {"name": "db"}}]}, True),
    ({"image": "mysql:8", "args": ["sleep", "infinity"]}, True),
    ({"image": "mysql:8", "command": ["mysqld"]}, True),
    ({"image": "team/mysql-proxy"}, True),
]


@pytest.mark.parametrize(("container", "serves"), CASES)
def test_whether_it_serves(container: dict[str, Any], serves: bool) -> None:
    run = programs.run(POD, {"name": "db", **container})
    assert (run.seconds == FOREVER, run.exit_code) == (serves, 0 if serves else 1)


def test_what_it_says() -> None:
    said = startup.on_start(POD, {"name": "db", "image": "mysql:8.4.5"}, 1_784_000_000.0)
    begun = "2026-07-14 03:33:20+00:00 [Note] [Entrypoint]: Entrypoint script for MySQL Server 8.4.5-1.el9 started."
    assert [(each.text, each.error) for each in said] == [
        (begun, False),
        ("2026-07-14 03:33:20+00:00 [Note] [Entrypoint]: Switching to dedicated user 'mysql'", False),
        (begun, False),
        (
            "2026-07-14 03:33:20+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not"
            " specified",
            True,
        ),
        ("    You need to specify one of the following as an environment variable:", True),
        ("    - MYSQL_ROOT_PASSWORD", True),
        ("    - MYSQL_ALLOW_EMPTY_PASSWORD", True),
        ("    - MYSQL_RANDOM_ROOT_PASSWORD", True),
    ]


def test_with_a_password_the_server_speaks() -> None:
    given = {"name": "db", "image": "mysql:8", "env": [{"name": "MYSQL_ROOT_PASSWORD", "value": "x"}]}
    assert "ready for connections" in startup.on_start(POD, given, 1_784_000_000.0)[-1].text
