"""agnhost's guestbook: a primary that keeps words, replicas with a copy of them, and a front end that asks either.

A real primary pushes each change to its replicas. Here a replica takes over what its primary holds when it is asked
itself, and keeps that when nobody answers, which comes to the same for whoever asks.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode

import orjson

from cluster.nodes import agnhost
from cluster.nodes.messages import Request, Response, text
from cluster.shell.network import client
from cluster.shell.network.reach import Reach
from cluster.shell.network.station import Station

AGENT = "Go-http-client/1.1"
PRIMARY, REPLICA = "agnhost-primary", "agnhost-replica"
MOST_KEYS, LONGEST = 1_000, 64 * 1024
"""Words of one guestbook, and characters of one."""


async def answer(request: Request, station: Station, reach: Reach, memory: dict[str, Any]) -> Response:
    """What it says to one request; `memory` is that of its process."""
    path, _, query = request.path.partition("?")
    given = {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}
    kept: dict[str, str] = memory.setdefault("guestbook", {})
    match path:
        case "/get":
            await _catch_up(kept, station, reach)
            key = given.get("key", "")
            return _said({"data": kept.get(key, "") if key else kept})
        case "/register":
            return _said({"data": kept})
        case "/set":
            return _set(given.get("key", ""), given.get("value", ""), kept)
        case "/guestbook":
            return await _passed(given, station, reach)
        case _:
            return text("404 page not found\n", 404)


def _set(key: str, value: str, kept: dict[str, str]) -> Response:
    if not key:
        return text("cannot set with empty key.\n", 400)
    if (key not in kept and len(kept) >= MOST_KEYS) or len(key) + len(value) > LONGEST:
        return text(f"this guestbook keeps {MOST_KEYS} words of at most {LONGEST} characters\n", 417)
    kept[key] = value
    return _said({"message": "Updated"})


async def _passed(given: dict[str, str], station: Station, reach: Reach) -> Response:
    command, key, value = given.get("cmd", "").lower(), given.get("key", ""), given.get("value", "")
    if command not in ("get", "set"):
        return text(f"unsupported cmd: '{command}'\n", 400)
    if command == "set" and not key:
        return text("cannot set with empty key.\n", 400)
    host = PRIMARY if command == "set" else REPLICA
    target = f"/{command}?{urlencode({'key': key, 'value': value})}"
    try:
        return text(await _ask(host, target, station, reach))
    except LookupError as error:
        return text(f"host and/or port param are invalid. {error.args[0]}\n", 400)
    except OSError as error:
        place = f"http://{host}:{_port(station)}{target}"
        return text(f'encountered error: Get "{place}": {str(error.strerror or error).lower()}\n', 417)


async def _catch_up(kept: dict[str, str], station: Station, reach: Reach) -> None:
    primary = agnhost.flag(agnhost.words(station.container), "replicaof")
    if not primary:
        return
    try:
        found = orjson.loads(await _ask(primary, f"/register?host={station.hostname}", station, reach))["data"]
        kept.update({str(key): str(value) for key, value in found.items()})
    except (LookupError, OSError, ValueError, AttributeError, TypeError):
        return  # nobody answers, or it is no guestbook: what it had is what it says


async def _ask(host: str, target: str, station: Station, reach: Reach) -> bytes:
    """LookupError: no such name."""
    found = await reach.resolve(station.where, host)
    if not found:
        raise LookupError(f"lookup {host}: no such host")
    port = _port(station)
    connection = await reach.connect(station.where, found[0], port)
    return (await client.get(connection, f"{host}:{port}", target, AGENT)).body


def _port(station: Station) -> int:
    given = agnhost.flag(agnhost.words(station.container), "backend-port", "6379")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 6379


def _said(value: dict[str, object]) -> Response:
    return text(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))
