"""Ingress: which requests from outside go to which Service. Routing them is a controller's work, which is not here."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cluster.kinds.cells import AGE, NAME, NONE
from cluster.kinds.fields import name_causes
from cluster.kinds.ingressclass import is_default, reference
from cluster.kinds.kind import Admission, Column, Kind
from cluster.kinds.rules import port_rule, subdomain_rule
from cluster.machinery import names
from cluster.machinery.errors import Cause, Written, invalid, not_supported, required
from cluster.machinery.objects import INGRESS_CLASSES, Obj, annotations_of, name, spec, status

_CLASS = "kubernetes.io/ingress.class"
_PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
_NOT_IN_PATHS = ("//", "/./", "/../", "%2f", "%2F")
_NOT_AT_THE_END = ("/..", "/.")


def _default(obj: Obj) -> None:
    obj.setdefault("spec", {})


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    if old is not None:
        return
    obj["status"] = {"loadBalancer": {}}
    if spec(obj).get("ingressClassName") is None and _CLASS not in annotations_of(obj):
        classes = [each for each in admission.world.list(INGRESS_CLASSES) if is_default(each)]
        if classes:
            # The newest of several, and of those made in one second the first by name.
            chosen = max(classes, key=lambda each: str(each["metadata"]["creationTimestamp"]))
            obj["spec"]["ingressClassName"] = name(chosen)


def _validate(obj: Obj) -> Iterator[Cause]:
    given = spec(obj)
    rules, backend = given.get("rules") or (), given.get("defaultBackend")
    if not rules and backend is None:
        detail = "either `defaultBackend` or `rules` must be specified"
        yield invalid("spec", Written("[]networking.IngressRule(nil)"), detail)
    if backend is not None:
        yield from _backend("spec.defaultBackend", backend)
    for index, rule in enumerate(rules):
        yield from _rule(f"spec.rules[{index}]", rule)
    for index, tls in enumerate(given.get("tls") or ()):
        yield from _tls(f"spec.tls[{index}]", tls)
    if (chosen := given.get("ingressClassName")) is not None:
        yield from name_causes("spec.ingressClassName", chosen, subdomain_rule)
        noted = annotations_of(obj).get(_CLASS)
        if noted is not None and noted != chosen and not obj["metadata"].get("resourceVersion"):
            detail = "must match `ingressClassName` when both are specified"
            yield invalid(f"annotations.{_CLASS}", noted, detail)


def _host(path: str, host: str) -> Iterator[Cause]:
    yield from name_causes(path, host, names.wildcard_subdomain if "*" in host else subdomain_rule)


def _rule(path: str, rule: Mapping[str, Any]) -> Iterator[Cause]:
    if host := rule.get("host"):
        if _is_address(host):
            yield invalid(f"{path}.host", host, "must be a DNS name, not an IP address")
        yield from _host(f"{path}.host", host)
    if (http := rule.get("http")) is not None:
        if not http.get("paths"):
            yield required(f"{path}.http.paths")
        for index, each in enumerate(http.get("paths") or ()):
            yield from _path(f"{path}.http.paths[{index}]", each)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _path(path: str, given: Mapping[str, Any]) -> Iterator[Cause]:
    kind, text = given.get("pathType"), given.get("path") or ""
    if kind is None:
        yield required(f"{path}.pathType", "pathType must be specified")
        return
    if kind not in _PATH_TYPES:
        yield not_supported(f"{path}.pathType", kind, _PATH_TYPES)
    else:
        literal = kind != "ImplementationSpecific"
        if not text.startswith("/") and (literal or text):
            yield invalid(f"{path}.path", text, "must be an absolute path")
        if literal:
            for each in _NOT_IN_PATHS:
                if each in text:
                    yield invalid(f"{path}.path", text, f"must not contain '{each}'")
            for each in _NOT_AT_THE_END:
                if text.endswith(each):
                    yield invalid(f"{path}.path", text, f"cannot end with '{each}'")
    yield from _backend(f"{path}.backend", given.get("backend") or {})


def _backend(path: str, backend: Mapping[str, Any]) -> Iterator[Cause]:
    resource, service = backend.get("resource"), backend.get("service")
    if resource is not None and service is not None:
        yield invalid(path, "", "cannot set both resource and service backends")
    elif resource is not None:
        yield from reference(f"{path}.resource", resource)
    elif service is None:
        yield invalid(path, "", "resource or service backend is required")
    else:
        if called := service.get("name"):
            yield from name_causes(f"{path}.service.name", called, names.dns1035_label)
        else:
            yield required(f"{path}.service.name")
        port = service.get("port") or {}
        by_name, by_number = port.get("name"), port.get("number")
        if by_name and by_number:
            yield invalid(path, "", "cannot set both port name & port number")
        elif by_name:
            yield from name_causes(f"{path}.service.port.name", by_name, port_rule)
        elif by_number:
            for message in names.port_number(by_number):
                yield invalid(f"{path}.service.port.number", by_number, message)
        else:
            yield required(path, "port name or number is required")


def _tls(path: str, tls: Mapping[str, Any]) -> Iterator[Cause]:
    for index, host in enumerate(tls.get("hosts") or ()):
        yield from _host(f"{path}.hosts[{index}]", host)
    if secret := tls.get("secretName"):
        yield from name_causes(f"{path}.secretName", secret, subdomain_rule)


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    if new.get("status") is old.get("status"):
        return
    for index, each in enumerate((status(new).get("loadBalancer") or {}).get("ingress") or ()):
        path = f"status.loadBalancer.ingress[{index}]"
        if address := each.get("ip"):
            yield from name_causes(f"{path}.ip", address, names.ip_address)
        if host := each.get("hostname"):
            yield from name_causes(f"{path}.hostname", host, subdomain_rule)
            if _is_address(host):
                yield invalid(f"{path}.hostname", host, "must be a DNS name, not an IP address")


def _hosts(obj: Obj, now: float) -> str:
    rules: Sequence[Mapping[str, Any]] = spec(obj).get("rules") or ()
    hosts = [rule["host"] for rule in rules[:3] if rule.get("host")]
    if not hosts:
        return "*"
    more = f" + {len(rules) - 3} more..." if len(rules) > 3 else ""
    return ",".join(hosts) + more


def _addresses(obj: Obj, now: float) -> str:
    found = (status(obj).get("loadBalancer") or {}).get("ingress") or ()
    return ",".join(each.get("ip") or each.get("hostname") or "" for each in found)


KIND = Kind(
    group="networking.k8s.io",
    version="v1",
    kind="Ingress",
    resource="ingresses",
    singular="ingress",
    short_names=("ing",),
    default=_default,
    prepare=_prepare,
    validate=_validate,
    validate_update=_validate_update,
    has_generation=True,
    columns=(
        NAME,
        Column("Class", lambda obj, now: spec(obj).get("ingressClassName") or annotations_of(obj).get(_CLASS) or NONE),
        Column("Hosts", _hosts),
        Column("Address", _addresses),
        Column("Ports", lambda obj, now: "80, 443" if spec(obj).get("tls") else "80"),
        AGE,
    ),
)
