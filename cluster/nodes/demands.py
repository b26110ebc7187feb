"""What an image's own start insists on: what the official MySQL image checks before it makes a new database. Pure.

Its data directory is taken as empty: who starts without a password has none from an earlier start.
"""

from __future__ import annotations

from typing import Any

from cluster.nodes import servers

PASSWORDS = ("MYSQL_ROOT_PASSWORD", "MYSQL_ALLOW_EMPTY_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD")
"""One of them is to be set, and not to nothing."""
_STOPS_BEFORE = frozenset({"-?", "--help", "--print-defaults", "-V", "--version"})


def lacks_password(container: dict[str, Any]) -> bool:
    """Whether it is MySQL's own server that will not start for want of one. What comes from elsewhere is there."""
    if servers.called(str(container.get("image") or "")) != "mysql" or container.get("command"):
        return False
    words = [str(each) for each in container.get("args") or ()]
    if words and not words[0].startswith("-") and words[0] != "mysqld":
        return False
    if not _STOPS_BEFORE.isdisjoint(words) or container.get("envFrom"):
        return False
    wanted = {*PASSWORDS, f"{PASSWORDS[0]}_FILE"}
    given = (each for each in container.get("env") or () if each.get("name") in wanted)
    return not any(each.get("value") or each.get("valueFrom") for each in given)
