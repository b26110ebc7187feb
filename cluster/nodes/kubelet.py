"""The simulated kubelet as a controller: one pod a key. Gathers what the node knows and makes a plan of the next stage.

What a stage is stands in `lifecycle`. A node that is lost moves no pod, and neither does one that is no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, islice

from cluster import faults, keeping
from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.intents import Delete, Update
from cluster.machinery import processes
from cluster.machinery.objects import (
    CLAIMS,
    CONFIG_MAPS,
    NODES,
    PODS,
    SECRETS,
    SERVICES,
    Key,
    Obj,
    claim_of,
    is_terminating,
    meta,
    namespace,
    seconds,
    spec,
    status,
    timestamp,
    uid,
)
from cluster.machinery.podspecs import containers_of
from cluster.nodes import admitting, configuring, ephemerals, filesystem, hooks, overfull, programs, starts
from cluster.nodes.lifecycle import step
from cluster.nodes.stages import IDLE, Facts, Said
from cluster.nodes.view import View
from cluster.plan import NOTHING, Action, Controller, Note, Plan, Reason, Write
from cluster.world import Bucket, World

NAME = "kubelet"

_TIMED = frozenset({"Unhealthy", "Killing", "FailedPostStartHook"})
"""Events that are told again, so their last time matters."""
_REFUSAL_SECONDS = 1.0
"""After its creation a pod is turned away, at every pace: whoever makes another one in its place at once, as a
StatefulSet does, would else do nothing but that."""
_OTHERS = ("initContainers", "ephemeralContainers")
_LOOKED_AT = 24
"""How many of a node's pods are asked whether an image is there: the last ones touched and the longest quiet."""


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    kind = change.key.kind
    if kind == PODS:
        return (change.key,) if change.type != "DELETED" and spec(change.object).get("nodeName") else ()
    if kind == CLAIMS:
        using = world.pods_using_claim(change.key.namespace, change.key.name)
        return [where for where, pod in using.items() if spec(pod).get("nodeName") and not status(pod).get("podIP")]
    if kind == SERVICES and (old is None or change.type == "DELETED"):
        return [where for where, pod in world.bucket(PODS).items() if _initializes(pod)]
    if kind in (CONFIG_MAPS, SECRETS) and change.type != "DELETED":
        pods = world.pods_configured_by(kind, change.key.namespace, change.key.name)
        return [
            where
            for where, pod in pods.items()
            if (_starts(pod) or _is_probed(pod)) and configuring.uses(pod, kind, change.key.name)
        ]
    if kind == NODES and (old is None or faults.is_lost(old) != faults.is_lost(change.object)):
        return list(world.pods_on(change.key.name))
    return ()


def every(world: World) -> Iterable[Key]:
    return sorted(where for where, pod in world.bucket(PODS).items() if spec(pod).get("nodeName"))


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """One report about one pod, with its events; and its removal once it has stopped."""
    stored = world.get(where)
    pod = processes.real(stored) if stored is not None else None
    node_name = spec(pod).get("nodeName") if pod is not None else None
    if stored is None or pod is None or not node_name:
        return NOTHING
    node = world.find(NODES, "", node_name)
    if node is None:
        return NOTHING
    if faults.is_lost(node):
        return Plan(reasons=(_unheard(where, pod, node_name),))
    refused = admitting.rejection(world, where, pod, node) if admitting.is_due(pod) else None
    if (refused := refused or admitting.forbidden(pod)) is not None:
        due = seconds(meta(pod).get("creationTimestamp")) + _REFUSAL_SECONDS
        if now < due:
            text = f"{node_name} looks whether it has room for it."
            return Plan(reasons=(Reason(where, "wait", text, "admitting"),), again_at=due)
        return _turned_away(pod, refused, now)
    next_step = step(pod, _facts(world, pod, node, config), now, config.pace)
    writes = tuple(chain(filesystem.lasting(world, pod), _kept(world, pod, next_step.status, now, config)))
    if next_step is IDLE and not writes:
        return NOTHING
    notes = tuple(_note(pod, each, node_name) for each in next_step.said)
    reasons = tuple(Reason(where, level, text, code) for level, text, code in next_step.why)
    actions: list[Action] = []
    if next_step.status is not None:
        report = processes.reported(stored, next_step.status)
        actions.append(Action(Update({**pod, "status": report}, "status"), succeeded=notes))
        notes = ()
    if next_step.gone:
        actions.append(Action(Delete(where, uid(pod), grace_seconds=0), succeeded=notes))
        notes = ()
    return Plan(tuple(actions), reasons, notes, next_step.again_at, writes)


def _kept(world: World, pod: Obj, after: Obj | None, now: float, config: ClusterConfig) -> Iterable[Write]:
    """What containers that are started now are given, and keep."""
    for layer, container in starts.begun(pod, after) if after is not None else ():
        files = filesystem.bound(world, pod, container, now, config.trust)
        for path, entry in chain(starts.kept(world, pod, container), files):
            yield layer, path, entry


def stirred(layers: frozenset[str], world: World) -> Iterable[Key]:
    """Pods with a probe that may see what was written, a hook that is over, or a volume that may be too full."""
    named = keeping.pods_of(layers)
    shared = any(not each.startswith(keeping.OF_PODS) for each in layers)
    for where, pod in world.bucket(PODS).items():
        concerned = uid(pod) in named or (shared and not layers.isdisjoint(filesystem.layers(world, pod)))
        if concerned and spec(pod).get("nodeName") and (_is_probed(pod) or overfull.is_limited(pod)):
            yield where


CONTROLLER = Controller(NAME, keys, every, plan, stirred)


def _is_probed(pod: Obj) -> bool:
    """A container has a probe that looks into files, or hooks, which are heard of in the same way."""
    both = containers_of(spec(pod))
    probes = (each.get(kind) or {} for each in both for kind in ("readinessProbe", "livenessProbe", "startupProbe"))
    return any(probe.get("exec") or probe.get("httpGet") for probe in probes) or any(map(hooks.are_carried_out, both))


def _unheard(where: Key, pod: Obj, node: str) -> Reason:
    if not is_terminating(pod):
        return Reason(where, "wait", f"{node} does not answer: what is shown is the last it said.", "node-lost")
    ways = f"It goes when {node} comes back, when the Node is deleted, or by force (grace period 0)"
    text = f"Hangs in Terminating: {node} does not answer, so nobody knows whether it still runs. {ways}."
    return Reason(where, "fail", text, "hangs")


def _turned_away(pod: Obj, refused: admitting.Rejection, now: float) -> Plan:
    failed = {
        **status(pod),
        "phase": "Failed",
        "reason": refused.reason,
        "message": f"Pod was rejected: {refused.message}",
        "startTime": timestamp(now),
    }
    note = Note(pod, "Warning", refused.reason, refused.message, NAME, spec(pod)["nodeName"])
    return Plan((Action(Update({**pod, "status": failed}, "status"), succeeded=(note,)),))


def _starts(pod: Obj) -> bool:
    return bool(spec(pod).get("nodeName")) and status(pod).get("phase") == "Pending"


def _initializes(pod: Obj) -> bool:
    """It may be waiting for a Service's name."""
    return _starts(pod) and bool(spec(pod).get("initContainers"))


def _unknown_names(world: World, pod: Obj, container: Obj) -> Iterable[str]:
    """Names the container asks for that no Service has; what lies outside of the cluster counts as found."""
    for host in programs.run(pod, container).waits_for:
        service, _, rest = host.partition(".")
        place = rest.split(".")
        outside = len(place) > 1 and place[1] != "svc"
        if not outside and world.find(SERVICES, place[0] or namespace(pod), service) is None:
            yield host


def _facts(world: World, pod: Obj, node: Obj, config: ClusterConfig) -> Facts:
    node_name = meta(node)["name"]
    address = next(
        (each["address"] for each in status(node).get("addresses") or () if each.get("type") == "InternalIP"), ""
    )
    present, claim, unknown = frozenset[str](), "", frozenset[str]()
    unmounted, unsandboxed, misconfigured = "", "", dict[str, str]()
    if status(pod).get("phase") == "Pending" or processes.HOOK in status(pod):
        claim, unmounted = _unbound_claim(world, pod), configuring.unmounted(world, pod)
        unsandboxed = configuring.unsandboxed(world, pod, config.domain)
        inits, both = spec(pod).get("initContainers") or (), containers_of(spec(pod))
        unknown = frozenset(host for each in inits for host in _unknown_names(world, pod, each))
        lacking = ((each["name"], configuring.misconfigured(world, pod, each)) for each in both)
        misconfigured = {name: words for name, words in lacking if words}
        if config.pace != "instant":
            wanted = {str(each.get("image")) for each in both}
            present = _present_images(world.pods_on(node_name), wanted)
    if added := ephemerals.unstarted(pod):
        lacking = ((each["name"], configuring.misconfigured(world, pod, each)) for each in added)
        misconfigured |= {name: words for name, words in lacking if words}
        present |= _present_images(world.pods_on(node_name), {str(each.get("image")) for each in added})
    told: dict[str, float] = {}
    pulls: set[str] = set()
    bound_at = 0.0
    for event in world.events_about(uid(pod)).values():
        reason = str(event.get("reason"))
        told.setdefault(reason, 0.0)
        if reason == "Scheduled":
            bound_at = seconds(event.get("eventTime"))
        elif reason == "Pulling":
            pulls.add(str(event.get("message")).partition('"')[2].rstrip('"'))
        elif reason in _TIMED:
            told[reason] = max(told[reason], seconds(event.get("lastTimestamp")))
    return Facts(
        node_name,
        address,
        bound_at,
        present,
        claim,
        unmounted,
        misconfigured,
        frozenset(told),
        told,
        frozenset(pulls),
        unknown,
        View(world, pod),
        overfull.trouble(world, pod),
        unsandboxed,
    )


def _present_images(pods: Bucket, wanted: set[str]) -> frozenset[str]:
    """Which of these images a pod of this node runs already. Looks at a few pods only: at a thousand, each would look
    at all others."""
    found: set[str] = set()
    seen = pods.values()
    for pod in chain(islice(reversed(seen), _LOOKED_AT), islice(seen, _LOOKED_AT)):
        for current in status(pod).get("containerStatuses") or ():
            if current.get("imageID") and current.get("image") in wanted:
                found.add(current["image"])
        if len(found) == len(wanted):
            break
    return frozenset(found)


def _has(pod: Obj, part: str, container: str) -> bool:
    return any(each.get("name") == container for each in spec(pod).get(part) or ())


def _unbound_claim(world: World, pod: Obj) -> str:
    for volume in spec(pod).get("volumes") or ():
        if claim_name := claim_of(pod, volume):
            claim = world.find(CLAIMS, namespace(pod), claim_name)
            if claim is None or status(claim).get("phase") != "Bound":
                return claim_name
    return ""


def _note(pod: Obj, said: Said, node: str) -> Note:
    part = next((each for each in _OTHERS if _has(pod, each, said.container)), "containers")
    path = f"spec.{part}{{{said.container}}}" if said.container else ""
    return Note(pod, said.type, said.reason, said.message, NAME, node, path)
