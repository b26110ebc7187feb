"""Whether who asks may: the cluster's roles decide, for everybody but its owner."""

from __future__ import annotations

from cluster.access import Attributes, allowed, refusal, signers
from cluster.access.attributes import words
from cluster.access.escalation import confirm
from cluster.api.refusals import Denied
from cluster.api.request import Request, User
from cluster.api.routing import Target
from cluster.machinery.errors import Forbidden
from cluster.machinery.objects import NAMESPACES, SIGNING_REQUESTS, Key, Obj, name, spec
from cluster.world import World

_METHODS = {"GET": "get", "HEAD": "get", "POST": "post", "PUT": "put", "PATCH": "patch", "DELETE": "delete"}


def authorize(request: Request, verb: str, target: Target) -> None:
    """Forbidden, in the real authorizer's words."""
    kind = target.resource.kind
    namespace = target.name if kind.group_resource == NAMESPACES else target.namespace
    asked = Attributes(verb, target.group, kind.resource, target.subresource, namespace, target.name)
    decision = allowed(request.world, request.user, asked)
    if not decision.allowed:
        raise refusal(request.user, asked, decision.reason)


def authorize_path(request: Request) -> None:
    """Of what is no resource: discovery, health, the API's own description. Denied."""
    asked = Attributes(_METHODS.get(request.method, request.method.lower()), path=request.path)
    if not allowed(request.world, request.user, asked).allowed:
        raise Denied(f"forbidden: {words(request.user, asked)}")


def authorize_acting(world: World, user: User, wanted: User) -> None:
    """Whether `user` may act as `wanted`: as the user or service account, in each group, with each extra. Forbidden."""
    for asked in _acting(wanted):
        decision = allowed(world, user, asked)
        if not decision.allowed:
            raise refusal(user, asked, decision.reason)


def _acting(wanted: User) -> list[Attributes]:
    parts = wanted.name.split(":")
    if wanted.name.startswith("system:serviceaccount:") and len(parts) == 4:
        found = [Attributes("impersonate", "", "serviceaccounts", "", parts[2], parts[3])]
    else:
        found = [Attributes("impersonate", "", "users", name=wanted.name)]
    found.extend(Attributes("impersonate", "", "groups", name=group) for group in wanted.groups)
    if wanted.uid:
        found.append(Attributes("impersonate", "authentication.k8s.io", "uids", name=wanted.uid))
    found.extend(
        Attributes("impersonate", "authentication.k8s.io", "userextras", key, name=value)
        for key, values in wanted.extra.items()
        for value in values
    )
    return found


def confirm_roles(request: Request, key: Key, new: Obj | None, old: Obj | None) -> None:
    """Nobody gives others more than they have themselves. Forbidden."""
    if new is not None:
        confirm(request.world, request.user, key, new, old)


def confirm_signer(request: Request, verb: str, obj: Obj) -> None:
    """Whether who asks may "approve" or "sign" for the signer of a CertificateSigningRequest. Forbidden."""
    signer = str(spec(obj).get("signerName"))
    if not signers.may(request.world, request.user, verb, signer):
        detail = f'user not permitted to {verb} requests with signerName "{signer}"'
        raise Forbidden(SIGNING_REQUESTS.resource, name(obj), detail, SIGNING_REQUESTS.group)
