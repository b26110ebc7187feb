"""What the references of a pod's variables and files give at this moment: of ConfigMaps, Secrets, the pod, its node.

When somebody looks is not known here: files follow their objects, variables are given once (see `starts`).
"""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, Decimal

from cluster.machinery import quantity
from cluster.machinery.objects import (
    CONFIG_MAPS,
    NODES,
    SECRETS,
    Obj,
    annotations_of,
    labels,
    name,
    namespace,
    spec,
    status,
    uid,
)
from cluster.machinery.podspecs import containers_of
from cluster.nodes import projecting
from cluster.world import World

_NAME = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")


def value(world: World, pod: Obj, container: Obj, given: Obj) -> str | None:
    """Of a variable's `valueFrom`; None: there is none."""
    if reference := given.get("fieldRef"):
        return field(pod, str(reference.get("fieldPath") or ""))
    if reference := given.get("resourceFieldRef"):
        return resource(world, pod, container, reference)
    for part, kind in (("configMapKeyRef", CONFIG_MAPS), ("secretKeyRef", SECRETS)):
        if reference := given.get(part):
            found = world.find(kind, namespace(pod), str(reference.get("name") or ""))
            body = projecting.data(found).get(str(reference.get("key")))
            return None if body is None else body.decode(errors="replace")
    return None


def all_keys(world: World, pod: Obj, each: Obj) -> dict[str, str]:
    """Of an entry of `envFrom`: all keys of a ConfigMap or Secret that can be names of variables."""
    prefix = str(each.get("prefix") or "")
    kind, reference = (
        (CONFIG_MAPS, each["configMapRef"]) if each.get("configMapRef") else (SECRETS, each.get("secretRef") or {})
    )
    found = world.find(kind, namespace(pod), str(reference.get("name") or ""))
    return {
        prefix + called: body.decode(errors="replace")
        for called, body in projecting.data(found).items()
        if _NAME.fullmatch(prefix + called)
    }


def field(pod: Obj, path: str) -> str | None:
    """What a fieldRef gives; None: no such field is known."""
    if subscript := re.fullmatch(r"metadata\.(labels|annotations)\['(.*)'\]", path):
        return (labels(pod) if subscript[1] == "labels" else annotations_of(pod)).get(subscript[2], "")
    match path:
        case "metadata.name":
            return name(pod)
        case "metadata.namespace":
            return namespace(pod)
        case "metadata.uid":
            return uid(pod)
        case "metadata.labels":
            return _pairs(labels(pod))
        case "metadata.annotations":
            return _pairs(annotations_of(pod))
        case "spec.nodeName":
            return str(spec(pod).get("nodeName") or "")
        case "spec.serviceAccountName":
            return str(spec(pod).get("serviceAccountName") or "")
        case "status.podIP" | "status.hostIP":
            return str(status(pod).get(path.partition(".")[2]) or "")
        case "status.podIPs" | "status.hostIPs":
            return ",".join(str(each.get("ip")) for each in status(pod).get(path.partition(".")[2]) or ())
    return None


def resource(world: World, pod: Obj, container: Obj, reference: Obj) -> str:
    """What a resourceFieldRef gives: an amount divided and rounded up. Without a limit it is what the node has."""
    if called := reference.get("containerName"):
        container = next((each for each in containers_of(spec(pod)) if each.get("name") == called), container)
    part, _, called = str(reference.get("resource") or "").partition(".")
    given = (container.get("resources") or {}).get(part) or {}
    amount = given.get(called)
    if amount is None and part == "limits":
        node = world.find(NODES, "", str(spec(pod).get("nodeName") or "")) or {}
        amount = (status(node).get("allocatable") or {}).get(called)
    divisor = quantity.parse(reference.get("divisor") or "1") or Decimal(1)
    return str(int((quantity.parse(amount or "0") / divisor).to_integral_value(ROUND_CEILING)))


def _pairs(given: dict[str, str]) -> str:
    return "\n".join(f'{key}="{_quoted(value)}"' for key, value in sorted(given.items()))


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
