"""One request as policies see it: what is done to which object, by whom. Pure."""

from __future__ import annotations

from typing import Any, NamedTuple

from cluster.kinds import conversion
from cluster.kinds.kind import Admission, Kind
from cluster.machinery.objects import NAMESPACES, Key, Obj


class Asked(NamedTuple):
    operation: str
    """CREATE, UPDATE or DELETE."""
    kind: Kind
    key: Key
    old: Obj | None
    new: Obj | None
    """None: a deletion."""
    subresource: str = ""

    def namespace(self, admission: Admission) -> Obj | None:
        """The Namespace it happens in; None for what is in none, and for Namespaces themselves."""
        if not self.key.namespace or self.key.kind == NAMESPACES:
            return None
        return admission.world.find(NAMESPACES, "", self.key.namespace)

    @property
    def labelled(self) -> list[dict[str, str]]:
        """The labels of what was there and of what is to be."""
        return [(each["metadata"].get("labels") or {}) for each in (self.new, self.old) if each is not None]

    def variables(self, api_version: str, admission: Admission) -> dict[str, Any]:
        """What expressions can ask for, the object in that version."""
        return {
            "object": conversion.shown(self.new, api_version) if self.new is not None else None,
            "oldObject": conversion.shown(self.old, api_version) if self.old is not None else None,
            "namespaceObject": self.namespace(admission),
            "request": self._request(api_version, admission),
            "authorizer": {"requestResource": self._resource(api_version)},
        }

    def _resource(self, api_version: str) -> dict[str, str]:
        """What an authorizer is asked about unless an expression says something else."""
        return {
            "group": api_version.rpartition("/")[0],
            "resource": self.kind.resource,
            "subresource": self.subresource,
            "namespace": self.key.namespace,
            "name": self.key.name,
        }

    def _request(self, api_version: str, admission: Admission) -> dict[str, Any]:
        group, _, version = api_version.rpartition("/")
        kind = {"group": group, "version": version, "kind": self.kind.kind}
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
