"""PriorityLevelConfiguration: how many requests to the API of one level run at once. Kept; nothing queues by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import log2
from typing import Any

from cluster.kinds.cells import AGE, NAME, NONE
from cluster.kinds.kind import Admission, Column, Kind
from cluster.machinery.errors import Cause, forbidden, invalid, not_supported, required
from cluster.machinery.objects import Obj, name, spec

_EXEMPT = "exempt"
_TYPES = ("Exempt", "Limited")
_RESPONSES = ("Queue", "Reject")
_MOST_QUEUES, _HASH_BITS = 10_000_000, 60
_QUEUING = {"handSize": 8, "queues": 64, "queueLengthLimit": 50}


def _default(obj: Obj) -> None:
    given = obj.setdefault("spec", {})
    given.setdefault("type", "")
    for part, shares in (("exempt", 0), ("limited", 30)):
        if (level := given.get(part)) is not None:
            if level.get("nominalConcurrencyShares") is None:
                level["nominalConcurrencyShares"] = shares
            if level.get("lendablePercent") is None:
                level["lendablePercent"] = 0
    if given["type"] == "Exempt" and given.get("exempt") is None:
        given["exempt"] = {"nominalConcurrencyShares": 0, "lendablePercent": 0}
    queuing = ((given.get("limited") or {}).get("limitResponse") or {}).get("queuing")
    if queuing is not None:
        for field, amount in _QUEUING.items():
            if not queuing.get(field):
                queuing[field] = amount


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    if old is None:
        obj["status"] = {}


def _validate(obj: Obj) -> Iterator[Cause]:
    given = spec(obj)
    kind, limited = given["type"], given.get("limited")
    if (name(obj) == _EXEMPT) != (kind == "Exempt"):
        yield invalid("spec.type", kind, "type must be 'Exempt' if and only if name is 'exempt'")
    if kind == "Exempt":
        if limited is not None:
            yield forbidden("spec.limited", "must be nil if the type is not Limited")
        yield from _shares("spec.exempt", given["exempt"])
    elif kind == "Limited":
        if given.get("exempt") is not None:
            yield forbidden("spec.exempt", "must be nil if the type is Limited")
        if limited is None:
            yield required("spec.limited", "must not be empty when type is Limited")
        else:
            yield from _shares("spec.limited", limited)
            yield from _response("spec.limited.limitResponse", limited.get("limitResponse") or {})
    else:
        yield not_supported("spec.type", kind, _TYPES)


def _shares(path: str, level: Mapping[str, Any]) -> Iterator[Cause]:
    if (shares := level["nominalConcurrencyShares"]) < 0:
        yield invalid(f"{path}.nominalConcurrencyShares", shares, "must be a non-negative integer")
    if not 0 <= (lent := level["lendablePercent"]) <= 100:
        yield invalid(f"{path}.lendablePercent", lent, "must be between 0 and 100, inclusive")
    borrowed = level.get("borrowingLimitPercent")
    if borrowed is not None and borrowed < 0:
        yield invalid(f"{path}.borrowingLimitPercent", borrowed, "if specified, must be a non-negative integer")


def _response(path: str, response: Mapping[str, Any]) -> Iterator[Cause]:
    kind, queuing = response.get("type") or "", response.get("queuing")
    if kind not in _RESPONSES:
        yield not_supported(f"{path}.type", kind, _RESPONSES)
    elif kind == "Reject":
        if queuing is not None:
            yield forbidden(f"{path}.queuing", "must be nil if limited.limitResponse.type is not Limited")
    elif queuing is None:
        yield required(f"{path}.queuing", "must not be empty if limited.limitResponse.type is Limited")
    else:
        yield from _queuing(f"{path}.queuing", queuing)


def _queuing(path: str, queuing: Mapping[str, Any]) -> Iterator[Cause]:
    length, queues, hand = queuing["queueLengthLimit"], queuing["queues"], queuing["handSize"]
    if length <= 0:
        yield invalid(f"{path}.queueLengthLimit", length, "must be positive")
    if queues <= 0:
        yield invalid(f"{path}.queues", queues, "must be positive")
    elif queues > _MOST_QUEUES:
        yield invalid(f"{path}.queues", queues, f"must not be greater than {_MOST_QUEUES}")
    if hand <= 0:
        yield invalid(f"{path}.handSize", hand, "must be positive")
    elif hand > queues:
        yield invalid(f"{path}.handSize", hand, f"should not be greater than queues ({queues})")
    elif sum(log2(queues - dealt) for dealt in range(min(hand, _HASH_BITS + 1))) > _HASH_BITS:
        detail = (
            f"required entropy bits of deckSize {queues} and handSize {hand} should not be greater than {_HASH_BITS}"
        )
        yield invalid(f"{path}.handSize", hand, detail)


def _limited(field: str) -> Any:
    return lambda obj, now: (spec(obj).get("limited") or {}).get(field, NONE)


def _queue(field: str) -> Any:
    def cell(obj: Obj, now: float) -> Any:
        response = (spec(obj).get("limited") or {}).get("limitResponse") or {}
        return (response.get("queuing") or {}).get(field, NONE)

    return cell


KIND = Kind(
    group="flowcontrol.apiserver.k8s.io",
    version="v1",
    kind="PriorityLevelConfiguration",
    resource="prioritylevelconfigurations",
    singular="prioritylevelconfiguration",
    namespaced=False,
    default=_default,
    prepare=_prepare,
    validate=_validate,
    has_generation=True,
    columns=(
        NAME,
        Column("Type", lambda obj, now: spec(obj).get("type", "")),
        Column("NominalConcurrencyShares", _limited("nominalConcurrencyShares")),
        Column("Queues", _queue("queues")),
        Column("HandSize", _queue("handSize")),
        Column("QueueLengthLimit", _queue("queueLengthLimit")),
        AGE,
    ),
)
