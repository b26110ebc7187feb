"""APIService: who answers for a group and version of the API. One that names a Service is kept, and not asked."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from cluster.kinds.cells import AGE, NAME
from cluster.kinds.fields import name_causes
from cluster.kinds.kind import Admission, Column, Kind
from cluster.kinds.rules import subdomain_rule
from cluster.machinery import names
from cluster.machinery.errors import Cause, invalid, required, shown
from cluster.machinery.objects import Obj, condition, name, spec

_LOCAL = "Local"


def _default(obj: Obj) -> None:
    service = obj.setdefault("spec", {}).get("service")
    if service is not None and service.get("port") is None:
        service["port"] = 443


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    if old is None:
        obj["status"] = {}


def _validate(obj: Obj) -> Iterator[Cause]:
    given = spec(obj)
    group, version = given.get("group") or "", given.get("version") or ""
    wanted = f"{version}.{group}"
    if name(obj) != wanted:
        detail = f'must be `spec.version+"."+spec.group`: {shown(wanted)}'
        yield invalid("metadata.name", name(obj), detail)
    if not group and version != "v1":
        yield required("spec.group", "only v1 may have an empty group and it better be legacy kube")
    if group:
        yield from name_causes("spec.group", group, subdomain_rule)
    yield from name_causes("spec.version", version, names.dns1035_label)
    for field, most in (("groupPriorityMinimum", 20_000), ("versionPriority", 1_000)):
        if not 0 < (priority := int(given.get(field) or 0)) <= most:
            detail = f"must be positive and less than {most}"
            yield invalid(f"spec.{field}", priority, detail)
    insecure, service = bool(given.get("insecureSkipTLSVerify")), given.get("service")
    if service is None:
        if given.get("caBundle"):
            detail = "local APIServices may not have a caBundle"
            yield invalid("spec.caBundle", f"{len(base64.b64decode(given['caBundle']))} bytes", detail)
        if insecure:
            yield invalid(
                "spec.insecureSkipTLSVerify", insecure, "local APIServices may not have insecureSkipTLSVerify"
            )
        return
    for field in ("namespace", "name"):
        if not service.get(field):
            yield required(f"spec.service.{field}")
    for message in names.port_number(service["port"]):
        yield invalid("spec.service.port", service["port"], f"port is not valid: {message}")
    if insecure and given.get("caBundle"):
        yield invalid("spec.insecureSkipTLSVerify", insecure, "may not be true if caBundle is present")


def _service(obj: Obj, now: float) -> str:
    service = spec(obj).get("service")
    return f"{service.get('namespace', '')}/{service.get('name', '')}" if service else _LOCAL


def _available(obj: Obj, now: float) -> str:
    found = condition(obj, "Available")
    if found is None:
        return "Unknown"
    status, reason = str(found.get("status", "")), found.get("reason")
    return status if status == "True" else f"{status} ({reason})"


KIND = Kind(
    group="apiregistration.k8s.io",
    version="v1",
    kind="APIService",
    resource="apiservices",
    singular="apiservice",
    namespaced=False,
    categories=("api-extensions",),
    default=_default,
    prepare=_prepare,
    validate=_validate,
    name_rule=names.path_segment,
    columns=(NAME, Column("Service", _service), Column("Available", _available), AGE),
)
