"""What a MySQL server is among others: its number, and whom it follows. Read off its settings and its pod. Pure.

Replication is set up by scripts of the pod (an init container that numbers the server, a sidecar that names a source);
what they say is looked for in their words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from cluster.machinery.objects import PODS, Key, Obj, key, name, namespace, spec
from cluster.machinery.podspecs import containers_of
from cluster.nodes import images, servers

_NUMBER = re.compile(r"^\s*server[-_]id\s*=\s*(\d{1,9})\s*$", re.MULTILINE)
_BY_ORDINAL = re.compile(r"server[-_]id=\$\(\(\s*(\d{1,9})\s*\+\s*\$\{?ordinal\}?\s*\)\)")
_SOURCE = re.compile(r"(?:MASTER|SOURCE)_HOST\s*=\s*'([\w.-]+)'")
_ORDINAL = re.compile(r"-(\d{1,9})$")
_IMAGES = ("mysql", "mariadb", "percona")


def speaks(container: Obj) -> bool:
    """The container's server is a MySQL."""
    line = _line(container)
    return servers.called(str(container.get("image") or "")) in _IMAGES or "mysqld" in line or "mariadbd" in line


def version(container: Obj) -> str:
    tag = images.tag(str(container.get("image") or ""))
    bare = tag.split("-")[0]
    return {"5.7": "5.7.44", "8.0": "8.0.40", "8": "8.4.3"}.get(bare, bare if bare[:1].isdigit() else "8.4.3")


def server_id(pod: Obj, settings: Iterable[str]) -> int:
    """By the last of its settings that says it, else by the script that writes them; 1 as the program has it."""
    said = [int(found) for text in settings for found in _NUMBER.findall(text)]
    if said:
        return said[-1]
    script, ordinal = _BY_ORDINAL.search(_scripts(pod)), _ORDINAL.search(name(pod))
    return int(script[1]) + int(ordinal[1]) if script and ordinal else 1


def source(pod: Obj) -> Key | None:
    """The pod that this one copies from."""
    found = _SOURCE.search(_scripts(pod))
    called = found[1].split(".")[0] if found else ""
    return key(PODS, namespace(pod), called) if called and called != name(pod) else None


def password(variables: Mapping[str, str], user: str) -> str:
    """By the variables of the container; who is not named there gives root's."""
    if user and user == _said(variables, "USER"):
        return _said(variables, "PASSWORD")
    return _said(variables, "ROOT_PASSWORD")


def _said(variables: Mapping[str, str], name: str) -> str:
    return variables.get(f"MARIADB_{name}") or variables.get(f"MYSQL_{name}") or ""


def server_of(pod: Obj) -> Obj | None:
    """The pod's container with a MySQL server."""
    containers: list[Obj] = list(spec(pod).get("containers") or ())
    ours = [each for each in containers if servers.called(str(each.get("image") or "")) in _IMAGES]
    return next(iter(ours or [each for each in containers if speaks(each)]), None)


def _scripts(pod: Obj) -> str:
    return "\n".join(_line(each) for each in containers_of(spec(pod)))


def _line(container: Obj) -> str:
    return " ".join(str(each) for each in (*(container.get("command") or ()), *(container.get("args") or ())))
