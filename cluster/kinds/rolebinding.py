"""RoleBinding and ClusterRoleBinding: whom a role's rules hold for, in one namespace or everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from cluster.kinds.cells import AGE, NAME, wide
from cluster.kinds.fields import name_causes
from cluster.kinds.kind import Column, Kind
from cluster.kinds.role import GROUP
from cluster.kinds.rules import subdomain_rule
from cluster.machinery import names
from cluster.machinery.errors import Cause, Written, invalid, not_supported, required, shown
from cluster.machinery.objects import Obj

_SUBJECTS = ("Group", "ServiceAccount", "User")


def _default(obj: Obj) -> None:
    role = obj.setdefault("roleRef", {})
    if not role.get("apiGroup"):
        role["apiGroup"] = GROUP
    role.setdefault("kind", "")
    role.setdefault("name", "")
    for subject in obj.get("subjects") or ():
        if not subject.get("apiGroup") and subject.get("kind") in ("User", "Group"):
            subject["apiGroup"] = GROUP


def _validate(obj: Obj, *, namespaced: bool) -> Iterator[Cause]:
    role = obj["roleRef"]
    kinds = ("ClusterRole", "Role") if namespaced else ("ClusterRole",)
    if role["apiGroup"] != GROUP:
        yield not_supported("roleRef.apiGroup", role["apiGroup"], (GROUP,))
    if role["kind"] not in kinds:
        yield not_supported("roleRef.kind", role["kind"], kinds)
    if not role["name"]:
        yield required("roleRef.name")
    else:
        yield from name_causes("roleRef.name", role["name"], names.path_segment)
    for index, subject in enumerate(obj.get("subjects") or ()):
        yield from _subject(f"subjects[{index}]", subject, namespaced=namespaced)


def _subject(path: str, subject: Mapping[str, Any], *, namespaced: bool) -> Iterator[Cause]:
    name, kind, group = (subject.get(field) or "" for field in ("name", "kind", "apiGroup"))
    if not name:
        yield required(f"{path}.name")
    if kind == "ServiceAccount":
        if name:
            yield from name_causes(f"{path}.name", name, subdomain_rule)
        if group:
            yield not_supported(f"{path}.apiGroup", group, ("",))
        if not namespaced and not subject.get("namespace"):
            yield required(f"{path}.namespace")
    elif kind in ("User", "Group"):
        if not name:
            yield invalid(f"{path}.name", name, f"{kind.lower()} name cannot be empty")
        if group != GROUP:
            yield not_supported(f"{path}.apiGroup", group, (GROUP,))
    else:
        yield not_supported(f"{path}.kind", kind, _SUBJECTS)


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    role = new["roleRef"]
    if role != old["roleRef"]:
        fields = ", ".join(f"{part[0].upper()}{part[1:]}:{shown(role[part])}" for part in ("kind", "name"))
        written = f"rbac.RoleRef{{APIGroup:{shown(role['apiGroup'])}, {fields}}}"
        yield invalid("roleRef", Written(written), "cannot change roleRef")


def _role(obj: Obj, now: float) -> str:
    role = obj.get("roleRef") or {}
    return f"{role.get('kind', '')}/{role.get('name', '')}"


def _named(kind: str) -> Column:
    def cell(obj: Obj, now: float) -> str:
        found = [each for each in obj.get("subjects") or () if each.get("kind") == kind]
        if kind == "ServiceAccount":
            return ", ".join(f"{each.get('namespace', '')}/{each.get('name', '')}" for each in found)
        return ", ".join(str(each.get("name", "")) for each in found)

    return wide(f"{kind}s", cell)


_ROLE_BINDING = Kind(
    group=GROUP,
    version="v1",
    kind="RoleBinding",
    resource="rolebindings",
    singular="rolebinding",
    default=_default,
    validate=lambda obj: _validate(obj, namespaced=True),
    validate_update=_validate_update,
    name_rule=names.path_segment,
    has_status=False,
    columns=(NAME, Column("Role", _role), AGE, _named("User"), _named("Group"), _named("ServiceAccount")),
)

FAMILY = (
    _ROLE_BINDING,
    replace(
        _ROLE_BINDING,
        kind="ClusterRoleBinding",
        resource="clusterrolebindings",
        singular="clusterrolebinding",
        namespaced=False,
        validate=lambda obj: _validate(obj, namespaced=False),
    ),
)
