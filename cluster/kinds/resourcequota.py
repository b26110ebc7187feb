"""ResourceQuota: how much of everything a namespace may hold. Enforced by `quota`, counted by its controller."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cluster.kinds.cells import AGE, NAME
from cluster.kinds.kind import Admission, Column, Kind
from cluster.machinery import names, quantity
from cluster.machinery.errors import Cause, invalid
from cluster.machinery.objects import Obj, spec, status

_COUNTED = (
    "configmaps",
    "persistentvolumeclaims",
    "pods",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
    "services",
    "services.loadbalancers",
    "services.nodeports",
)
_MEASURED = ("cpu", "memory", "ephemeral-storage")
_STANDARD = frozenset(
    {
        *_COUNTED,
        *_MEASURED,
        "requests.storage",
        *(f"{part}.{resource}" for part in ("requests", "limits") for resource in _MEASURED),
    }
)
_POD_SCOPES = (
    "BestEffort",
    "CrossNamespacePodAffinity",
    "NotBestEffort",
    "NotTerminating",
    "PriorityClass",
    "Terminating",
)
_OPPOSITES = ({"BestEffort", "NotBestEffort"}, {"Terminating", "NotTerminating"})


def default_amounts(amounts: dict[str, object]) -> None:
    """Every amount in the one way it is written."""
    for resource, amount in amounts.items():
        amounts[resource] = quantity.canonical(amount, quantity.MILLI)  # type: ignore[arg-type]


def _default(obj: Obj) -> None:
    default_amounts(spec(obj).get("hard") or {})


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    if old is None:
        obj["status"] = {}


def _validate(obj: Obj) -> Iterator[Cause]:
    given = spec(obj)
    for resource, amount in sorted((given.get("hard") or {}).items()):
        field = f"spec.hard[{resource}]"
        yield from _name(field, resource)
        yield from amount_causes(field, resource, amount)
    scopes = given.get("scopes") or ()
    if scopes:
        yield from _scopes(scopes, given.get("hard") or {})


def _name(field: str, resource: str) -> Iterator[Cause]:
    for problem in names.label_key(resource):
        yield invalid(field, resource, problem)
    if "/" in resource:
        return
    hugepages = resource.removeprefix("requests.").startswith("hugepages-")
    if resource not in _STANDARD and not hugepages:
        yield invalid(field, resource, "must be a standard resource type or fully qualified")
        yield invalid(field, resource, "must be a standard resource for quota")


def amount_causes(field: str, resource: str, amount: str) -> Iterator[Cause]:
    """An amount is not negative, and what is counted is counted in whole numbers."""
    value = quantity.parse(amount)
    if value < 0:
        yield invalid(field, amount, "must be greater than or equal to 0")
    counted = resource in _COUNTED or resource.startswith("count/")
    if counted and value != value.to_integral_value():
        yield invalid(field, amount, "must be an integer")


def _scopes(scopes: Iterable[str], hard: Iterable[str]) -> Iterator[Cause]:
    given = list(scopes)
    for scope in given:
        if scope not in _POD_SCOPES:
            yield invalid("spec.scopes", given, "unsupported scope")
        elif any(resource != "pods" and not _of_pods(resource) for resource in hard):
            yield invalid("spec.scopes", given, "unsupported scope applied to resource")
    if any(pair <= set(given) for pair in _OPPOSITES):
        yield invalid("spec.scopes", given, "conflicting scopes")


def _of_pods(resource: str) -> bool:
    return resource.removeprefix("requests.").removeprefix("limits.") in _MEASURED or resource == "count/pods"


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    if (spec(new).get("scopes") or []) != (spec(old).get("scopes") or []):
        yield invalid("spec.scopes", spec(new).get("scopes"), "field is immutable")


def _shown(obj: Obj, *, limits: bool) -> str:
    """ "pods: 1/10, requests.cpu: 500m/2": used of hard, by name."""
    hard, used = status(obj).get("hard") or {}, status(obj).get("used") or {}
    return ", ".join(
        f"{resource}: {used.get(resource, '0')}/{hard[resource]}"
        for resource in sorted(hard)
        if resource.startswith("limits") is limits
    )


KIND = Kind(
    group="",
    version="v1",
    kind="ResourceQuota",
    resource="resourcequotas",
    singular="resourcequota",
    short_names=("quota",),
    default=_default,
    prepare=_prepare,
    validate=_validate,
    validate_update=_validate_update,
    columns=(
        NAME,
        AGE,
        Column("Request", lambda obj, now: _shown(obj, limits=False)),
        Column("Limit", lambda obj, now: _shown(obj, limits=True)),
    ),
)
