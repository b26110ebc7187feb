"""Containers of a pod: defaults and validation, for regular and init containers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson

from cluster.kinds import probe
from cluster.kinds.fields import name_causes
from cluster.kinds.rules import label_rule, port_rule
from cluster.kinds.volumes import validate_mounts
from cluster.machinery import names, quantity
from cluster.machinery.errors import Cause, duplicate, forbidden, invalid, not_supported, required

_PULL_POLICIES = ("Always", "IfNotPresent", "Never")
_PROTOCOLS = ("SCTP", "TCP", "UDP")
_MESSAGE_POLICIES = ("FallbackToLogsOnError", "File")

_MOST_SOUND = 512
_sound: set[bytes] = set()
"""Containers (without their mounts) that were found to have no fault; a memory, like `lru_cache`'s."""

_canonical = lru_cache(maxsize=1024)(lambda text: quantity.canonical(text, quantity.MILLI))
_amount = lru_cache(maxsize=1024)(quantity.parse)


def pull_policy(image: str) -> str:
    """Always for the tag `latest` and for none at all, else IfNotPresent; a digest counts as a tag."""
    reference, _, digest = image.partition("@")
    _, colon, tag = reference.rpartition("/")[2].partition(":")
    latest = not digest and (not colon or tag == "latest")
    return "Always" if latest and image else "IfNotPresent"


def default(container: dict[str, Any], *, host_network: bool = False) -> None:
    for port in container.get("ports") or ():
        port.setdefault("protocol", "TCP")
        if host_network and not port.get("hostPort") and "containerPort" in port:
            port["hostPort"] = port["containerPort"]
    for variable in container.get("env") or ():
        if field := (variable.get("valueFrom") or {}).get("fieldRef"):
            field.setdefault("apiVersion", "v1")
    default_resources(container.setdefault("resources", {}))
    for name in probe.NAMES:
        if given := container.get(name):
            probe.default(given)
    for event in probe.EVENTS:
        if handler := (container.get("lifecycle") or {}).get(event):
            probe.default_handler(handler)
    if not container.get("terminationMessagePath"):
        container["terminationMessagePath"] = "/dev/termination-log"
    if not container.get("terminationMessagePolicy"):
        container["terminationMessagePolicy"] = "File"
    if not container.get("imagePullPolicy"):
        container["imagePullPolicy"] = pull_policy(container.get("image") or "")


def default_resources(resources: dict[str, Any]) -> None:
    """Write each amount the one way Kubernetes writes it."""
    for part in ("limits", "requests"):
        for resource, amount in (amounts := resources.get(part) or {}).items():
            amounts[resource] = _canonical(amount)


def default_requests(container: dict[str, Any]) -> None:
    """A limit without a request asks for as much (in pods; a template keeps what was written)."""
    limits = container["resources"].get("limits")
    if limits:
        container["resources"]["requests"] = {**limits, **(container["resources"].get("requests") or {})}


def validate(path: str, containers: list[dict[str, Any]], volumes: set[str], *, init: bool = False) -> Iterator[Cause]:
    seen: set[str] = set()
    for index, container in enumerate(containers):
        here = f"{path}[{index}]"
        name = container.get("name") or ""
        mounts = container.get("volumeMounts")
        # Pods of one template differ in the name of a volume: the rest of a container is looked at once.
        known = orjson.dumps({**container, "volumeMounts": None, "": init})
        if known in _sound:
            if mounts:
                yield from validate_mounts(f"{here}.volumeMounts", mounts, volumes)
        elif causes := [*validate_common(here, container, name, volumes), *_life(here, container, init=init)]:
            yield from causes
        else:
            if len(_sound) >= _MOST_SOUND:
                _sound.clear()
            _sound.add(known)
        if name in seen:
            yield duplicate(f"{here}.name", name)
        if name:
            seen.add(name)
    yield from _host_ports(path, containers)


def validate_common(path: str, container: Mapping[str, Any], name: str, volumes: set[str]) -> Iterator[Cause]:
    """What holds for a container of any sort."""
    if not name:
        yield required(f"{path}.name")
    elif wrong := label_rule(name):
        yield from (invalid(f"{path}.name", name, message) for message in wrong)
    image = container.get("image") or ""
    if not image:
        yield required(f"{path}.image")
    elif image != image.strip():
        yield invalid(f"{path}.image", image, "must not have leading or trailing whitespace")
    if (policy := container.get("terminationMessagePolicy")) not in _MESSAGE_POLICIES:
        yield not_supported(f"{path}.terminationMessagePolicy", policy, _MESSAGE_POLICIES)
    if ports := container.get("ports"):
        yield from _ports(f"{path}.ports", ports)
    if variables := container.get("env"):
        yield from _environment(f"{path}.env", variables)
    if mounts := container.get("volumeMounts"):
        yield from validate_mounts(f"{path}.volumeMounts", mounts, volumes)
    if (policy := container.get("imagePullPolicy")) not in _PULL_POLICIES:
        yield not_supported(f"{path}.imagePullPolicy", policy, _PULL_POLICIES)
    if resources := container.get("resources"):
        yield from _resources(f"{path}.resources", resources)


def _ports(path: str, ports: Iterable[Mapping[str, Any]]) -> Iterator[Cause]:
    seen: set[str] = set()
    for index, port in enumerate(ports):
        here = f"{path}[{index}]"
        if name := port.get("name"):
            if wrong := port_rule(name):
                yield from (invalid(f"{here}.name", name, message) for message in wrong)
            elif name in seen:
                yield duplicate(f"{here}.name", name)
            seen.add(name)
        number = port.get("containerPort") or 0
        if number == 0:
            yield required(f"{here}.containerPort")
        else:
            for message in names.port_number(number):
                yield invalid(f"{here}.containerPort", number, message)
        if host := port.get("hostPort"):
            for message in names.port_number(host):
                yield invalid(f"{here}.hostPort", host, message)
        protocol = port.get("protocol")
        if protocol not in _PROTOCOLS:
            yield not_supported(f"{here}.protocol", protocol, _PROTOCOLS)


def _host_ports(path: str, containers: Iterable[Mapping[str, Any]]) -> Iterator[Cause]:
    taken: set[tuple[Any, ...]] = set()
    for index, container in enumerate(containers):
        for place, port in enumerate(container.get("ports") or ()):
            if not (number := port.get("hostPort")):
                continue
            claim = (port.get("protocol"), port.get("hostIP"), number)
            if claim in taken:
                shown = f"{claim[0]}/{claim[1] or ''}/{number}"
                yield duplicate(f"{path}[{index}].ports[{place}].hostPort", shown)
            taken.add(claim)


def _environment(path: str, variables: Iterable[Mapping[str, Any]]) -> Iterator[Cause]:
    for index, variable in enumerate(variables):
        here = f"{path}[{index}]"
        name = variable.get("name") or ""
        if not name:
            yield required(f"{here}.name")
        else:
            yield from name_causes(f"{here}.name", name, names.environment_name)
        source = variable.get("valueFrom")
        if source is None:
            continue
        if not source:
            detail = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"
            yield invalid(f"{here}.valueFrom", "", detail)
        elif variable.get("value"):
            yield invalid(f"{here}.valueFrom", "", "may not be specified when `value` is not empty")
        elif len(source) > 1:
            yield invalid(f"{here}.valueFrom", "", "may not have more than one field specified at a time")
        for kind in ("configMapKeyRef", "secretKeyRef"):
            if (chosen := source.get(kind)) is not None and not chosen.get("key"):
                yield required(f"{here}.valueFrom.{kind}.key")


def _resources(path: str, resources: Mapping[str, Any]) -> Iterator[Cause]:
    limits: Mapping[str, Any] = resources.get("limits") or {}
    for part in ("limits", "requests"):
        for resource, amount in (resources.get(part) or {}).items():
            value: Decimal = _amount(amount)
            if value < 0:
                yield invalid(f"{path}.{part}[{resource}]", amount, "must be greater than or equal to 0")
            if part == "requests" and resource in limits and value > _amount(limits[resource]):
                detail = f"must be less than or equal to {resource} limit of {limits[resource]}"
                yield invalid(f"{path}.requests", amount, detail)


def _life(path: str, container: Mapping[str, Any], *, init: bool) -> Iterator[Cause]:
    """What happens to a container while it runs; a plain init container only runs to its end."""
    restart = container.get("restartPolicy")
    sidecar = init and restart == "Always"
    if init and restart is not None and restart != "Always":
        yield not_supported(f"{path}.restartPolicy", restart, ("Always",))
    if not init and restart is not None:
        yield forbidden(f"{path}.restartPolicy", "may not be set for non-init containers")
    if init and not sidecar:
        for field in ("lifecycle", *probe.NAMES):
            if container.get(field) is not None:
                yield forbidden(f"{path}.{field}", "may not be set for init containers without restartPolicy=Always")
        return
    for event in probe.EVENTS:
        if (handler := (container.get("lifecycle") or {}).get(event)) is not None:
            yield from probe.validate_handler(f"{path}.lifecycle.{event}", handler)
    for field in probe.NAMES:
        if (given := container.get(field)) is not None:
            yield from probe.validate(f"{path}.{field}", field, given)
