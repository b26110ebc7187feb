"""What answers on a node's own address, and HTTP said to a port that speaks TLS."""

from __future__ import annotations

from cluster.nodes import responses
from cluster.nodes.messages import Request, Response, text
from cluster.requests import hosts
from cluster.requests.arriving import Arrival
from cluster.shell.network import http
from cluster.shell.network.streams import End
from cluster.shell.network.surroundings import Surroundings


async def serve(stream: End, arrival: Arrival, client: str, around: Surroundings) -> None:
    """The API server, the kubelet or kube-proxy of a node, to somebody without a token."""
    said = arrival.host.response if arrival.host else None

    async def answer(request: Request) -> Response:
        known = said or hosts.forbidden(request.path)
        return responses.finished(known, responses.GO, request, around.now())

    await http.serve(stream, http.Server(answer, lambda code: bare(code, around.now())), client)


async def refuse_plain(stream: End, client: str, around: Surroundings) -> None:
    """HTTP without TLS where TLS is spoken."""

    async def answer(request: Request) -> Response:
        said = "Client sent an HTTP request to an HTTPS server.\n"
        refusal = text(said, 400, "text/plain; charset=utf-8", ("Connection", "close"))
        return responses.finished(refusal, responses.GO, request, around.now())

    await http.serve(stream, http.Server(answer, lambda code: bare(code, around.now())), client)


def bare(code: int, now: float) -> Response:
    """What a server of Go says to something that is no request."""
    said = text(f"{code} {Response(code, (), b'').phrase}", code, "text/plain; charset=utf-8", ("Connection", "close"))
    return responses.finished(said, responses.GO, Request(), now)
