"""One document of /openapi/v3: the paths and types of a group and version, or of the root of a group. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cluster.access import openid
from cluster.api.discovery import documents
from cluster.api.discovery.order import GroupVersion, group_versions, in_version
from cluster.api.openapi import completions
from cluster.api.openapi.definitions import META, Definitions, Gvk, closure, references
from cluster.api.openapi.operations import JSON, YAML, Served, content, paths, reference, version_stem
from cluster.config import KUBERNETES_VERSION
from cluster.kinds import Kind
from cluster.kinds.kind import Custom

Json = dict[str, Any]

_SECURITY = {
    "BearerToken": {
        "type": "apiKey",
        "description": "Bearer Token authentication",
        "name": "authorization",
        "in": "header",
    }
}
_OPENID = {
    openid.CONFIGURATION[1:]: (
        "WellKnown",
        "getServiceAccountIssuerOpenIDConfiguration",
        "who issues the tokens of service accounts",
    ),
    openid.KEYS[1:]: ("openid", "getServiceAccountIssuerOpenIDKeyset", "the keys that those tokens are signed with"),
}
"""Path -> tag, operation, what it tells."""
_ROOTS = {"api": "APIVersions", "apis": "APIGroupList"}


def keys(kinds: Sequence[Kind]) -> list[str]:
    """The paths of the documents, as the index names them: api, api/v1, apis, apis/apps, apis/apps/v1, version."""
    found = {"api", "apis", "version", *_OPENID}
    for group, versions in group_versions(kinds).items():
        found.update(GroupVersion(group, version).path[1:] for version in versions)
        if group:
            found.add(f"apis/{group}")
    return sorted(found)


def ingredients(kinds: Sequence[Kind], key: str) -> Json:
    """What of the kinds a document is made from; the key "" stands for all documents."""
    parts = key.split("/")
    if not key:
        return {each: ingredients(kinds, each) for each in keys(kinds)}
    if len(parts) == 3 or key.startswith("api/"):
        version = GroupVersion("" if parts[0] == "api" else parts[1], parts[-1])
        schemas = {kind.resource: kind.custom.schema for kind in in_version(kinds, version) if kind.custom}
        return {key: documents.resource_list(kinds, version), "schemas": schemas}
    return {key: KUBERNETES_VERSION}


def make(kinds: Sequence[Kind], key: str, definitions: Definitions) -> Json:
    """The document of one of `keys`."""
    parts = key.split("/")
    if len(parts) == 3 or key.startswith("api/"):
        return _of_version(kinds, GroupVersion("" if parts[0] == "api" else parts[1], parts[-1]), definitions)
    if key == "version":
        schema = "io.k8s.apimachinery.pkg.version.Info"
        return _whole(
            {"/version/": {"get": _root("version", "getCodeVersion", "the version", schema)}}, {}, definitions
        )
    if key in _OPENID:
        tag, called, what = _OPENID[key]
        asked = _root(tag, called, what, "")
        asked["responses"]["200"] = {"description": "OK", "content": {JSON: {"schema": {"type": "string"}}}}
        return _whole({f"/{key}/": {"get": asked}}, {}, definitions)
    word = _ROOTS.get(key, "APIGroup")
    name = "".join(part.capitalize() for part in key.replace(".", "/").split("/"))
    operation = _root(key.rpartition("/")[2], f"get{name}", "what is served", META + word)
    return _whole({f"/{key}/": {"get": operation}}, {}, definitions)


def of_kind(kind: Kind, version: GroupVersion, definitions: Definitions) -> Json:
    """The type of one kind and all that it refers to: {"root": its component's name, "components": {name: schema}}."""
    own: dict[str, Json] = {}
    gvk = (*version, kind.kind)
    root = _own_type(gvk, kind.custom, own, definitions) if kind.custom else _type(gvk, own, definitions)
    return {"root": root, "components": closure([root], own, definitions)}


def _root(tag: str, operation: str, what: str, schema: str) -> Json:
    return {
        "tags": [tag],
        "description": f"get {what}",
        "operationId": operation,
        "responses": {
            "200": {"description": "OK", **content(reference(schema), JSON, YAML)},
            "401": {"description": "Unauthorized"},
        },
    }


def _of_version(kinds: Sequence[Kind], version: GroupVersion, definitions: Definitions) -> Json:
    own: dict[str, Json] = {}
    resources = _root(
        str(version), f"get{version_stem(version)}APIResources", "the resources", f"{META}APIResourceList"
    )
    made: dict[str, Json] = {f"{version.path}/": {"get": resources}}
    for kind in in_version(kinds, version):
        gvk = (*version, kind.kind)
        schema = _own_type(gvk, kind.custom, own, definitions) if kind.custom else _type(gvk, own, definitions)
        list_schema = _list_type(gvk, kind.list_kind, schema, own, definitions)
        served = Served(kind, version, schema, list_schema, custom=kind.custom is not None)
        below = {
            each.name: _type(each.kind, own, definitions)
            for each in kind.all_subresources
            if each.kind is not None and not each.kind[2].endswith("Options")
        }
        made |= paths(served, below)
    return _whole(made, own, definitions)


def _own_type(gvk: Gvk, custom: Custom, own: dict[str, Json], definitions: Definitions) -> str:
    name = completions.component_name(gvk)
    own[name] = completions.custom(gvk, custom.schema, completions.identity(definitions))
    return name


def _type(gvk: Gvk, own: dict[str, Json], definitions: Definitions) -> str:
    """The component's name; what the package lacks is added to `own`."""
    if (known := definitions.name(gvk)) is not None:
        return known
    name = completions.component_name(gvk)
    fields = completions.identity(definitions)
    own[name] = completions.metrics(gvk, fields) or completions.opaque(gvk, fields)
    return name


def _list_type(gvk: Gvk, called: str, item: str, own: dict[str, Json], definitions: Definitions) -> str:
    if (known := definitions.name((gvk[0], gvk[1], called))) is not None:
        return known
    name = completions.component_name((gvk[0], gvk[1], called))
    own[name] = completions.list_of(gvk, called, item, completions.identity(definitions, listed=True))
    return name


def _whole(made: dict[str, Json], own: dict[str, Json], definitions: Definitions) -> Json:
    return {
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": KUBERNETES_VERSION},
        "paths": dict(sorted(made.items())),
        "components": {
            "schemas": closure({*references(made), *own}, own, definitions),
            "securitySchemes": _SECURITY,
        },
        "security": [{"BearerToken": []}],
    }
