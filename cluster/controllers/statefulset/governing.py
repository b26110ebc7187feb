"""Whether the names that a StatefulSet promises its pods exist: `db-0.dbx` needs the Service dbx, and needs it to
select them. Pure. A hint and no fault: Kubernetes makes the pods either way, and says nothing of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cluster.controllers.statefulset.identity import replicas_of
from cluster.machinery.objects import SERVICES, STATEFUL_SETS, Key, Obj, is_terminating, labels, name, spec
from cluster.plan import Reason
from cluster.world import World


def reasons(world: World, where: Key) -> Iterator[Reason]:
    """Of the StatefulSet at `where`."""
    owner = world.get(where) if where.kind == STATEFUL_SETS else None
    if owner is None or is_terminating(owner):
        return
    said = nameless(owner, world.find(SERVICES, where.namespace, str(spec(owner).get("serviceName") or "")))
    if said:
        yield Reason(where, "info", f"{said}.", "no-names")


def nameless(owner: Obj, service: Obj | None) -> str:
    """ "Service dbx does not exist: db-0.dbx has no name", of a set and the Service that it names; "" when all is well,
    or when it names none or has no pods. A Service without a selector may have anybody's endpoints."""
    governing = str(spec(owner).get("serviceName") or "")
    if not governing or not replicas_of(owner):
        return ""
    pod = f"{name(owner)}-{int((spec(owner).get('ordinals') or {}).get('start') or 0)}"
    has_none = f"{pod}.{governing} has no name"
    if service is None:
        return f"Service {governing} does not exist: {has_none}"
    if spec(service).get("type") == "ExternalName":
        return f"Service {governing} is an alias of {spec(service).get('externalName')}: {has_none}"
    selector: Mapping[str, str] = spec(service).get("selector") or {}
    said = labels(spec(owner).get("template") or {})
    missed = [f"{key}={value}" for key, value in selector.items() if said.get(key) != value]
    return f"Service {governing} selects {','.join(missed)}, which {pod} has not: {has_none}" if missed else ""
