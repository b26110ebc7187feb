"""The environment a container is started with, as its kubelet makes it: Services, the image's own, what the pod says.

What has no value is left out: a kubelet that misses something does not start the container at all (see `configuring`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

from cluster.machinery import quantity
from cluster.machinery.objects import (
    CONFIG_MAPS,
    NODES,
    SECRETS,
    SERVICES,
    Obj,
    annotations_of,
    key,
    labels,
    meta,
    name,
    namespace,
    seconds,
    spec,
    status,
    uid,
)
from cluster.nodes import projecting, scripted, software
from cluster.world import World

_EXPANSION = re.compile(r"\$(\$|\(([^)]*)\))")
_NAME = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")


def environment(world: World, pod: Obj, container: Obj, hostname: str = "") -> dict[str, str]:
    """Name -> value. `hostname` is what the pod calls itself."""
    image = software.of(str(container.get("image") or ""))
    found = dict(image.environment)
    found["HOSTNAME"] = hostname or name(pod)
    found |= _services(world, pod, container)
    own: dict[str, str] = {}
    for each in container.get("envFrom") or ():
        own |= _from(world, pod, each)
    services = found
    for each in container.get("env") or ():
        value = _value(world, pod, container, each)
        if value is not None:
            called = str(each.get("name"))
            own[called] = expanded(value, services | own) if "valueFrom" not in each else value
    found |= own
    found.setdefault("HOME", _home(image, pod, container))
    return found


def expanded(text: str, known: dict[str, str]) -> str:
    """`$(NAME)` replaced by its value where there is one; `$$(NAME)` is `$(NAME)` as it stands."""
    return _EXPANSION.sub(lambda found: "$" if found[1] == "$" else known.get(found[2], found[0]), text)


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
        both = (*(spec(pod).get("initContainers") or ()), *(spec(pod).get("containers") or ()))
        container = next((each for each in both if each.get("name") == called), container)
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


def _home(image: software.Software, pod: Obj, container: Obj) -> str:
    wanted = user(pod, container)
    return next((each.home for each in image.users if each.uid == wanted), "/" if wanted else "/root")


def user(pod: Obj, container: Obj) -> int:
    """Whose processes these are."""
    for context in (container.get("securityContext") or {}, spec(pod).get("securityContext") or {}):
        if (wanted := context.get("runAsUser")) is not None:
            return int(wanted)
    return software.of(str(container.get("image") or "")).user


def _from(world: World, pod: Obj, each: Obj) -> dict[str, str]:
    """All keys of a ConfigMap or Secret that can be names of variables."""
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


def _value(world: World, pod: Obj, container: Obj, each: Obj) -> str | None:
    given = each.get("valueFrom")
    if not given:
        return str(each.get("value") or "")
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


# -- Services ----------------------------------------------------------------------------------------------


def _services(world: World, pod: Obj, container: Obj) -> dict[str, str]:
    """Of Services with an address that were there when the container was started."""
    started = scripted.started(pod, str(container.get("name")))
    chosen: dict[str, Obj] = {}
    if (api := world.get(key(SERVICES, "default", "kubernetes"))) is not None:
        chosen["kubernetes"] = api
    if spec(pod).get("enableServiceLinks", True):
        chosen |= {name(each): each for each in world.list(SERVICES, namespace(pod))}
    found: dict[str, str] = {}
    for called, service in chosen.items():
        made = seconds(meta(service).get("creationTimestamp"))
        if called == "kubernetes" or not started or made <= started:
            found.update(_of_service(called, service))
    return found


def _of_service(called: str, service: Obj) -> Iterator[tuple[str, str]]:
    address = spec(service).get("clusterIP")
    ports = spec(service).get("ports") or ()
    if address in (None, "", "None") or not ports or spec(service).get("type") == "ExternalName":
        return
    prefix = re.sub(r"[-.]", "_", called.upper())
    shown = f"[{address}]" if ":" in address else address
    yield f"{prefix}_SERVICE_HOST", address
    yield f"{prefix}_SERVICE_PORT", str(ports[0]["port"])
    for port in ports:
        if port.get("name"):
            yield f"{prefix}_SERVICE_PORT_{re.sub(r'[-.]', '_', port['name'].upper())}", str(port["port"])
    for index, port in enumerate(ports):
        transport = str(port.get("protocol") or "TCP")
        url = f"{transport.lower()}://{shown}:{port['port']}"
        one = f"{prefix}_PORT_{port['port']}_{transport}"
        if not index:
            yield f"{prefix}_PORT", url
        yield one, url
        yield f"{one}_PROTO", transport.lower()
        yield f"{one}_PORT", str(port["port"])
        yield f"{one}_ADDR", address
