"""Which of the forms a server has is sent: the Accept header, read as Kubernetes' API servers read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cluster.api.refusals import NotAcceptable

OFFERED = ("application/json", "application/yaml", "application/vnd.kubernetes.protobuf")
"""What the refusal names. Whoever accepts one of them gets JSON: clients of the other two read it as well."""
_TRANSFORM = ("as", "g", "v")


def refused(offered: Sequence[str] = OFFERED) -> NotAcceptable:
    """What is answered when none of the forms offered is taken."""
    return NotAcceptable(f"only the following media types are accepted: {', '.join(offered)}")


class Clause(NamedTuple):
    """One alternative of an Accept header."""

    type: str
    """application/json, application/*, */*"""
    parameters: Mapping[str, str]
    quality: float = 1.0

    def takes(self, media_type: str) -> bool:
        main, _, sub = self.type.partition("/")
        offered_main, _, offered_sub = media_type.partition("/")
        return main in ("*", offered_main) and sub in ("*", offered_sub)

    @property
    def transform(self) -> tuple[str, str, str] | None:
        """(as, g, v) when another form of the object is asked for: a Table, an aggregated document."""
        found = tuple(self.parameters.get(each, "") for each in _TRANSFORM)
        return (found[0], found[1], found[2]) if found[0] else None


def clauses(accept: str) -> list[Clause]:
    """The alternatives, wanted most first; those of the same quality as they were written, wildcards last."""
    found = [_clause(each) for each in accept.split(",") if each.strip()]
    return sorted(
        (each for each in found if each.quality > 0),
        key=lambda each: (-each.quality, each.type.startswith("*"), each.type.endswith("*")),
    )


def _clause(text: str) -> Clause:
    media_type, *rest = (part.strip() for part in text.split(";"))
    given = dict(part.split("=", 1) for part in rest if "=" in part)
    parameters = {key.strip().lower(): value.strip().strip('"') for key, value in given.items()}
    try:
        quality = float(parameters.pop("q", "1"))
    except ValueError:
        quality = 1.0
    return Clause(media_type.lower(), parameters, quality)
