"""What somebody wants to do, as an authorizer is told, and the words with which it is refused."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from cluster.machinery.errors import Forbidden


class Subject(Protocol):
    """Who asks."""

    @property
    def name(self) -> str: ...

    @property
    def groups(self) -> tuple[str, ...]: ...

    @property
    def owner(self) -> bool:
        """May do everything, whatever the roles say."""
        ...


class Attributes(NamedTuple):
    """One request. A namespace itself is asked for in the namespace of its own name, as Kubernetes does."""

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""
    """Of what is no resource: /healthz. Then the resource is empty."""

    @property
    def combined(self) -> str:
        """ "pods/log", as rules name subresources."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource


def words(user: Subject, asked: Attributes) -> str:
    """Why not, as far as it is about who asked for what."""
    if asked.path:
        return f'User "{user.name}" cannot {asked.verb} path "{asked.path}"'
    where = f'in the namespace "{asked.namespace}"' if asked.namespace else "at the cluster scope"
    what = f'resource "{asked.combined}" in API group "{asked.group}"'
    return f'User "{user.name}" cannot {asked.verb} {what} {where}'


def refusal(user: Subject, asked: Attributes, reason: str = "") -> Forbidden:
    """The answer to who may not; `reason` is the decision's."""
    detail = words(user, asked)
    return Forbidden(asked.resource, asked.name, f"{detail}: {reason}" if reason else detail, asked.group)
