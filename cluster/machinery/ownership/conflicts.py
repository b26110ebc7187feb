"""What an apply is refused with that would change what somebody else owns, in the server's own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import orjson

from cluster.machinery.errors import ApiError
from cluster.machinery.ownership import elements
from cluster.machinery.ownership.fieldsets import members
from cluster.machinery.ownership.managers import UPDATE, Managed, Owner


class Clash(NamedTuple):
    """One field, and who owns it with another value."""

    owner: Owner
    way: tuple[str, ...]

    def __str__(self) -> str:
        return f"conflict with {called(self.owner)}"


class ApplyConflict(ApiError):
    code, reason = 409, "Conflict"

    def __init__(self, clashes: Sequence[Clash]) -> None:
        self.clashes = list(clashes)
        causes = [
            {"reason": "FieldManagerConflict", "message": str(each), "field": elements.text(each.way)}
            for each in clashes
        ]
        super().__init__(_message(clashes), {"causes": causes})


def clashes_of(taken: Managed) -> list[Clash]:
    """One for each field of each owner, in the order of their names."""
    owners = sorted(taken, key=lambda owner: owner.identifier)
    return [Clash(owner, way) for owner in owners for way in members(taken[owner].fields)]


def _message(clashes: Sequence[Clash]) -> str:
    if len(clashes) == 1:
        return f"Apply failed with 1 conflict: {clashes[0]}: {elements.text(clashes[0].way)}"
    lines: list[str] = []
    for owner, group in _grouped(clashes):
        lines.append(f"conflicts with {called(owner)}:")
        lines += [f"- {elements.text(each.way)}" for each in group]
    return f"Apply failed with {len(clashes)} conflicts: " + "\n".join(lines)


def _grouped(clashes: Sequence[Clash]) -> Iterable[tuple[Owner, list[Clash]]]:
    groups: dict[Owner, list[Clash]] = {}
    for each in clashes:
        groups.setdefault(each.owner, []).append(each)
    return groups.items()


def called(owner: Owner) -> str:
    """An owner as a conflict names them: "kubectl" with subresource "status" using apps/v1."""
    words = orjson.dumps(owner.manager).decode()
    if owner.subresource:
        words += f" with subresource {orjson.dumps(owner.subresource).decode()}"
    return f"{words} using {owner.api_version}" if owner.operation == UPDATE else words
