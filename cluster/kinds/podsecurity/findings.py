"""What a check of the Pod Security Standards finds, and how it is told. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from cluster.machinery.objects import Obj
from cluster.machinery.podspecs import every_container


class Finding(NamedTuple):
    reason: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.reason} ({self.detail})" if self.detail else self.reason


class PodParts(NamedTuple):
    """A pod, or the template of one, as the checks look at it."""

    metadata: Mapping[str, Any]
    spec: Mapping[str, Any]

    @property
    def context(self) -> Mapping[str, Any]:
        return self.spec.get("securityContext") or {}

    @property
    def windows(self) -> bool:
        return (self.spec.get("os") or {}).get("name") == "windows"

    def containers(self) -> list[Obj]:
        return every_container(self.spec)

    def named(self, wrong: Callable[[Mapping[str, Any]], Any]) -> list[str]:
        """The containers whose security context is so."""
        return [str(each.get("name")) for each in self.containers() if wrong(each.get("securityContext") or {})]


Check = Callable[[PodParts], Finding | None]


def quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{each}"' for each in names)


def some(word: str, names: Sequence[str]) -> str:
    """container "a"; containers "a", "b"."""
    return f"{plural(word, names)} {quoted(names)}"


def plural(word: str, of: Sequence[Any]) -> str:
    return word if len(of) == 1 else f"{word}s"


def setters(pod: bool, names: Sequence[str]) -> str:
    """Who sets something: pod and containers "a", "b"."""
    return " and ".join([*(["pod"] if pod else []), *([some("container", names)] if names else [])])
