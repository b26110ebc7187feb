"""Whether who asks may: the cluster's roles decide, for everybody but its owner."""

from __future__ import annotations

from typing import Any, NamedTuple

from cluster.api.refusals import Denied
from cluster.api.request import Request
from cluster.api.routing import Target


class Asked(NamedTuple):
    verb: str
    target: Target


def authorize(request: Request, asked: Asked) -> None:
    """Denied, in the real authorizer's words."""
    if request.user.owner:
        return
    target = asked.target
    details: dict[str, Any] = {"name": target.name} if target.name else {}
    if target.group:
        details["group"] = target.group
    details["kind"] = target.resource.resource
    resource = f"{target.resource.resource}/{target.subresource}" if target.subresource else target.resource.resource
    subject = f"{target.resource.resource}.{target.group}" if target.group else target.resource.resource
    named = f'{subject} "{target.name}"' if target.name else subject
    where = f'in the namespace "{target.namespace}"' if target.namespace else "at the cluster scope"
    raise Denied(
        f'{named} is forbidden: User "{request.user.name}" cannot {asked.verb} resource "{resource}" '
        f'in API group "{target.group}" {where}',
        details,
    )
