"""What must hold before a stream is opened, in the API server's and the kubelet's words. Pure."""

from __future__ import annotations

from cluster.api.streams.outcomes import internal
from cluster.containers import instances
from cluster.faults import is_lost
from cluster.machinery.errors import ApiError, BadRequest, NotFound
from cluster.machinery.objects import NODES, PODS, Obj, name, namespace, spec, status
from cluster.network.addresses import node_addresses
from cluster.world import World


def pod(world: World, place: str, called: str) -> Obj:
    """NotFound."""
    found = world.find(PODS, place, called)
    if found is None:
        raise NotFound("pods", called)
    return found


def assigned(found: Obj) -> str:
    """The node. BadRequest while there is none."""
    node = str(spec(found).get("nodeName") or "")
    if not node:
        raise BadRequest(f"pod {name(found)} does not have a host assigned")
    return node


def reachable(world: World, found: Obj) -> None:
    """Its node answers. ApiError when it has fallen silent."""
    node = world.find(NODES, "", assigned(found))
    if node is None or is_lost(node):
        address = (node_addresses(node) or [assigned(found)])[0] if node is not None else assigned(found)
        raise ApiError(f"error dialing backend: dial tcp {address}:10250: connect: no route to host")


def has_process(found: Obj, called: str, subresource: str) -> None:
    """ApiError where exec or attach finds nothing to join."""
    if instances.running(found, called) is None:
        told = (
            f"container {called} not found in pod {full_name(found)}"
            if subresource == "attach"
            else f'container not found ("{called}")'
        )
        raise internal(f"unable to upgrade connection: {told}")


def has_sandbox(found: Obj) -> None:
    """ApiError when the pod does not stand, so that no port of it can be reached."""
    if status(found).get("phase") in ("Succeeded", "Failed") or not status(found).get("podIP"):
        raise ApiError(f'unable to upgrade connection: pod not found ("{full_name(found)}")')


def command(given: list[str]) -> None:
    """BadRequest when nothing is to be executed."""
    if not given or not given[0]:
        raise BadRequest('query parameter "command" is required: one for the program and one for each argument')


def full_name(found: Obj) -> str:
    """As a kubelet calls a pod."""
    return f"{name(found)}_{namespace(found)}"


class UpgradeRequired(BadRequest):
    def __init__(self) -> None:
        super().__init__("Upgrade request required")


class OnlyWebSockets(BadRequest):
    """Older clients want SPDY over the bare connection, which no ASGI server hands out."""

    def __init__(self, subresource: str) -> None:
        since, switch = ("1.31", "PORT_FORWARD") if subresource == "portforward" else ("1.30", "REMOTE_COMMAND")
        super().__init__(
            f"this server speaks {subresource} over WebSockets only, not over SPDY: use kubectl {since} or newer, "
            f"without KUBECTL_{switch}_WEBSOCKETS=false"
        )


class UnspokenProtocol(ApiError):
    code, reason = 403, "Forbidden"

    def __init__(self, offered: list[str], spoken: list[str]) -> None:
        super().__init__(
            f"unable to upgrade: unable to negotiate protocol: client supports [{' '.join(offered)}], "
            f"server accepts [{' '.join(spoken)}]"
        )
