"""The words the ORM and the admin use: `Pod.objects.filter(cluster=c)`, `StatefulSet`, `Service` … over `Resource`.

Each is a proxy that sees one kind's rows. A kind without one is stored and served all the same.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from cluster.machinery import objects as kinds
from cluster.machinery.objects import GroupResource
from cluster.models.tables import ReadOnlyQuerySet, Resource


class OfOneKind(models.Manager[Any]):
    """Rows of the model's own kind, read only."""

    def get_queryset(self) -> models.QuerySet[Any]:
        kind: GroupResource = self.model.kind
        return ReadOnlyQuerySet(self.model, using=self._db).filter(group=kind.group, resource=kind.resource)


class Namespace(Resource):
    kind: ClassVar[GroupResource] = kinds.NAMESPACES
    objects = OfOneKind()

    class Meta:
        proxy = True


class Node(Resource):
    kind: ClassVar[GroupResource] = kinds.NODES
    objects = OfOneKind()

    class Meta:
        proxy = True


class Pod(Resource):
    kind: ClassVar[GroupResource] = kinds.PODS
    objects = OfOneKind()

    class Meta:
        proxy = True


class Service(Resource):
    kind: ClassVar[GroupResource] = kinds.SERVICES
    objects = OfOneKind()

    class Meta:
        proxy = True


class Endpoints(Resource):
    kind: ClassVar[GroupResource] = kinds.ENDPOINTS
    objects = OfOneKind()

    class Meta:
        proxy = True
        verbose_name_plural = "endpoints"


class EndpointSlice(Resource):
    kind: ClassVar[GroupResource] = kinds.ENDPOINT_SLICES
    objects = OfOneKind()

    class Meta:
        proxy = True


class StatefulSet(Resource):
    kind: ClassVar[GroupResource] = kinds.STATEFUL_SETS
    objects = OfOneKind()

    class Meta:
        proxy = True


class ControllerRevision(Resource):
    kind: ClassVar[GroupResource] = kinds.CONTROLLER_REVISIONS
    objects = OfOneKind()

    class Meta:
        proxy = True


class Deployment(Resource):
    kind: ClassVar[GroupResource] = kinds.DEPLOYMENTS
    objects = OfOneKind()

    class Meta:
        proxy = True


class ReplicaSet(Resource):
    kind: ClassVar[GroupResource] = kinds.REPLICA_SETS
    objects = OfOneKind()

    class Meta:
        proxy = True


class ConfigMap(Resource):
    kind: ClassVar[GroupResource] = kinds.CONFIG_MAPS
    objects = OfOneKind()

    class Meta:
        proxy = True


class Secret(Resource):
    kind: ClassVar[GroupResource] = kinds.SECRETS
    objects = OfOneKind()

    class Meta:
        proxy = True


class ServiceAccount(Resource):
    kind: ClassVar[GroupResource] = kinds.SERVICE_ACCOUNTS
    objects = OfOneKind()

    class Meta:
        proxy = True


class PersistentVolumeClaim(Resource):
    kind: ClassVar[GroupResource] = kinds.CLAIMS
    objects = OfOneKind()

    class Meta:
        proxy = True


class PersistentVolume(Resource):
    kind: ClassVar[GroupResource] = kinds.VOLUMES
    objects = OfOneKind()

    class Meta:
        proxy = True


class StorageClass(Resource):
    kind: ClassVar[GroupResource] = kinds.STORAGE_CLASSES
    objects = OfOneKind()

    class Meta:
        proxy = True
        verbose_name_plural = "storage classes"


class Event(Resource):
    kind: ClassVar[GroupResource] = kinds.EVENTS
    objects = OfOneKind()

    class Meta:
        proxy = True
