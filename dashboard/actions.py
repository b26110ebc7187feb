"""What a person does from the picture: a verb and a key -> an intent, the right it takes, the kubectl command. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cluster import faults
from cluster.intents import Delete, Intent, Patch
from cluster.kinds import by_resource
from cluster.machinery.errors import BadRequest
from cluster.machinery.objects import (
    DAEMON_SETS,
    DEPLOYMENTS,
    NODES,
    REPLICA_SETS,
    REPLICATION_CONTROLLERS,
    STATEFUL_SETS,
    Key,
    timestamp,
)
from dashboard.access import Verb
from dashboard.frames import parse_key

SCALABLE = frozenset({STATEFUL_SETS, DEPLOYMENTS, REPLICA_SETS, REPLICATION_CONTROLLERS})
RESTARTABLE = frozenset({STATEFUL_SETS, DEPLOYMENTS, DAEMON_SETS})
MOST_REPLICAS = 10_000
LONGEST_SHOWN = 80


class Action(NamedTuple):
    verb: Verb
    """For access.authorize."""
    subresource: str
    key: Key
    intent: Intent
    cause: str
    kubectl: str


def action_of(message: Mapping[str, Any], now: float) -> Action:
    """The action a message asks for at `now`. BadRequest with a sentence when it asks for none we know."""
    text = message.get("key")
    try:
        key = parse_key(text if isinstance(text, str) else "")
    except ValueError as wrong:
        raise BadRequest(f"{wrong}.") from wrong
    match message.get("verb"):
        case "scale":
            return _scale(key, message.get("replicas"))
        case "delete":
            return Action("delete", "", key, Delete(key, propagation="Background"), "delete", delete_command(key))
        case "restart":
            return _restart(key, now)
        case "fault":
            return _fault(key, message.get("fault"), message.get("on"))
        case "cordon":
            return _cordon(key, message.get("on"))
        case other:
            raise BadRequest(
                f"scale, delete, restart, fault and cordon are what can be done here. This is {shown(other)}."
            )


def _scale(key: Key, replicas: object) -> Action:
    if key.kind not in SCALABLE:
        raise BadRequest(f"A StatefulSet, Deployment or ReplicaSet can be scaled. {key.name} is one of the {key.kind}.")
    if isinstance(replicas, bool) or not isinstance(replicas, int) or not 0 <= replicas <= MOST_REPLICAS:
        most = f"{MOST_REPLICAS:,}: a cluster here holds 12,000 pods in all"
        raise BadRequest(f"Replicas are a number from 0 to {most}. This is {shown(replicas)}.")
    intent = Patch(key, "merge", {"spec": {"replicas": replicas}})
    return Action("patch", "scale", key, intent, "scale", scale_command(key, replicas))


def _restart(key: Key, now: float) -> Action:
    """As kubectl does it: the template changes in one annotation, and a roll follows."""
    if key.kind not in RESTARTABLE:
        raise BadRequest(
            f"A StatefulSet, Deployment or DaemonSet can be restarted. {key.name} is one of the {key.kind}."
        )
    template = {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": timestamp(now)}}}
    intent = Patch(key, "merge", {"spec": {"template": template}})
    said = kubectl("rollout", "restart", short(key), namespace=key.namespace)
    return Action("patch", "", key, intent, "restart", said)


def _fault(key: Key, fault: object, on: object) -> Action:
    """Make a pod or node ill by its annotation, or well again."""
    known = faults.BY_KIND.get(key.kind)
    if known is None:
        raise BadRequest(f"Pods and nodes can be made ill. {key.name} is one of the {key.kind}.")
    if not isinstance(fault, str) or fault not in known:
        raise BadRequest(f"There are the faults {', '.join(known)}. This is {shown(fault)}.")
    value = known[fault] if _switch(on) else None
    intent = Patch(key, "merge", {"metadata": {"annotations": {fault: value}}})
    said = f"{fault}={value}" if value else f"{fault}-"
    return Action("patch", "", key, intent, "fault", kubectl("annotate", short(key), said, namespace=key.namespace))


def _cordon(key: Key, on: object) -> Action:
    if key.kind != NODES:
        raise BadRequest(f"A node can be cordoned. {key.name} is one of the {key.kind}.")
    word = "cordon" if _switch(on) else "uncordon"
    intent = Patch(key, "merge", {"spec": {"unschedulable": True if on else None}})
    return Action("patch", "", key, intent, word, kubectl(word, key.name, namespace=""))


def _switch(on: object) -> bool:
    if not isinstance(on, bool):
        raise BadRequest(f"on is true or false. This is {shown(on)}.")
    return on


def shown(value: object) -> str:
    """What somebody sent, for a sentence about it: short, and of what is no word its kind only."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def kubectl(*words: str, namespace: str) -> str:
    place = ("-n", namespace) if namespace not in ("", "default") else ()
    return " ".join(("kubectl", *words, *place))


def short(key: Key) -> str:
    """`pod/web-0`, as kubectl takes a thing."""
    kind = by_resource(key.kind)
    return f"{kind.singular if kind else key.resource}/{key.name}"


def scale_command(key: Key, replicas: int) -> str:
    return kubectl("scale", short(key), f"--replicas={replicas}", namespace=key.namespace)


def delete_command(key: Key) -> str:
    return kubectl("delete", short(key), namespace=key.namespace)
