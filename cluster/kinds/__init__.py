"""The registry: every module of this package that defines `KIND` adds a kind, one that defines `FAMILY` several that
are alike. Adding one is adding a file.

    by_kind("apps/v1", "StatefulSet").key(obj)

What a kind does is in its module; how an object gets in is in `admission`.
"""

from __future__ import annotations

from cluster.kinds.kind import Kind
from cluster.kinds.registry import Registry
from cluster.machinery.errors import BadRequest
from cluster.machinery.objects import GroupResource, Key, Obj

BUILT_IN = Registry.built_in()
KINDS: tuple[Kind, ...] = BUILT_IN.kinds


def by_resource(kind: GroupResource) -> Kind | None:
    return BUILT_IN.by_resource(kind)


def by_path(api_version: str, resource: str) -> Kind | None:
    """The kind served under that version by that plural name, whatever version it is stored in."""
    return BUILT_IN.by_path(api_version, resource)


def by_kind(api_version: str, kind: str) -> Kind | None:
    """The kind of that name in that version, one of those it is stored or served in."""
    return BUILT_IN.by_kind(api_version, kind)


def key_of(obj: Obj) -> Key:
    """The key of an object as somebody wrote it; without a namespace it is in `default`. BadRequest in kubectl's words
    when it says no kind, or one that is not known."""
    api_version, word = obj.get("apiVersion"), obj.get("kind")
    missing = [f"{field} not set" for field, value in (("apiVersion", api_version), ("kind", word)) if not value]
    if missing:
        listed = missing[0] if len(missing) == 1 else f"[{', '.join(missing)}]"
        raise BadRequest(f"error validating data: {listed}")
    kind = by_kind(str(api_version), str(word))
    if kind is None:
        raise BadRequest(f'no matches for kind "{word}" in version "{api_version}"')
    key = kind.key(obj)
    return key if key.namespace or not kind.namespaced else key._replace(namespace="default")


__all__ = ["BUILT_IN", "KINDS", "Kind", "by_kind", "by_path", "by_resource", "key_of"]
