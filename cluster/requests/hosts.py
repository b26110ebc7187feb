"""Who answers on a node's own address that is no pod: the API server, the kubelet, and kube-proxy on the port where
load balancers ask whether a node has endpoints of a Service.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from cluster.machinery.objects import SERVICES, Obj, spec
from cluster.network.rules import of_service
from cluster.nodes.messages import Response
from cluster.nodes.servers import Speech
from cluster.world import World

API_PORT, KUBELET_PORT = 6443, 10250


class Host(NamedTuple):
    name: str
    speaks: Speech
    response: Response | None
    """To any path; None: it depends on the path (the API server)."""


def at(world: World, node: str, port: int) -> Host | None:
    """Who listens on that port of a node; None: nobody."""
    if port == API_PORT:
        return Host(f"the API server of {node}", "tls", None)
    if port == KUBELET_PORT:
        return Host(f"the kubelet of {node}", "tls", _response(401, "Unauthorized", "text/plain; charset=utf-8"))
    for where, service in sorted(world.bucket(SERVICES).items(), key=lambda pair: pair[0]):
        if spec(service).get("healthCheckNodePort") == port:
            rules = [each for found in of_service(world, where, service, node) for each in found.outside]
            local = len({endpoint.address for rule in rules for endpoint in rule.endpoints})
            told = {
                "service": {"namespace": where.namespace, "name": where.name},
                "localEndpoints": local,
                "serviceProxyHealthy": True,
            }
            weight = ("X-Load-Balancing-Endpoint-Weight", str(local))
            return Host(f"kube-proxy of {node}", "http", _json(200 if local else 503, told, weight))
    return None


def forbidden(path: str) -> Response:
    """The API server knows nobody who comes without a token."""
    message = f'forbidden: User "system:anonymous" cannot get path "{path}"'
    told = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": "Forbidden",
        "details": {},
        "code": 403,
    }
    return _json(403, told)


def _json(status: int, told: Obj, *headers: tuple[str, str]) -> Response:
    return _response(status, orjson.dumps(told, option=orjson.OPT_INDENT_2).decode(), "application/json", *headers)


def _response(status: int, body: str, kind: str, *headers: Any) -> Response:
    return Response(status, (*headers, ("Content-Type", kind), ("Content-Length", str(len(body)))), body.encode())
