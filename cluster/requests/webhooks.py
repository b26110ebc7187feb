"""A call of the API server to a webhook: by its Service to a ready pod, over TLS, to what that pod's program answers.

Nothing leaves the simulation: an URL of the world outside is looked up in vain. Pure; how long an answer takes is said
with it, and nobody waits here.
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson

from cluster.config import ClusterConfig
from cluster.kinds.webhooks.calling import Answer, Call, Unreachable
from cluster.machinery.objects import SERVICES, Obj, key, spec
from cluster.network.endpoints import of_port
from cluster.network.proxy import Client
from cluster.nodes import agnhostwebhook, certificates
from cluster.nodes.messages import NO_FILES, Request, Response
from cluster.nodes.responses import is_known, program, reads_files, respond
from cluster.nodes.view import Served, View
from cluster.requests import handshakes
from cluster.requests.arriving import Arrival, arrive
from cluster.world import World

_SERVER = Client("", "the control plane")
"""Who calls: the API server, on a node of its own."""
_SLOW = {"webhook": agnhostwebhook.seconds}


def carry(world: World, config: ClusterConfig, now: float, call: Call) -> Answer:
    """What the webhook answers. Unreachable."""
    if call.url:
        raise Unreachable(_outside(call.url))
    arrival = _arrived(world, config, now, call)
    if arrival.outcome == "refused":
        raise Unreachable(f"dial tcp {arrival.address}:{arrival.port}: connect: connection refused")
    if arrival.outcome == "timeout" or arrival.listener is None or arrival.pod is None or arrival.speaks is None:
        raise Unreachable("context deadline exceeded", call.timeout)
    container, pod = arrival.listener.container, world.get(arrival.pod) or {}
    if arrival.speaks.speaks != "tls":
        plain = arrival.speaks.speaks == "http"
        said = "http: server gave HTTP response to HTTPS client"
        raise Unreachable(said if plain else "tls: first record does not look like a TLS handshake")
    if not is_known(container):
        raise Unreachable(
            f"what {container.get('image')} answers is not known in this cluster, so nobody answers for it"
        )
    files = Served(View(world, pod).at(container, now))
    pair = certificates.pair(container, files)
    if said := handshakes.refusal(pair, call.host, call.authority):
        raise Unreachable(f"tls: failed to verify certificate: {said}")
    asked = urlsplit(call.address)
    headers = (("Content-Type", "application/json"), ("Accept", "application/json, */*"))
    request = Request("POST", f"{asked.path or '/'}?{asked.query}", call.host, "", headers, orjson.dumps(call.review))
    seconds = _seconds(container, asked.path, call.review)
    if seconds > call.timeout:
        raise Unreachable("context deadline exceeded", call.timeout)
    content = files if reads_files(container) else NO_FILES
    found: Response = respond(request, pod, container, arrival.port, now=now, elapsed=arrival.elapsed, files=content)
    return Answer(found.status, found.body, seconds)


def _outside(url: str) -> str:
    host, port = urlsplit(url).hostname or "", urlsplit(url).port or 443
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return f"dial tcp: lookup {host}: no such host"
    place = f"[{address}]" if address.version == 6 else str(address)
    return f"dial tcp {place}:{port}: connect: network is unreachable"


def _arrived(world: World, config: ClusterConfig, now: float, call: Call) -> Arrival:
    where = key(SERVICES, call.namespace, call.service)
    service = world.get(where)
    if service is None:
        raise Unreachable(f'service "{call.service}" not found')
    if spec(service).get("type") == "ExternalName":
        raise Unreachable(_outside(f"https://{spec(service).get('externalName')}"))
    declared: Mapping[str, Any] | None = next(
        (each for each in spec(service).get("ports") or () if each.get("port") == call.port), None
    )
    if declared is None:
        raise Unreachable(f'no service port {call.port} found for service "{call.service}"')
    ready = [each for each in of_port(world, where, declared) if each.ready]
    if not ready:
        raise Unreachable(f'no endpoints available for service "{call.service}"')
    return arrive(world, config, _SERVER, ready[0].address, ready[0].port, "TCP", now)


def _seconds(container: Obj, path: str, review: Mapping[str, Any]) -> float:
    slow = _SLOW.get(program(container))
    return min(slow(path, review), math.inf) if slow else 0.0
