"""Load balancers, as a cloud's controller would order them: a Service of type LoadBalancer gets an address that is
reached from outside, and loses it with the type.

The addresses are from a range kept for examples, so they are nobody's. One with a loadBalancerClass is left to whoever
looks after that class. How traffic comes from the address to a pod is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.intents import Update
from cluster.ipam import BALANCER_RANGE, balancer_addresses, next_balancer_address
from cluster.machinery.objects import SERVICES, Key, Obj, is_terminating, spec, status
from cluster.plan import NOTHING, Action, Controller, Note, Plan, Reason
from cluster.world import World

NAME = "service-controller"


def keys(change: Change, old: Obj | None, world: World) -> Iterator[Key]:
    if change.key.kind != SERVICES:
        return
    yield change.key
    if not any(balancer_addresses(each) for each in (change.object, old or {})):
        return
    # Whoever shares an address by a race, or waits for one that is free now, is to be looked at too.
    for where, service in world.bucket(SERVICES).items():
        if where != change.key and wants_one(service):
            held = balancer_addresses(service)
            if not held or any(each in balancer_addresses(change.object) for each in held):
                yield where


def every(world: World) -> Iterable[Key]:
    return sorted(world.bucket(SERVICES))


def wants_one(service: Obj) -> bool:
    given = spec(service)
    return given.get("type") == "LoadBalancer" and not given.get("loadBalancerClass") and not is_terminating(service)


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """The address to give or to take back."""
    service = world.get(where)
    if service is None:
        return NOTHING
    held = balancer_addresses(service)
    if not wants_one(service):
        if held and spec(service).get("type") != "LoadBalancer":
            gone = (_note(service, "DeletedLoadBalancer", "Deleted load balancer"),)
            return Plan((Action(Update({**service, "status": {"loadBalancer": {}}}, "status"), succeeded=gone),))
        return NOTHING
    if held and not _is_taken(world, where, held[0]):
        return NOTHING
    address = next_balancer_address(world, where, str(spec(service).get("loadBalancerIP") or ""))
    if address is None:
        text = f"Waits for an address outside: all of {BALANCER_RANGE} are taken."
        return Plan(reasons=(Reason(where, "wait", text, "no-balancer-address"),))
    found = {**status(service), "loadBalancer": {"ingress": [{"ip": address, "ipMode": "VIP"}]}}
    said = (
        _note(service, "EnsuringLoadBalancer", "Ensuring load balancer"),
        _note(service, "EnsuredLoadBalancer", "Ensured load balancer"),
    )
    return Plan((Action(Update({**service, "status": found}, "status"), succeeded=said),))


def _is_taken(world: World, where: Key, address: str) -> bool:
    """Another Service has the same address, and came first by name."""
    return any(
        other < where and wants_one(service) and address in balancer_addresses(service)
        for other, service in world.bucket(SERVICES).items()
    )


def _note(service: Obj, reason: str, message: str) -> Note:
    return Note(service, "Normal", reason, message, NAME)


CONTROLLER = Controller(NAME, keys, every, plan)
