"""ConfigMaps that tell whom to trust: the authority of the API's clients, which extensions of the API read, and the
cluster's own, which everybody may. Who makes certificates is not known here: it is given with the settings."""

from __future__ import annotations

from collections.abc import Iterable

from cluster.bootstrap import installed
from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.intents import Create, Update
from cluster.machinery.objects import CONFIG_MAPS, NAMESPACES, Key, Obj, is_terminating, key
from cluster.plan import NOTHING, Action, Controller, Plan
from cluster.world import World

NAME = "cluster-authentication-trust-controller"
_WANTED = {
    key(CONFIG_MAPS, "kube-system", installed.AUTHENTICATION): installed.authentication,
    key(CONFIG_MAPS, "kube-public", installed.CLUSTER_INFO): installed.cluster_info,
}


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    """What an installer left is made once; what the API server keeps comes back whenever it goes."""
    return (change.key,) if change.key.name == installed.AUTHENTICATION and change.key in _WANTED else ()


def every(world: World) -> Iterable[Key]:
    return list(_WANTED)


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """Write the authority's certificate where it is missing or another one's."""
    authority = config.trust.authority if config.trust else ""
    namespace = world.find(NAMESPACES, "", where.namespace)
    if where not in _WANTED or not authority or namespace is None or is_terminating(namespace):
        return NOTHING
    wanted = _WANTED[where](authority)
    present = world.get(where)
    if present is None:
        return Plan((Action(Create(wanted), may_fail=True),))
    if wanted["data"].items() <= (present.get("data") or {}).items():
        return NOTHING
    return Plan(
        (Action(Update({**present, "data": {**(present.get("data") or {}), **wanted["data"]}}), may_fail=True),)
    )


CONTROLLER = Controller(NAME, keys, every, plan)
