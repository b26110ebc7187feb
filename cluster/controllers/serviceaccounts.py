"""What every namespace gets: the ServiceAccount `default` and the ConfigMap `kube-root-ca.crt`.

Who makes the cluster's certificate is not known here: it is given with the cluster's settings.
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.intents import Create, Update
from cluster.machinery.objects import (
    CONFIG_MAPS,
    NAMESPACES,
    SERVICE_ACCOUNTS,
    Key,
    Obj,
    is_terminating,
    key,
)
from cluster.plan import NOTHING, Action, Controller, Plan
from cluster.world import World

NAME = "serviceaccount-controller"
ACCOUNT = "default"
CERTIFICATES = "kube-root-ca.crt"

_DESCRIPTION = {
    "kubernetes.io/description": (
        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
        "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of "
        "Kubernetes clusters."
    )
}
_NOT_YET = "# This cluster has never served TLS, so there is no authority to trust.\n"


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    kind, place = change.key.kind, change.key.namespace
    if kind == NAMESPACES:
        return (change.key,) if change.type != "DELETED" else ()
    if kind == CONFIG_MAPS and change.key.name == CERTIFICATES:
        return (key(NAMESPACES, "", place),)
    if kind == SERVICE_ACCOUNTS and change.key.name == ACCOUNT and change.type == "DELETED":
        return (key(NAMESPACES, "", place),)
    return ()


def every(world: World) -> Iterable[Key]:
    return sorted(world.bucket(NAMESPACES))


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """Create what a namespace lacks, and keep the certificate it was given equal to the cluster's."""
    namespace = world.get(where)
    if namespace is None or is_terminating(namespace):
        return NOTHING
    actions = []
    if world.find(SERVICE_ACCOUNTS, where.name, ACCOUNT) is None:
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": ACCOUNT, "namespace": where.name}}
        actions.append(Action(Create(account), may_fail=True))
    data = {"ca.crt": (config.trust.authority if config.trust else "") or _NOT_YET}
    present = world.find(CONFIG_MAPS, where.name, CERTIFICATES)
    if present is None:
        metadata = {"name": CERTIFICATES, "namespace": where.name, "annotations": _DESCRIPTION}
        created = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}
        actions.append(Action(Create(created), may_fail=True))
    elif present.get("data") != data:
        actions.append(Action(Update({**present, "data": data}), may_fail=True))
    return Plan(tuple(actions)) if actions else NOTHING


CONTROLLER = Controller(NAME, keys, every, plan)
