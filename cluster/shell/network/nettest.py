"""agnhost's nettest: it takes what others write to it, counts it by who says to have written, and tells."""

from __future__ import annotations

from collections import Counter
from typing import Any

import orjson

from cluster.nodes.messages import Request, Response, text
from cluster.shell.network.station import Station

MOST = 1_000
"""Sources that are told apart."""
_JSON = "text/plain; charset=utf-8"
_RECEIVED = "received"


def answer(request: Request, station: Station, memory: dict[str, Any]) -> Response:
    """/write counts, /read tells; it waits for no peers. `memory`: its process's."""
    counted: Counter[str] = memory.setdefault(_RECEIVED, Counter())
    match request.path.partition("?")[0]:
        case "/read":
            told = {"Hostname": station.hostname, "Sent": {}, "Received": dict(counted), "Errors": None, "Log": None}
            return text(orjson.dumps({**told, "StillContactingPeers": True}, option=orjson.OPT_INDENT_2), 200, _JSON)
        case "/write":
            source = _source(request.body)
            if source and (source in counted or len(counted) < MOST):
                counted[source] += 1
            return text(orjson.dumps({"Hostname": station.hostname}), 200, _JSON)
        case "/status":
            return text("running", 200, _JSON)
        case _:
            return text("404 page not found\n", 404)


def _source(body: bytes) -> str:
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    return str(given.get("Source") or "")[:253] if isinstance(given, dict) else ""
