"""The paths of one kind in one version: an operation for each verb, of the collection, the object and what is below.

Pure. Which schema stands for the kind is an argument, and so is whether it is a custom one, which merges no lists.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from cluster.api.discovery.order import GroupVersion
from cluster.api.openapi import parameters
from cluster.api.openapi.definitions import COMPONENTS, GVK, META, Gvk
from cluster.kinds import Kind
from cluster.kinds.kind import Subresource

Json = dict[str, Any]

JSON, YAML = "application/json", "application/yaml"
PATCHES = (
    "application/apply-patch+yaml",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
)
CONNECTED = ("attach", "exec", "portforward", "proxy")
"""Subresources that are streams, not objects."""
_METHODS = {"create": "post", "get": "get", "update": "put", "patch": "patch", "delete": "delete"}
_WORDS = {"create": "create", "get": "read", "update": "replace", "patch": "patch", "delete": "delete"}
_ACTIONS = {"create": "post", "get": "get", "update": "put", "patch": "patch", "delete": "delete"}
_SAYS = {
    "create": "create a {}",
    "get": "read the specified {}",
    "update": "replace the specified {}",
    "patch": "partially update the specified {}",
    "delete": "delete a {}",
}


class Served(NamedTuple):
    """A kind as it is served in one version, and the components that stand for it."""

    kind: Kind
    version: GroupVersion
    schema: str
    list_schema: str
    custom: bool = False

    @property
    def gvk(self) -> Gvk:
        return (*self.version, self.kind.kind)

    @property
    def tag(self) -> str:
        return f"{camel_group(self.version)[0].lower()}{camel_group(self.version)[1:]}_{self.version.version}"

    @property
    def stem(self) -> str:
        """AppsV1Namespaced, in operation ids."""
        scope = "Namespaced" if self.kind.namespaced else ""
        return f"{version_stem(self.version)}{scope}"


def camel_group(version: GroupVersion) -> str:
    parts = (version.group.removesuffix(".k8s.io") or "core").replace("-", ".").split(".")
    return "".join(part[:1].upper() + part[1:] for part in parts)


def version_stem(version: GroupVersion) -> str:
    return f"{camel_group(version)}{version.version[0].upper()}{version.version[1:]}"


def reference(name: str) -> Json:
    return {"$ref": COMPONENTS + name}


def content(schema: Json, *types: str) -> Json:
    return {"content": {each: {"schema": schema} for each in types or (JSON, YAML)}}


def described_gvk(gvk: Gvk) -> Json:
    group, version, kind = gvk
    return {"group": group, "kind": kind, "version": version}


def paths(served: Served, subresource_schema: dict[str, str]) -> dict[str, Json]:
    """Path -> its operations. `subresource_schema` names the component of each subresource that takes another kind."""
    kind = served.kind
    root = served.version.path
    below = f"{root}/namespaces/{{namespace}}/{kind.resource}" if kind.namespaced else f"{root}/{kind.resource}"
    made: dict[str, Json] = {}
    collection = _collection(served)
    if collection:
        made[below] = {**collection, "parameters": _common(kind)}
    if kind.namespaced and "list" in kind.verbs:
        everywhere = _list(served, f"list{version_stem(served.version)}{kind.kind}ForAllNamespaces")
        made[f"{root}/{kind.resource}"] = {"get": everywhere, "parameters": [parameters.PRETTY]}
    single = {
        _METHODS[verb]: _single(served, verb) for verb in ("get", "update", "patch", "delete") if verb in kind.verbs
    }
    if single:
        made[f"{below}/{{name}}"] = {**single, "parameters": [parameters.name(kind.kind), *_common(kind)]}
    for each in kind.all_subresources:
        made |= _below(served, f"{below}/{{name}}/{each.name}", each, subresource_schema.get(each.name, served.schema))
    return made


def _common(kind: Kind) -> list[Json]:
    return [parameters.NAMESPACE, parameters.PRETTY] if kind.namespaced else [parameters.PRETTY]


def _collection(served: Served) -> Json:
    kind = served.kind
    made: Json = {}
    if "list" in kind.verbs:
        made["get"] = _list(served, f"list{served.stem}{kind.kind}")
    if "create" in kind.verbs:
        made["post"] = _writing(served, "create", served.schema, f"create{served.stem}{kind.kind}", served.gvk)
    if "deletecollection" in kind.verbs:
        schema = reference(f"{META}Status")
        made["delete"] = {
            **_operation(served, "deletecollection", f"delete collection of {kind.kind}", served.gvk),
            "operationId": f"delete{version_stem(served.version)}Collection"
            f"{'Namespaced' if kind.namespaced else ''}{kind.kind}",
            "parameters": parameters.CLEARING,
            "requestBody": _deletion(),
            "responses": _responses({"200": schema}),
        }
    return made


def _list(served: Served, operation: str) -> Json:
    return {
        **_operation(served, "list", f"list or watch objects of kind {served.kind.kind}", served.gvk),
        "operationId": operation,
        "parameters": parameters.LISTING,
        "responses": _responses({"200": reference(served.list_schema)}, stream=True),
    }


def _single(served: Served, verb: str) -> Json:
    kind = served.kind
    operation = f"{_WORDS[verb]}{served.stem}{kind.kind}"
    if verb == "get":
        return {
            **_operation(served, "get", _SAYS["get"].format(kind.kind), served.gvk),
            "operationId": operation,
            "responses": _responses({"200": reference(served.schema)}),
        }
    if verb == "delete":
        status = reference(f"{META}Status")
        return {
            **_operation(served, "delete", _SAYS["delete"].format(kind.kind), served.gvk),
            "operationId": operation,
            "parameters": parameters.DELETING,
            "requestBody": _deletion(),
            "responses": _responses({"200": status, "202": status}),
        }
    return _writing(served, verb, served.schema, operation, served.gvk)


def _writing(served: Served, verb: str, schema: str, operation: str, gvk: Gvk, says: str = "") -> Json:
    codes = {"create": ("200", "201", "202"), "update": ("200", "201"), "patch": ("200", "201")}[verb]
    if verb == "patch":
        types = PATCHES[:-1] if served.custom else PATCHES
        body: Json = {**content(reference(f"{META}Patch"), *types), "required": True}
    else:
        body = {**content(reference(schema)), "required": True}
    return {
        **_operation(served, _ACTIONS[verb], says or _SAYS[verb].format(served.kind.kind), gvk),
        "operationId": operation,
        "parameters": parameters.PATCHING if verb == "patch" else parameters.WRITING,
        "requestBody": body,
        "responses": _responses({code: reference(schema) for code in codes}),
    }


def _below(served: Served, path: str, subresource: Subresource, schema: str) -> dict[str, Json]:
    kind = served.kind
    shared = [parameters.name(kind.kind), *_common(kind)]
    title = "".join(part.capitalize() for part in subresource.name.split("/"))
    gvk = subresource.kind or served.gvk
    if subresource.name in CONNECTED:
        methods = {verb: _connect(served, verb, title, gvk) for verb in subresource.verbs}
        operations = {_METHODS[verb]: operation for verb, operation in methods.items()}
        shared = [*shared, *parameters.CONNECTING[subresource.name]]
        made = {path: {**operations, "parameters": shared}}
        if subresource.name == "proxy":
            tailed = {
                method: {**operation, "operationId": f"{operation['operationId']}WithPath"}
                for method, operation in operations.items()
            }
            made[f"{path}/{{path}}"] = {**tailed, "parameters": [*shared, parameters.PATH]}
        return made
    operations = {}
    for verb in subresource.verbs:
        operation = f"{_WORDS[verb]}{served.stem}{kind.kind}{title}"
        says = f"{_SAYS[verb].format(subresource.name)} of the {kind.kind}"
        if verb == "get":
            text = {"200": {"description": "OK", "content": {"text/plain": {"schema": {"type": "string"}}}}}
            operations["get"] = {
                **_operation(served, "get", says, gvk),
                "operationId": operation,
                "responses": {**text, **_UNAUTHORIZED}
                if subresource.name == "log"
                else _responses({"200": reference(schema)}),
            }
        else:
            operations[_METHODS[verb]] = _writing(served, verb, schema, operation, gvk, says)
    return {path: {**operations, "parameters": [*shared, *parameters.CONNECTING.get(subresource.name, ())]}}


def _connect(served: Served, verb: str, title: str, gvk: Gvk) -> Json:
    method = _METHODS[verb]
    text = {"description": "OK", "content": {"*/*": {"schema": {"type": "string"}}}}
    return {
        **_operation(
            served, "connect", f"connect {method.upper()} requests to {title.lower()} of {served.kind.kind}", gvk
        ),
        "operationId": f"connect{version_stem(served.version)}{method.capitalize()}"
        f"{'Namespaced' if served.kind.namespaced else ''}{served.kind.kind}{title}",
        "responses": {"200": text, **_UNAUTHORIZED},
    }


def _operation(served: Served, action: str, says: str, gvk: Gvk) -> Json:
    return {
        "tags": [served.tag],
        "description": says,
        "x-kubernetes-action": action,
        GVK: described_gvk(gvk),
    }


_UNAUTHORIZED: Json = {"401": {"description": "Unauthorized"}}
_SPOKEN = {"200": "OK", "201": "Created", "202": "Accepted"}


def _responses(schemas: dict[str, Json], *, stream: bool = False) -> Json:
    types = (JSON, YAML, "application/json;stream=watch") if stream else (JSON, YAML)
    return {
        **{code: {"description": _SPOKEN[code], **content(schema, *types)} for code, schema in schemas.items()},
        **_UNAUTHORIZED,
    }


def _deletion() -> Json:
    return content(reference(f"{META}DeleteOptions"))
