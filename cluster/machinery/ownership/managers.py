"""Who owns which fields of one object: `metadata.managedFields` read, changed and written again.

An owner is a manager in one role: what it applies, and what it writes otherwise by each version and subresource, are
different entries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from cluster.machinery.objects import Obj, seconds
from cluster.machinery.ownership import elements
from cluster.machinery.ownership.fieldsets import SELF, FieldSet, ordered, union

APPLY, UPDATE = "Apply", "Update"
MOST_UPDATES = 10
"""So many entries of plain writes are kept apart; the oldest are merged beyond that."""
ANCIENT = "ancient-changes"
BEFORE_FIRST_APPLY = "before-first-apply"
LONGEST_NAME = 128


class Owner(NamedTuple):
    """A manager in one role. Somebody who applies stays the same whichever version they apply in."""

    manager: str
    operation: str
    api_version: str
    """"" for who applies."""
    subresource: str = ""

    @property
    def identifier(self) -> str:
        """As Kubernetes spells it inside; the order of conflicts hangs on it."""
        names = ("manager", "operation", "apiVersion", "subresource")
        return orjson.dumps({name: value for name, value in zip(names, self, strict=True) if value}).decode()


class Owned(NamedTuple):
    fields: FieldSet
    api_version: str
    """In whose terms the fields are named."""
    time: str | None = None


Managed = dict[Owner, Owned]


class Undecodable(ValueError):
    """Managed fields that make no sense."""


def applier(manager: str, subresource: str = "") -> Owner:
    return Owner(manager, APPLY, "", subresource)


def updater(manager: str, api_version: str, subresource: str = "") -> Owner:
    return Owner(manager, UPDATE, api_version, subresource)


def decode(entries: Any) -> Managed:
    """The entries of an object. Raises Undecodable."""
    managed: Managed = {}
    for number, entry in enumerate(entries or ()):
        if not isinstance(entry, Mapping):
            raise Undecodable("an entry of managedFields is an object")
        operation, api_version = entry.get("operation") or "", entry.get("apiVersion") or ""
        if operation not in (APPLY, UPDATE):
            raise Undecodable("operation must be `Apply` or `Update`")
        if not api_version:
            raise Undecodable("apiVersion must not be empty")
        sort = entry.get("fieldsType") or ""
        if sort != "FieldsV1":
            fault = f'invalid fieldsType "{sort}"' if sort else "missing fieldsType"
            raise Undecodable(f"{fault} in managed fields entry {number}")
        manager, subresource = str(entry.get("manager") or ""), str(entry.get("subresource") or "")
        owner = Owner(manager, operation, "" if operation == APPLY else api_version, subresource)
        managed[owner] = Owned(_fields(entry.get("fieldsV1") or {}), api_version, entry.get("time"))
    return managed


def _fields(given: Any) -> FieldSet:
    if not isinstance(given, dict):
        raise Undecodable("fieldsV1 is an object")
    try:
        return {SELF if step == SELF else elements.canonical(step): _fields(node) for step, node in given.items()}
    except ValueError as error:
        raise Undecodable(str(error)) from error


def encode(managed: Managed) -> list[Obj]:
    """The entries as they stand in an object: who applied before who wrote, older before newer."""
    return [_entry(owner, owned) for owner, owned in sorted(managed.items(), key=_place) if owned.fields]


def _place(one: tuple[Owner, Owned]) -> tuple[Any, ...]:
    owner, owned = one
    return owner.operation, int(seconds(owned.time)), owner.manager, owned.api_version, owner.subresource


def _entry(owner: Owner, owned: Owned) -> Obj:
    entry: Obj = {"manager": owner.manager, "operation": owner.operation, "apiVersion": owned.api_version}
    if owned.time:
        entry["time"] = owned.time
    entry |= {"fieldsType": "FieldsV1", "fieldsV1": ordered(owned.fields)}
    if owner.subresource:
        entry["subresource"] = owner.subresource
    return entry


def is_reset(entries: Any) -> bool:
    """Whether a client that sends this asks to forget all owners: [] or [{}]."""
    return isinstance(entries, list) and (not entries or (len(entries) == 1 and not any((entries[0] or {}).values())))


def capped(managed: Managed) -> Managed:
    """No more entries of plain writes than are kept apart: the oldest of each version become one."""
    writers = sorted(
        (owner for owner in managed if owner.operation == UPDATE),
        key=lambda owner: (int(seconds(managed[owner].time)), owner.identifier),
    )
    surplus = len(writers) - MOST_UPDATES
    if surplus <= 0:
        return managed
    made = dict(managed)
    first: dict[str, Owner] = {}
    for owner in writers:
        if surplus <= 0:
            break
        owned = made[owner]
        bucket = updater(ANCIENT, owned.api_version)
        if owned.api_version not in first:
            first[owned.api_version] = owner
            continue
        if bucket not in made:
            made[bucket] = made.pop(first[owned.api_version])
        del made[owner]
        # The younger one's time, since it is the last that anything in there was written.
        made[bucket] = Owned(union(owned.fields, made[bucket].fields), owned.api_version, owned.time)
        surplus -= 1
    return made


def name_of(given: str, user_agent: str) -> str:
    """The manager that a request writes as: the one it names, or the program's name in its User-Agent."""
    if given:
        return given
    name = "".join(each for each in user_agent.partition("/")[0] if each.isprintable())
    return name.encode()[:LONGEST_NAME].decode(errors="ignore")


def without_times(entries: Sequence[Mapping[str, Any]]) -> list[Obj]:
    """Entries as they are compared: when somebody last wrote is no change by itself."""
    return [{name: value for name, value in entry.items() if name != "time"} for entry in entries]
