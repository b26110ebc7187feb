"""Whether policies and webhooks let somebody connect: into a pod by exec, attach or port-forward, through a proxy."""

from __future__ import annotations

import asyncio

from cluster.api.request import Request
from cluster.api.routing import Target
from cluster.config import patience
from cluster.kinds import policies, webhooks
from cluster.kinds.kind import Admission, Asker
from cluster.machinery.objects import Obj
from cluster.store import calling
from cluster.store.dice import fresh

_KINDS = {"exec": "PodExecOptions", "attach": "PodAttachOptions", "portforward": "PodPortForwardOptions"}
_PROXIES = {"pods": "PodProxyOptions", "services": "ServiceProxyOptions", "nodes": "NodeProxyOptions"}


async def confirm(request: Request, target: Target) -> None:
    """Ask whoever is to be asked about this connection. ApiError, when one refuses."""
    world = request.world
    if not (world.count(policies.BINDINGS) or world.count(webhooks.VALIDATING) or world.count(webhooks.MUTATING)):
        return
    user = request.user
    admission = Admission(
        world,
        request.mirror.now(),
        fresh,
        request.config,
        memo={},
        asker=Asker(user.name, user.groups, user.uid, user.extra, user.owner),
        caller=calling.current(),
    )
    kind, options = target.resource.kind, _options(request, target)
    asked = policies.Asked("CONNECT", kind, target.key, None, options, target.subresource)
    try:
        webhooks.mutated(asked, admission)
        request.warnings.extend(policies.enforce(asked, admission))
        webhooks.validate(asked, admission)
    finally:
        request.warnings.extend(admission.noted(webhooks.WARNINGS))
        if seconds := sum(admission.noted(webhooks.SECONDS)):
            await asyncio.sleep(patience(request.config.pace, seconds))


def _options(request: Request, target: Target) -> Obj:
    """What the connection is asked with, as the object that the API has for it."""
    part = target.subresource
    made: Obj = {"kind": _KINDS.get(part) or _PROXIES.get(target.resource.kind.resource, ""), "apiVersion": "v1"}
    if part == "proxy":
        return {**made, "path": target.tail or "/"}
    if part == "portforward":
        ports = [int(each) for text in request.every("ports") for each in text.split(",") if each.isdigit()]
        return {**made, **({"ports": ports} if ports else {})}
    made |= {flag: True for flag in ("stdin", "stdout", "stderr", "tty") if request.flag(flag)}
    if container := request.first("container"):
        made["container"] = container
    if part == "exec":
        made["command"] = request.every("command")
    return made
