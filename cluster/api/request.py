"""One HTTP request to a cluster's API, taken apart as far as every answer needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from cluster.config import ClusterConfig
from cluster.watch import Hub, Mirror
from cluster.world import World

if TYPE_CHECKING:
    from cluster.api.metrics import About


class User(NamedTuple):
    """Who asks, as Kubernetes knows somebody."""

    name: str
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: Mapping[str, tuple[str, ...]] = {}
    owner: bool = False
    """May do everything in this cluster, whatever its roles say."""


ANONYMOUS = User("system:anonymous", ("system:unauthenticated",))


@dataclass
class Request:
    hub: Hub
    mirror: Mirror
    method: str
    path: str
    """Below the cluster's prefix, decoded: /api/v1/pods."""
    query: list[tuple[str, str]]
    """In the order given: `command=a&command=b` is a list."""
    headers: Mapping[str, str]
    """Names in lower case."""
    user: User
    body: bytes = b""
    warnings: list[str] = field(default_factory=list)
    """Shown to who asked, as Warning headers."""
    client: str = ""
    """Its address."""
    about: About | None = None
    """What it is counted under, once that is known."""

    @property
    def cluster(self) -> int:
        return self.mirror.cluster

    @property
    def world(self) -> World:
        """As it is now: not to be held across an await."""
        return self.mirror.world

    @property
    def config(self) -> ClusterConfig:
        return self.mirror.config

    def first(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        return next((value for key, value in self.query if key == name), default)

    def every(self, name: str) -> list[str]:
        return [value for key, value in self.query if key == name]

    def flag(self, name: str) -> bool:
        """A boolean parameter: there, and neither "false" nor "0"."""
        return any(key == name for key, _ in self.query) and self.first(name).lower() not in ("false", "0")


Json = dict[str, Any]
