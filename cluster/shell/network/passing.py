"""A web server that passes a request on to another, as nginx's proxy_pass does, and brings back what that one says."""

from __future__ import annotations

import re

from cluster.nodes.messages import Header, Request, Response
from cluster.nodes.websites import NGINX, failed
from cluster.shell.network.client import Broken, Conversation, NoReply
from cluster.shell.network.reach import Reach
from cluster.shell.network.station import Station

_ITS_OWN = ("connection", "keep-alive", "transfer-encoding", "date", "server", "content-length")
"""Headers that each server writes for itself."""


async def on(request: Request, url: str, station: Station, reach: Reach) -> Response:
    """What comes of asking that URL: its answer, or nginx's 502 or 504."""
    found = re.fullmatch(r"http://([^/:]+)(?::(\d{1,5}))?(/.*)", url)
    if found is None:
        return failed(NGINX, "nginx", 502)
    host, port, target = found[1], int(found[2] or 80), found[3]
    query = request.path.partition("?")[2]
    addresses = await reach.resolve(station.where, host)
    if not addresses:
        return failed(NGINX, "nginx", 502)
    try:
        connection = await reach.connect(station.where, addresses[0], port)
    except TimeoutError:
        return failed(NGINX, "nginx", 504)
    except OSError:
        return failed(NGINX, "nginx", 502)
    try:
        conversation = Conversation(connection)
        kept = [each for each in request.headers if each[0].lower() not in _ITS_OWN]
        headers: list[Header] = [("Host", host), ("Connection", "close"), *kept]
        if request.body:
            headers.append(("Content-Length", str(len(request.body))))
        head = await conversation.ask(request.method, target + (f"?{query}" if query else ""), headers, request.body)
        body = b"".join([piece async for piece in conversation.body()])
    except (NoReply, Broken, OSError):
        return failed(NGINX, "nginx", 502)
    finally:
        await connection.close()
    brought = tuple(each for each in head.headers if each[0].lower() not in _ITS_OWN)
    return Response(head.status, (("Server", "nginx"), *brought), body, head.phrase)
