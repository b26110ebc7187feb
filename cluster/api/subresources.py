"""The paths below an object: its status, its scale, and the small requests that have one of their own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cluster.api import listing, writing
from cluster.api.refusals import MethodNotAllowed
from cluster.api.request import Request
from cluster.api.response import Response, Stream
from cluster.api.routing import Target

Handler = Callable[[Request, Target], Awaitable[Response | Stream]]


async def status(request: Request, target: Target) -> Response:
    if request.method in ("GET", "HEAD"):
        return await listing.get(request, target)
    if request.method == "PUT":
        return await writing.update(request, target, "status")
    if request.method == "PATCH":
        return await writing.patch(request, target, "status")
    raise MethodNotAllowed


SUBRESOURCES: dict[str, Handler] = {"status": status}
