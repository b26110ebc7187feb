"""What a node's kubelet answers on its own port, as far as it is simulated: its health, its pods, their logs."""

from __future__ import annotations

from cluster.api.request import Request
from cluster.api.response import Response, Stream, json, text
from cluster.containers import logs
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import PODS, Obj, key, name


async def answer(request: Request, node: Obj, path: str) -> Response | Stream:
    """Plain text for what is not there, as a kubelet says it."""
    if request.method not in ("GET", "HEAD"):
        return text("405: Method Not Allowed\n", 405)
    match path.strip("/").split("/"):
        case ["healthz"]:
            return text("ok")
        case ["pods"]:
            here = [pod for _, pod in sorted(request.world.pods_on(name(node)).items())]
            return json({"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": here})
        case ["containerLogs", namespace, pod, container]:
            return await _log(request, node, namespace, pod, container)
        case _:
            return text("404 page not found\n", 404)


async def _log(request: Request, node: Obj, namespace: str, called: str, container: str) -> Response | Stream:
    pod = request.world.pods_on(name(node)).get(key(PODS, namespace, called))
    if pod is None:
        return text(f'pod "{called}" does not exist\n', 404)
    given = {field: request.first(field) for field, _ in request.query}
    try:
        wanted = logs.wanted(given, called, request.mirror.now())
        follow, previous = request.flag("follow"), request.flag("previous")
        pieces = await logs.opened(request.mirror, pod, container, wanted, previous=previous, follow=follow)
    except ApiError as error:
        return text(f"{error.message}\n", error.code)
    if follow:
        return Stream(pieces, "text/plain")
    return Response(b"".join([piece async for piece in pieces]), content_type="text/plain")
