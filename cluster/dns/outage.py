"""Whether anybody answers at the cluster's DNS address, and in words why not. Pure.

A cluster's DNS is there from its first moment, while its pods start for the first time; once they have been up, it
answers as long as one of them does: who scales the Deployment to nothing, or loses its nodes, has no DNS.
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.config import ClusterConfig
from cluster.dns.answer import Answer
from cluster.machinery.objects import DEPLOYMENTS, SERVICES, Key, Obj, condition, name, namespace, spec
from cluster.plan import Reason
from cluster.world import World

SILENT = Answer("UNREACHABLE", aa=False)
"""What a pod is left with: kube-proxy rejects what goes to a Service without endpoints."""

_NAMESPACE, _DEPLOYMENT = "kube-system", "coredns"


def outage(world: World, config: ClusterConfig) -> str:
    """Why a question to the DNS address is never answered; "" when it is."""
    for where in world.by_address(SERVICES, config.dns_address):
        service = world.get(where)
        if service is None or not spec(service).get("selector"):
            continue
        slices = world.slices_of(where.namespace, where.name)
        if not slices or any(_answers(piece) for piece in slices.values()):
            continue
        deployment = world.find(DEPLOYMENTS, _NAMESPACE, _DEPLOYMENT)
        if deployment is None:
            return _words(service, config, f"the Deployment {_DEPLOYMENT} is gone")
        if spec(deployment).get("replicas") == 0:
            return _words(service, config, f"the Deployment {_DEPLOYMENT} is scaled to 0")
        if (condition(deployment, "Progressing") or {}).get("reason") == "NewReplicaSetAvailable":
            return _words(service, config, f"no pod of the Deployment {_DEPLOYMENT} is Ready")
    return ""


def reasons(world: World, where: Key, config: ClusterConfig) -> Iterator[Reason]:
    """The outage as a reason of the Service at the DNS address."""
    asked = where.kind == SERVICES and where in world.by_address(SERVICES, config.dns_address)
    if asked and (text := outage(world, config)):
        yield Reason(where, "fail", text, "dns-silent")


def _answers(piece: Obj) -> bool:
    return any((each.get("conditions") or {}).get("ready") is not False for each in piece.get("endpoints") or ())


def _words(service: Obj, config: ClusterConfig, cause: str) -> str:
    where = f"{namespace(service)}/{name(service)} ({config.dns_address})"
    return f"Nobody answers: {cause}, so the Service {where} has no endpoint and every query is rejected."
