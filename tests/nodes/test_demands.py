"""Databases without a password option: they end as the official images do, in their words; each fault beside its sound
twin."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.objects import Obj, timestamp
from cluster.nodes import demands, programs, restarts, startup
from cluster.nodes.script import FOREVER
from cluster.nodes.view import View
from tests.shell.containers import NOW, pod, world_of

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
    ({"image": "mariadb:11"}, False),
    ({"image": "mariadb:11", "args": ["mariadbd", "--skip-networking"]}, False),
    ({"image": "mariadb:11", "env": [{"name": "MARIADB_ALLOW_EMPTY_PASSWORD", "value": "1"}]}, False),
    ({"image": "mariadb:11", "env": [{"name": "MARIADB_ROOT_PASSWORD", "value": "x"}]}, True),
    ({"image": "mariadb:11", "env": [{"name": "MARIADB_ROOT_PASSWORD_HASH", "value": "*61"}]}, True),
    ({"image": "mariadb:11", "env": [{"name": "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD", "value": "1"}]}, True),
    ({"image": "mariadb:11", "env": [{"name": "MARIADB_RANDOM_ROOT_PASSWORD", "value": "1"}]}, True),
    ({"image": "mariadb:11", "env": [{"name": "MYSQL_ROOT_PASSWORD", "value": "x"}]}, True),
    ({"image": "mariadb:11", "env": [{"name": "MYSQL_ALLOW_EMPTY_PASSWORD", "value": "1"}]}, True),
    ({"image": "mysql:8", "env": [{"name": "MARIADB_ROOT_PASSWORD", "value": "x"}]}, False),
    ({"image": "postgres:17"}, False),
    ({"image": "postgres:17", "args": ["-c", "max_connections=200"]}, False),
    ({"image": "postgres:17", "env": [{"name": "POSTGRES_HOST_AUTH_METHOD", "value": "md5"}]}, False),
    ({"image": "postgres:17", "env": [{"name": "POSTGRES_HOST_AUTH_METHOD", "value": "trust"}]}, True),
    ({"image": "postgres:17", "env": [{"name": "POSTGRES_PASSWORD", "value": "x"}]}, True),
    ({"image": "postgres:17", "env": [{"name": "POSTGRES_PASSWORD_FILE", "value": "/run/p"}]}, True),
    ({"image": "postgres:17", "args": ["sleep", "infinity"]}, True),
]
GIVEN: list[tuple[dict[str, str], bool]] = [
    ({}, False),
    ({"MYSQL_DATABASE": "shop"}, False),
    ({"MYSQL_ROOT_PASSWORD": ""}, False),
    ({"MYSQL_ROOT_PASSWORD": "x"}, True),
]


@pytest.mark.parametrize(("container", "serves"), CASES)
def test_whether_it_serves(container: dict[str, Any], serves: bool) -> None:
    run = programs.run(POD, {"name": "db", **container})
    assert (run.seconds == FOREVER, run.exit_code) == (serves, 0 if serves else 1)


@pytest.mark.parametrize(("variables", "serves"), GIVEN)
def test_what_comes_from_elsewhere_is_looked_at(variables: dict[str, str], serves: bool) -> None:
    container = {"name": "db", "image": "mysql:8", "envFrom": [{"configMapRef": {"name": "db"}}]}
    assert demands.hangs_on_others(container)
    run = programs.run(POD, container, variables=variables)
    assert (run.seconds == FOREVER, run.exit_code) == (serves, 0 if serves else 1)


@pytest.mark.parametrize(("data", "ends"), [({"MYSQL_DATABASE": "shop"}, True), ({"MYSQL_ROOT_PASSWORD": "x"}, False)])
def test_a_kubelet_looks_into_the_config_map(data: dict[str, str], ends: bool) -> None:
    made = pod("mysql:8", envFrom=[{"configMapRef": {"name": "db"}}])
    settings: Obj = {"kind": "ConfigMap", "metadata": {"name": "db", "namespace": "default"}, "data": data}
    view, container = View(world_of(made, settings), made), made["spec"]["containers"][0]
    current: Obj = {"name": container["name"], "state": {"running": {"startedAt": timestamp(NOW)}}, "started": True}
    end = restarts.ending(made, container, current, NOW + 1, "instant", view)
    assert (end.exit_code if end else None) == (1 if ends else None)


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


REFUSALS = {
    "mariadb:11.6.2": [
        "2026-07-14 03:33:20+00:00 [Note] [Entrypoint]: Entrypoint script for MariaDB Server 1:11.6.2+maria~ubu2404"
        " started.",
        "2026-07-14 03:33:20+00:00 [Note] [Entrypoint]: Switching to dedicated user 'mysql'",
        "2026-07-14 03:33:20+00:00 [Note] [Entrypoint]: Entrypoint script for MariaDB Server 1:11.6.2+maria~ubu2404"
        " started.",
        "2026-07-14 03:33:20+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not"
        " specified",
        "\tYou need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH,"
        " MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD",
    ],
    "postgres:16": [
        "Error: Database is uninitialized and superuser password is not specified.",
        "       You must specify POSTGRES_PASSWORD to a non-empty value for the",
        '       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".',
        "",
        '       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all',
        "       connections without a password. This is *not* recommended.",
        "",
        '       See PostgreSQL documentation about "trust":',
        "       https://www.postgresql.org/docs/current/auth-trust.html",
    ],
}


@pytest.mark.parametrize("image", REFUSALS)
def test_what_others_say(image: str) -> None:
    said = startup.on_start(POD, {"name": "db", "image": image}, 1_784_000_000.0)
    assert [each.text for each in said] == REFUSALS[image]


def test_with_a_password_the_server_speaks() -> None:
    given = {"name": "db", "image": "mysql:8", "env": [{"name": "MYSQL_ROOT_PASSWORD", "value": "x"}]}
    assert "ready for connections" in startup.on_start(POD, given, 1_784_000_000.0)[-1].text
