"""What a cluster serves, told in both forms: a document a group and version, and all of them in one (aggregated).

Pure: from kinds to objects of the API. Recordings of a real control plane decide what they look like.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import Any

from cluster.api.discovery.order import GroupVersion, group_version, group_versions, in_version
from cluster.kinds import Kind
from cluster.kinds.kind import Subresource

Json = dict[str, Any]

_STORED_AS = {"CustomResourceDefinition": "apiextensions.k8s.io/v1beta1"}
"""Kinds whose stored version no longer is one that is served."""


def api_versions(address: str) -> Json:
    """/api"""
    return {
        "kind": "APIVersions",
        "versions": ["v1"],
        "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}],
    }


def group_list(kinds: Sequence[Kind]) -> Json:
    """/apis"""
    groups = [_group(name, versions) for name, versions in group_versions(kinds).items() if name]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}


def group(kinds: Sequence[Kind], name: str) -> Json | None:
    """/apis/G; None when there is no such group."""
    versions = group_versions(kinds).get(name)
    return {"kind": "APIGroup", "apiVersion": "v1", **_group(name, versions)} if name and versions else None


def _group(name: str, versions: Sequence[str]) -> Json:
    told = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions]
    return {"name": name, "versions": told, "preferredVersion": told[0]}


def resource_list(kinds: Sequence[Kind], wanted: GroupVersion) -> Json | None:
    """/api/v1, /apis/G/V; None when nothing is served there."""
    served = in_version(kinds, wanted)
    if not served:
        return None
    resources = [each for kind in served for each in _resources(kind)]
    start: Json = {"kind": "APIResourceList"}
    if wanted.group:
        start["apiVersion"] = "v1"
    return {**start, "groupVersion": str(wanted), "resources": resources}


def _resources(kind: Kind) -> list[Json]:
    own: Json = {
        "name": kind.resource,
        "singularName": kind.singular,
        "namespaced": kind.namespaced,
        "kind": kind.kind,
        "verbs": list(kind.verbs),
        **_names(kind),
    }
    if kind.stored and "create" in kind.verbs:
        own["storageVersionHash"] = storage_version_hash(kind)
    below = [
        {
            "name": f"{kind.resource}/{each.name}",
            "singularName": "",
            "namespaced": kind.namespaced,
            **_foreign(kind, each),
            "kind": each.kind[2] if each.kind else kind.kind,
            "verbs": list(each.verbs),
        }
        for each in _subresources(kind)
    ]
    return [own, *below]


def _subresources(kind: Kind) -> Sequence[Subresource]:
    """By the alphabet; those of custom kinds begin with the status."""
    return kind.all_subresources[::-1] if kind.custom else kind.all_subresources


def _names(kind: Kind) -> Json:
    named = {"shortNames": list(kind.short_names), "categories": list(kind.categories)}
    return {field: value for field, value in named.items() if value}


def _foreign(kind: Kind, subresource: Subresource) -> Json:
    """Group and version of what a subresource takes, where they are not those of the kind."""
    if subresource.kind is None or subresource.kind[:2] == (kind.group, kind.version):
        return {}
    return {"group": subresource.kind[0], "version": subresource.kind[1]}


def storage_version_hash(kind: Kind) -> str:
    """Changes when objects of the kind are stored in another version."""
    stored = group_version(_STORED_AS.get(kind.kind, kind.api_version))
    digest = hashlib.sha256(f"{stored.group}/{stored.version}/{kind.kind}".encode()).digest()
    return base64.b64encode(digest[:8]).decode()


def aggregated(kinds: Sequence[Kind], form: str, *, core: bool) -> Json:
    """/api (`core`) and /apis as one document; `form` is the version of the format, v2 or v2beta1."""
    groups = {name: versions for name, versions in group_versions(kinds).items() if (name == "") is core}
    return {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": f"apidiscovery.k8s.io/{form}",
        "metadata": {},
        "items": [_discovery(kinds, name, versions) for name, versions in groups.items()],
    }


def _discovery(kinds: Sequence[Kind], name: str, versions: Sequence[str]) -> Json:
    told = [
        {
            "version": version.version,
            "resources": [_resource(kind, version) for kind in in_version(kinds, version)],
            "freshness": "Current",
        }
        for version in (GroupVersion(name, each) for each in versions)
    ]
    return {"metadata": {**({"name": name} if name else {}), "creationTimestamp": None}, "versions": told}


def _resource(kind: Kind, version: GroupVersion) -> Json:
    below = [
        {"subresource": each.name, "responseKind": _response(kind, each, version), "verbs": list(each.verbs)}
        for each in _subresources(kind)
    ]
    return {
        "resource": kind.resource,
        "responseKind": _response(kind, None, version),
        "scope": "Namespaced" if kind.namespaced else "Cluster",
        "singularResource": kind.singular,
        "verbs": list(kind.verbs),
        **_names(kind),
        **({"subresources": below} if below else {}),
    }


def _response(kind: Kind, subresource: Subresource | None, version: GroupVersion) -> Json:
    """Empty group and version mean those it is told under; only those of custom kinds are spelled out."""
    if subresource is not None and subresource.kind is not None:
        foreign = _foreign(kind, subresource)
        return {
            "group": foreign.get("group", ""),
            "version": foreign.get("version", ""),
            "kind": subresource.kind[2],
        }
    own = (kind.group, version.version) if kind.custom else ("", "")
    return {"group": own[0], "version": own[1], "kind": kind.kind}
