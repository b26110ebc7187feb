"""What an image's own start insists on: what the official images of databases check before they make a new one. Pure.

The data directory is taken as empty: who starts without a password has none from an earlier start.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cluster.nodes import servers

MYSQL = ("MYSQL_ROOT_PASSWORD", "MYSQL_ALLOW_EMPTY_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD")
MARIADB = (
    "MARIADB_ROOT_PASSWORD",
    "MARIADB_ROOT_PASSWORD_HASH",
    "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD",
    "MARIADB_RANDOM_ROOT_PASSWORD",
)
"""As their refusals list them."""


class _Demand(NamedTuple):
    wanted: Mapping[str, str]
    """Variables of which one is to be set: to that value, or to anything but nothing."""
    servers: frozenset[str]
    """What its own server is called; another program is started without a look."""
    passes: frozenset[str]
    """Options with which it serves nobody, and is not asked."""


_TOLD = frozenset({"-?", "--help", "-V", "--version"})
_MYSQL_TOLD = _TOLD | {"--print-defaults"}
_DEMANDS = {
    "mysql": _Demand(dict.fromkeys((*MYSQL, f"{MYSQL[0]}_FILE"), ""), frozenset({"mysqld"}), _MYSQL_TOLD),
    # It also heeds the names of the image that it stands in for.
    "mariadb": _Demand(
        dict.fromkeys((*MARIADB, *MYSQL, f"{MARIADB[0]}_FILE", f"{MARIADB[1]}_FILE", f"{MYSQL[0]}_FILE"), ""),
        frozenset({"mariadbd", "mysqld"}),
        _MYSQL_TOLD,
    ),
    "postgres": _Demand(
        {"POSTGRES_PASSWORD": "", "POSTGRES_PASSWORD_FILE": "", "POSTGRES_HOST_AUTH_METHOD": "trust"},
        frozenset({"postgres"}),
        _TOLD | {"--describe-config"},
    ),
}


def hangs_on_others(container: dict[str, Any]) -> bool:
    """Whether only its variables as it was given them tell if it will start."""
    if servers.called(str(container.get("image") or "")) not in _DEMANDS:
        return False
    return bool(container.get("envFrom")) or any(each.get("valueFrom") for each in container.get("env") or ())


def lacks_password(container: dict[str, Any], variables: Mapping[str, str] | None = None) -> bool:
    """Whether it is a database's own server that will not start for want of one. `variables` as it was given them;
    None: they are read off the container, and what comes from elsewhere is there."""
    demand = _DEMANDS.get(servers.called(str(container.get("image") or "")))
    if demand is None or container.get("command"):
        return False
    words = [str(each) for each in container.get("args") or ()]
    if words and not words[0].startswith("-") and words[0] not in demand.servers:
        return False
    if not demand.passes.isdisjoint(words):
        return False
    if variables is None:
        if hangs_on_others(container):
            return False
        variables = {str(each.get("name")): str(each.get("value") or "") for each in container.get("env") or ()}
    return not any(
        given == value if value else given
        for called, value in demand.wanted.items()
        if (given := variables.get(called, ""))
    )
