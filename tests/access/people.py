"""Somebody who asks, and a world with roles for them."""

from __future__ import annotations

from typing import Any, NamedTuple

from cluster.access.defaultroles import GROUP, default_roles
from cluster.kinds import key_of
from cluster.machinery.objects import Obj
from cluster.world import World


class Person(NamedTuple):
    name: str
    groups: tuple[str, ...] = ("system:authenticated",)
    uid: str = ""
    extra: dict[str, tuple[str, ...]] = {}  # noqa: RUF012
    owner: bool = False


ANN = Person("ann")
BOB = Person("bob", ("devs", "system:authenticated"))
NOBODY = Person("system:anonymous", ("system:unauthenticated",))
ROBOT = Person(
    "system:serviceaccount:shop:robot",
    ("system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"),
)


def role(name: str, *rules: Obj, namespace: str = "", **parts: Any) -> Obj:
    kind = "Role" if namespace else "ClusterRole"
    metadata = {"name": name, **({"namespace": namespace} if namespace else {}), **parts.pop("metadata", {})}
    return {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": metadata, "rules": list(rules), **parts}


def may(verbs: str, resources: str, group: str = "", names: str = "") -> Obj:
    rule: Obj = {"verbs": verbs.split(), "apiGroups": [group], "resources": resources.split()}
    return {**rule, "resourceNames": names.split()} if names else rule


def binding(name: str, to: str, *subjects: str, namespace: str = "") -> Obj:
    """`to` is "Role/web"; subjects are "User/ann", "Group/devs", "ServiceAccount/robot" or that with its namespace."""
    kind, _, called = to.partition("/")
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "RoleBinding" if namespace else "ClusterRoleBinding",
        "metadata": metadata,
        "roleRef": {"apiGroup": GROUP, "kind": kind, "name": called},
        "subjects": [_subject(each) for each in subjects],
    }


def _subject(text: str) -> Obj:
    kind, *where, name = text.split("/")
    return {"kind": kind, "name": name, **({"namespace": where[0]} if where else {})}


def world(*objects: Obj, defaults: bool = False) -> World:
    made = World()
    for obj in [*(default_roles() if defaults else ()), *objects]:
        made.put(key_of(obj), obj)
    return made
