"""One request as policies see it: what is done to which object, by whom. Pure."""

from __future__ import annotations

from typing import Any, NamedTuple

from cluster.kinds import conversion
from cluster.kinds.kind import Admission, Kind
from cluster.machinery.objects import NAMESPACES, Key, Obj


class Asked(NamedTuple):
    operation: str
    """CREATE, UPDATE, DELETE or CONNECT."""
    kind: Kind
    key: Key
    old: Obj | None
    new: Obj | None
    """None: a deletion. Of a connection, a binding and an eviction: what they are asked with."""
    subresource: str = ""

    def namespace(self, admission: Admission) -> Obj | None:
        """The Namespace it happens in; None for what is in none, and for Namespaces themselves."""
        if not self.key.namespace or self.key.kind == NAMESPACES:
            return None
        return admission.world.find(NAMESPACES, "", self.key.namespace)

    @property
    def labelled(self) -> list[dict[str, str]]:
        """The labels of what was there and of what is to be."""
        return [((each.get("metadata") or {}).get("labels") or {}) for each in (self.new, self.old) if each is not None]

    def variables(self, api_version: str, admission: Admission) -> dict[str, Any]:
        """What expressions can ask for, the object in that version."""
        return {
            "object": self._seen(self.new, api_version),
            "oldObject": self._seen(self.old, api_version),
            "namespaceObject": self.namespace(admission),
            "request": self.told(api_version, admission),
            "authorizer": {"requestResource": self._resource(api_version)},
        }

    def _seen(self, obj: Obj | None, api_version: str) -> Obj | None:
        return obj if obj is None or self.is_foreign(obj) else conversion.shown(obj, api_version)

    def is_foreign(self, obj: Obj | None) -> bool:
        """What is asked with is no object of the kind: options, a Binding, an Eviction."""
        return obj is not None and obj.get("kind") != self.kind.kind

    def _resource(self, api_version: str) -> dict[str, str]:
        """What an authorizer is asked about unless an expression says something else."""
        return {
            "group": api_version.rpartition("/")[0],
            "resource": self.kind.resource,
            "subresource": self.subresource,
            "namespace": self.key.namespace,
            "name": self.key.name,
        }

    def told(self, api_version: str, admission: Admission) -> dict[str, Any]:
        """The request but for its objects, in that version."""
        group, _, version = api_version.rpartition("/")
        kind = {"group": group, "version": version, "kind": self.kind.kind}
        if self.is_foreign(self.new):
            assert self.new is not None
            group, _, version = str(self.new["apiVersion"]).rpartition("/")
            kind = {"group": group, "version": version, "kind": self.new["kind"]}
        elif self.subresource == "scale":
            kind = {"group": "autoscaling", "version": "v1", "kind": "Scale"}
        resource = {"group": group, "version": version, "resource": self.kind.resource}
        asker = admission.asker
        return {
            "kind": kind,
            "resource": resource,
            "requestKind": kind,
            "requestResource": resource,
            "subResource": self.subresource,
            "requestSubResource": self.subresource,
            "name": self.key.name,
            "namespace": self.key.namespace,
            "operation": self.operation,
            "userInfo": {
                "username": asker.name,
                "uid": asker.uid,
                "groups": list(asker.groups),
                "extra": {name: list(values) for name, values in asker.extra.items()},
            },
            "dryRun": admission.dry_run,
            "options": {},
        }
