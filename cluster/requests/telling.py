"""The way of one request in sentences, and what explains the outcome of all. Words only; nothing is decided here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from cluster.machinery import objects
from cluster.machinery.objects import SERVICES, Key, Obj, is_pod_ready, is_terminating, spec
from cluster.network import addresses
from cluster.network.proxy import Caught
from cluster.nodes import listening, unanswered
from cluster.requests.arriving import LOOPBACK
from cluster.requests.asking import Asker, Target
from cluster.requests.connecting import Landing
from cluster.requests.exchanging import GOOD, Result
from cluster.requests.resolving import Resolved
from cluster.world import World

_SHOWN, _TRIES = 3, 8
"""Addresses of a name told, and of those that were tried in vain."""


def object_id(where: Key) -> str:
    return f"{where.resource}/{where.namespace}/{where.name}"


def step(at: str, text: str, *, ok: bool = True, id: str | None = None, **more: Any) -> dict[str, Any]:
    """One station of the way: name, address, rule, pod or answer."""
    return {"at": at, "text": text, "ok": ok, "id": id, **more}


def name_step(goal: Target, found: Resolved, service: Key | None, tried: Sequence[str] = ()) -> dict[str, Any]:
    """What the name is; its addresses in the order in which the client goes through them."""
    if not found.addresses:
        return step("name", found.reasons[0] if found.reasons else f"{goal.host} leads nowhere.", ok=False)
    if not found.name:
        return step("name", f"{goal.host} is an address: no name is asked for.")
    if found.name == "localhost":
        return step("name", "localhost is whoever asks.")
    order = dict.fromkeys((*tried, *found.addresses))
    most = max(_SHOWN, min(len(tried), _TRIES))
    shown = ", ".join(islice(order, most)) + (f" and {len(order) - most} more" if len(order) > most else "")
    via = f", which is {found.alias}" if found.alias else ""
    asked = sum(1 for each in found.steps if each["asked"])
    tries = f" (name {asked} of the search list)" if asked > 1 else ""
    text = f"{goal.host} is {found.name.rstrip('.')}{tries}{via}: {shown}."
    return step("name", text, id=object_id(service) if service else None)


def way(
    world: World, asked: Asker, goal: Target, found: Resolved, tried: Sequence[tuple[str, Landing]], result: Result
) -> Iterator[dict[str, Any]]:
    """Every station of one request after its name; addresses that failed before the last one come first."""
    for address, landing in tried[:-1][:_TRIES]:
        pod = landing.arrival.pod
        who = f"{address}, {pod.name}'s own," if pod is not None and landing.caught is None else address
        verb = "refuses" if landing.arrival.outcome == "refused" else "does not answer"
        text = f"{who} {verb}, so the client goes on to the next address."
        yield step("address", text, ok=False, id=object_id(pod) if pod else None)
    if more := Counter(landing.arrival.outcome for _, landing in tried[:-1][_TRIES:]):
        said = {"refused": "refused by", "timeout": "not answered by"}
        text = " and ".join(f"{said[outcome]} {count:,} more" for outcome, count in more.items())
        yield step("address", f"It is {text}, and goes on each time.", ok=False)
    address, landing = tried[-1]
    if landing.caught is not None:
        yield _caught_step(address, landing.caught, goal)
        yield _rule_step(asked, landing)
    elif address in LOOPBACK:
        yield step("address", f"{address} is the asker's own address: nothing leaves the pod.")
    else:
        yield _plain_step(world, address, landing, found, len(tried))
    if landing.arrival.pod is not None:
        yield _pod_step(world, landing, goal)
    yield step("answer", result.text, ok=result.code in GOOD)


def _caught_step(address: str, caught: Caught, goal: Target) -> dict[str, Any]:
    service, door = caught.rules.service, caught.rule.door
    said = {
        "cluster IP": f"{address} is virtual: the cluster IP of {service.name}.",
        "node port": f"{goal.port} on {caught.node} is the node port of {service.name}.",
        "load balancer": f"{address} is the load balancer of {service.name}.",
        "external IP": f"{address} is an external address of {service.name}.",
    }[door]
    text = f"{said} The rules of kube-proxy on {caught.node} catch the packet."
    return step("address", text, id=object_id(service), address=address)


def _rule_step(asked: Asker, landing: Landing) -> dict[str, Any]:
    assert landing.caught is not None
    rule, chain = landing.caught.rule, landing.caught.rule.chain
    if landing.chosen is None:
        return step("rule", rule.why, ok=False, chain=chain, target=rule.target)
    endpoint, count = landing.chosen.endpoint, len(rule.endpoints)
    shown = endpoint.pod.name if endpoint.pod else endpoint.address
    if landing.chosen.kept:
        text = f"{asked.client.address} came to {shown} before, and sessionAffinity keeps it there."
    elif count == 1:
        text = f"{shown} is the only one to choose from."
    else:
        text = f"One of {count} is taken by chance, each with 1 in {count}: {shown}."
    if not endpoint.ready:
        text += " None is ready, so one that is ending and still serves is better than nobody."
    if rule.why:
        text += f" {rule.why}"
    return step("rule", text, chain=chain, target=rule.target)


def _plain_step(world: World, address: str, landing: Landing, found: Resolved, turn: int) -> dict[str, Any]:
    """`turn`: as how many-th of the addresses it is tried."""
    pod = landing.arrival.pod
    if services := sorted(world.by_address(SERVICES, address)):
        text = f"{address} is the cluster IP of {services[0].name}, but no rule of kube-proxy catches this packet."
        return step("address", text, ok=False, id=object_id(services[0]), address=address)
    if doors := sorted(addresses.services_with_door(world, address)):
        text = f"{address} is an outer address of {doors[0].name}, but none of its rules is for this port."
        return step("address", text, ok=False, id=object_id(doors[0]), address=address)
    if node := addresses.node_at(world, address):
        text = f"{address} is {node} itself, and no rule of kube-proxy is for this port."
        return step("address", text, address=address)
    if pod is None:
        text = f"{address} is no Service's address: no rule turns the packet anywhere else."
        return step("address", text, ok=landing.arrival.outcome != "timeout", address=address)
    count = len(found.addresses)
    choice = f"The client itself takes one of {count}. " if count > turn == 1 else ""
    place = (f", the last of {count}," if turn == count else f", the next of {count},") if turn > 1 else ""
    text = f"{choice}{address}{place} is {pod.name}'s own: the packet goes straight there, past kube-proxy."
    return step("address", text, address=address)


def _pod_step(world: World, landing: Landing, goal: Target) -> dict[str, Any]:
    arrival = landing.arrival
    assert arrival.pod is not None
    text = f"{arrival.pod.name} gets it at {arrival.address}, port {arrival.port}."
    if landing.caught is not None and arrival.port != goal.port:
        text += f" Port {goal.port} was turned into {arrival.port}."
    if landing.hairpin:
        text += " It is the asker itself: its node puts its own address in as the sender, or the pod would be confused."
    pod = world.get(arrival.pod)
    if landing.caught is None and pod is not None and not is_pod_ready(pod) and not is_terminating(pod):
        text += " It is not Ready; who knows its address reaches it all the same."
    if landing.chosen is not None and landing.chosen.endpoint.ready and pod is not None and not is_pod_ready(pod):
        text += " Its endpoint counts as ready though the pod is not."
    return step("pod", text, id=object_id(arrival.pod), ok=arrival.outcome == "open")


def service_of(world: World, found: Resolved, caught: Caught | None) -> Key | None:
    """The Service that the name or the address is of."""
    if caught is not None:
        return caught.rules.service
    if found.addresses and (own := sorted(world.by_address(SERVICES, found.addresses[0]))):
        return own[0]
    labels = found.name.split(".")
    at = labels.index("svc") if "svc" in labels[:5] else 0
    if at >= 2:
        where = objects.key(SERVICES, labels[at - 1], labels[at - 2])
        return where if where in world else None
    return None


def reasons(
    world: World,
    goal: Target,
    found: Resolved,
    service: Key | None,
    landings: Sequence[Landing],
    behind: Callable[[Key], Iterable[str]],
) -> list[str]:
    """What explains the outcome, the most telling first; at most a few. `behind` says why a Service has nobody."""
    said: list[str] = list(found.reasons)
    obj = world.get(service) if service else None
    for landing in landings:
        arrival = landing.arrival
        if landing.caught is not None and landing.chosen is None:
            said.append(landing.caught.rule.why)
            if landing.caught.rule.target == "REJECT":
                said.extend(behind(landing.caught.rules.service))
        elif arrival.outcome == "refused" and landing.caught is not None and arrival.pod is not None and obj:
            said.extend(list(_mismatch(obj, landing.caught, arrival.port, world.get(arrival.pod))) or [arrival.text])
        elif arrival.outcome != "open":
            said.append(arrival.text)
    if obj is not None and _is_headless(obj) and landings and landings[0].caught is None:
        said.extend(_untranslated(obj, goal))
    return list(dict.fromkeys(said))[:5]


def _mismatch(service: Obj, caught: Caught, port: int, pod: Obj | None) -> Iterator[str]:
    if pod is None:
        return
    transport = caught.rules.protocol
    for declared in spec(service).get("ports") or ():
        same = (declared.get("protocol") or "TCP") == transport
        if same and unanswered.target(declared, pod) == port and not _listens(pod, port, transport):
            yield unanswered.sentence(objects.name(service), declared, pod, port)
            return


def _listens(pod: Obj, port: int, transport: str) -> bool:
    return listening.at(pod, port, transport) is not None


def _is_headless(service: Obj) -> bool:
    return spec(service).get("clusterIP") in (None, "", "None") and spec(service).get("type") != "ExternalName"


def _untranslated(service: Obj, goal: Target) -> Iterator[str]:
    for declared in spec(service).get("ports") or ():
        target = declared.get("targetPort", declared.get("port"))
        if declared.get("port") == goal.port and target != goal.port:
            name = objects.name(service)
            yield f"{name} is headless: nobody turns port {goal.port} into {target}, so {goal.port} is the pod's own."
