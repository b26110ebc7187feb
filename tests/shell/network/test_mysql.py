"""The MySQL of the replicated tutorial: numbers by ordinal, one that is written to, others that follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from cluster.machinery.objects import CONFIG_MAPS, PODS, SECRETS, Obj, key
from cluster.shell.network.mysql import sql
from cluster.shell.network.mysql.tokens import statements
from cluster.shell.network.mysql.values import Databases, Session, Wrong
from tests.network import town
from tests.shell.containers import run
from tests.shell.programs import peer

_NUMBERS = "ordinal=${BASH_REMATCH[1]}\necho server-id=$((100 + $ordinal)) >> /mnt/conf.d/server-id.cnf"
_FOLLOWS = "mysql -h 127.0.0.1 -e \"CHANGE MASTER TO MASTER_HOST='mysql-0.mysql', MASTER_USER='root'\""
ROWS = "SELECT * FROM test.messages"


def server(ordinal: int, **more: Any) -> Obj:
    made = town.pod(
        f"mysql-{ordinal}", f"10.244.0.2{ordinal}", app="mysql", container={"name": "mysql", "image": "mysql:5.7"}
    )
    made["spec"]["initContainers"] = [{"name": "init-mysql", "image": "mysql:5.7", "command": ["bash", "-c", _NUMBERS]}]
    made["spec"]["containers"].append(
        {"name": "xtrabackup", "image": "gcr.io/google-samples/xtrabackup:1.0", "command": ["bash", "-c", _FOLLOWS]}
    )
    made["spec"]["containers"][0]["ports"] = [{"containerPort": 3306}]
    return {**made, **more}


@dataclass
class Town:
    client: Any
    world: Any

    async def mysql(self, *words: str, stdin: str = "") -> tuple[str, str, int]:
        found = await run(self.client, "mysql", *words, stdin=stdin)
        return found.out, found.err, found.status


@pytest.fixture
def servers() -> Town:
    world = peer.world()
    for ordinal in range(3):
        world.put(key(PODS, "default", f"mysql-{ordinal}"), server(ordinal))
    return Town(peer.machine("mysql:5.7", world, container={"args": ["sleep", "9"]}), world)


@pytest.mark.parametrize("ordinal", [0, 1, 2])
async def test_each_has_its_number(servers: Town, ordinal: int) -> None:
    found = await servers.mysql("-h", f"10.244.0.2{ordinal}", "-e", "SELECT @@server_id,NOW()")
    assert found == (f"@@server_id\tNOW()\n{100 + ordinal}\t2026-11-23 05:30:24\n", "", 0)
    table = await servers.mysql("-t", "-h", f"10.244.0.2{ordinal}", "-e", "SELECT @@server_id,NOW()")
    assert table[0] == (
        "+-------------+---------------------+\n"
        "| @@server_id | NOW()               |\n"
        "+-------------+---------------------+\n"
        f"|         {100 + ordinal} | 2026-11-23 05:30:24 |\n"
        "+-------------+---------------------+\n"
    )


async def test_what_is_written_to_the_first_is_read_from_all_and_outlives_it(servers: Town) -> None:
    script = (
        "CREATE DATABASE test;\nCREATE TABLE test.messages (message VARCHAR(250));\n"
        "INSERT INTO test.messages VALUES ('hello');\n"
    )
    assert await servers.mysql("-h", "10.244.0.20", stdin=script) == ("", "", 0)
    for ordinal in range(3):
        found = await servers.mysql("-h", f"10.244.0.2{ordinal}", "-e", ROWS)
        assert found == ("message\nhello\n", "", 0)
    refused = await servers.mysql("-h", "10.244.0.21", "-e", "INSERT INTO test.messages VALUES ('x')")
    assert refused[1].startswith("ERROR 1290 (HY000) at line 1: The MySQL server is running with the --super-read-only")
    servers.world.drop(key(PODS, "default", "mysql-0"))
    assert (await servers.mysql("-h", "10.244.0.22", "-e", ROWS))[0] == "message\nhello\n"


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["-h", "nowhere"], "ERROR 2005 (HY000): Unknown MySQL server host 'nowhere' (-2)\n"),
        (["-h", "10.244.0.10"], "ERROR 2003 (HY000): Can't connect to MySQL server on '10.244.0.10:3306' (111)\n"),
        ([], "ERROR 2002 (HY000): Can't connect to local MySQL server through socket "
         "'/var/run/mysqld/mysqld.sock' (2)\n"),
        (["-h", "10.244.0.20", "-e", "SELECT * FROM t"], "ERROR 1046 (3D000) at line 1: No database selected\n"),
        (["-h", "10.244.0.20", "-pwrong"],
         "ERROR 1045 (28000): Access denied for user 'root'@'10.244.0.50' (using password: YES)\n"),
        (["-h", "10.244.0.20", "nothere"], "ERROR 1049 (42000): Unknown database 'nothere'\n"),
    ],
)  # fmt: skip
async def test_what_goes_wrong(servers: Town, words: list[str], error: str) -> None:
    assert await servers.mysql(*words) == ("", error, 1)


@pytest.mark.parametrize(
    ("user", "word", "enters"),
    [("root", "s3cret", True), ("root", "", False), ("shop", "till", True), ("shop", "s3cret", False)],
)
async def test_passwords_come_from_wherever_the_container_has_them(
    servers: Town, user: str, word: str, enters: bool
) -> None:
    """Those of a Secret too, as everybody keeps them."""
    made = server(0)
    made["spec"]["containers"][0] |= {
        "env": [{"name": "MYSQL_ROOT_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "root"}}}],
        "envFrom": [{"configMapRef": {"name": "db"}}],
    }
    servers.world.put(key(PODS, "default", "mysql-0"), made)
    meta = {"name": "db", "namespace": "default"}
    servers.world.put(key(SECRETS, "default", "db"), {"kind": "Secret", "metadata": meta, "data": {"root": "czNjcmV0"}})
    given = {"MYSQL_USER": "shop", "MYSQL_PASSWORD": "till"}
    servers.world.put(key(CONFIG_MAPS, "default", "db"), {"metadata": meta, "data": given})
    words = ["-h", "10.244.0.20", "-u", user, *([f"-p{word}"] if word else []), "-e", "SELECT 1"]
    _, said, status = await servers.mysql(*words)
    assert (status == 0, "Access denied for user" in said) == (enters, not enters)


async def test_mysqladmin(servers: Town) -> None:
    alive = await run(servers.client, "mysqladmin", "-h", "10.244.0.20", "ping")
    assert (alive.out, alive.status) == ("mysqld is alive\n", 0)
    dead = await run(servers.client, "mysqladmin", "ping")
    assert (dead.status, dead.err.splitlines()[0]) == (1, "mysqladmin: connect to server at 'localhost' failed")


def many(*texts: str) -> list[Any]:
    """Statements on an empty server: the rows of each, or its error."""
    databases: Databases = {}
    session = Session(variables={"server_id": 1, "version": "8.4.3"}, now="2026-11-23 05:30:24")
    found: list[Any] = []
    for text in texts:
        try:
            result = sql.execute(text, databases, session)
            session = session._replace(database=result.database or session.database)
            found.append([list(row) for row in result.rows] if result.columns else result.affected)
        except Wrong as wrong:
            found.append(f"{wrong.number} {wrong}"[:60])
    return found


def test_statements() -> None:
    assert many(
        "CREATE DATABASE IF NOT EXISTS shop", "use shop",
        "create table t (id INT NOT NULL AUTO_INCREMENT, name VARCHAR(20) DEFAULT 'x', PRIMARY KEY (id)) ENGINE=InnoDB",
        "INSERT INTO t (id, name) VALUES (1, 'a'), (2, 'it''s'), (3, \"b\\n\")",
        "SELECT * FROM t WHERE id >= 2 ORDER BY id DESC LIMIT 1",
        "SELECT name AS n, 7 FROM shop.t WHERE name LIKE 'it%'",
        "SELECT COUNT(*) FROM t", "UPDATE t SET name = NULL WHERE id = 1", "SELECT name FROM t WHERE id < 2",
        "DELETE FROM t WHERE id <> 3", "SHOW TABLES", "DESCRIBE t", "SELECT DATABASE(), VERSION(), -5, 'x'",
        "SHOW VARIABLES LIKE 'server%'", "DROP TABLE t", "SELECT * FROM t", "SELECT x", "FROBNICATE", "SELECT nosuch()",
        "INSERT INTO shop.no VALUES (1)", "CREATE DATABASE shop",
    ) == [
        1, 0, 0, 3, [[3, "b\n"]], [["it's", 7]], [[3]], 1, [[None]], 2, [["t"]],
        [["id", "int", "YES", "", None, ""], ["name", "varchar(20)", "YES", "", None, ""]],
        [["shop", "8.4.3", -5, "x"]], [["server_id", "1"]], 0, "1146 Table 'shop.t' doesn't exist",
        "1054 Unknown column 'x' in 'field list'", "1064 You have an error in your SQL syntax; check the manual ",
        "1305 FUNCTION nosuch does not exist", "1146 Table 'shop.no' doesn't exist",
        "1007 Can't create database 'shop'; database exists",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "whole", "rest"),
    [("a; b", ["a"], "b"), ("a ';' b;", ["a ';' b"], ""), (";;", [], ""), ('a "\\";"', [], 'a "\\";"')],
)
def test_where_statements_end(text: str, whole: list[str], rest: str) -> None:
    assert statements(text) == (whole, rest)


async def test_redis_cli() -> None:
    world = peer.world()
    world.put(key(PODS, "default", "web-0"), town.pod("web-0", "10.244.0.10", container={"image": "redis:7"}))
    client = peer.machine("redis:7", world)
    script = "SET a 1\nINCR a\nGET b\nKEYS *\nDEL a\nNOPE\n"
    found = await run(client, "redis-cli", "-h", "10.244.0.10", stdin=script)
    assert found.out == "OK\n2\n\na\n1\nERR unknown command 'NOPE', with args beginning with: \n\n"
    shown = await run(client, "redis-cli", "--no-raw", "-h", "10.244.0.10", stdin="SET a 'b c'\nGET a\nKEYS *\nGET x\n")
    assert shown.out == 'OK\n"b c"\n1) "a"\n(nil)\n'
    gone = await run(client, "redis-cli", "-h", "10.244.0.11", "ping")
    assert gone.err == "Could not connect to Redis at 10.244.0.11:6379: Connection refused\n"
