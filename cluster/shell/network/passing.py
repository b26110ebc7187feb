"""A web server that passes a request on to another, as nginx's proxy_pass does, and brings back what that one says."""

from __future__ import annotations

from cluster.nodes import onward
from cluster.nodes.messages import Request, Response
from cluster.shell.network.client import Broken, Conversation, NoReply
from cluster.shell.network.reach import Reach
from cluster.shell.network.station import Station


async def on(request: Request, url: str, station: Station, reach: Reach) -> Response:
    """What comes of asking that URL: its answer, or nginx's 502 or 504."""
    going = onward.passed(request, url)
    addresses = await reach.resolve(station.where, going.host) if going is not None else ()
    if going is None or not addresses:
        return onward.no_gateway()
    try:
        connection = await reach.connect(station.where, addresses[0], going.port)
    except TimeoutError:
        return onward.no_gateway(504)
    except OSError:
        return onward.no_gateway()
    try:
        conversation = Conversation(connection)
        head = await conversation.ask(request.method, going.target, list(going.headers), request.body)
        body = b"".join([piece async for piece in conversation.body()])
    except (NoReply, Broken, OSError):
        return onward.no_gateway()
    finally:
        await connection.close()
    return onward.brought(Response(head.status, tuple(head.headers), body, head.phrase))
