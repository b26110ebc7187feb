"""The words the ORM and the admin use: `Pod.objects.filter(cluster=c)`, `StatefulSet`, `Service` … over `Resource`.

Each is a proxy that sees one kind's rows. A kind without one is stored and served all the same.
"""

from __future__ import annotations

from typing import ClassVar

from cluster.machinery import objects as kinds
from cluster.machinery.objects import GroupResource
from cluster.models.tables import Resource


class Namespace(Resource):
    kind: ClassVar[GroupResource] = kinds.NAMESPACES

    class Meta:
        proxy = True


class Node(Resource):
    kind: ClassVar[GroupResource] = kinds.NODES

    class Meta:
        proxy = True


class Pod(Resource):
    kind: ClassVar[GroupResource] = kinds.PODS

    class Meta:
        proxy = True


class Service(Resource):
    kind: ClassVar[GroupResource] = kinds.SERVICES

    class Meta:
        proxy = True


class Endpoints(Resource):
    kind: ClassVar[GroupResource] = kinds.ENDPOINTS

    class Meta:
        proxy = True
        verbose_name_plural = "endpoints"


class EndpointSlice(Resource):
    kind: ClassVar[GroupResource] = kinds.ENDPOINT_SLICES

    class Meta:
        proxy = True


class StatefulSet(Resource):
    kind: ClassVar[GroupResource] = kinds.STATEFUL_SETS

    class Meta:
        proxy = True


class ControllerRevision(Resource):
    kind: ClassVar[GroupResource] = kinds.CONTROLLER_REVISIONS

    class Meta:
        proxy = True


class Deployment(Resource):
    kind: ClassVar[GroupResource] = kinds.DEPLOYMENTS

    class Meta:
        proxy = True


class ReplicaSet(Resource):
    kind: ClassVar[GroupResource] = kinds.REPLICA_SETS

    class Meta:
        proxy = True


class ReplicationController(Resource):
    kind: ClassVar[GroupResource] = kinds.REPLICATION_CONTROLLERS

    class Meta:
        proxy = True


class DaemonSet(Resource):
    kind: ClassVar[GroupResource] = kinds.DAEMON_SETS

    class Meta:
        proxy = True


class Job(Resource):
    kind: ClassVar[GroupResource] = kinds.JOBS

    class Meta:
        proxy = True


class CronJob(Resource):
    kind: ClassVar[GroupResource] = kinds.CRON_JOBS

    class Meta:
        proxy = True


class HorizontalPodAutoscaler(Resource):
    kind: ClassVar[GroupResource] = kinds.AUTOSCALERS

    class Meta:
        proxy = True


class PodDisruptionBudget(Resource):
    kind: ClassVar[GroupResource] = kinds.DISRUPTION_BUDGETS

    class Meta:
        proxy = True


class ConfigMap(Resource):
    kind: ClassVar[GroupResource] = kinds.CONFIG_MAPS

    class Meta:
        proxy = True


class Secret(Resource):
    kind: ClassVar[GroupResource] = kinds.SECRETS

    class Meta:
        proxy = True


class ServiceAccount(Resource):
    kind: ClassVar[GroupResource] = kinds.SERVICE_ACCOUNTS

    class Meta:
        proxy = True


class PersistentVolumeClaim(Resource):
    kind: ClassVar[GroupResource] = kinds.CLAIMS

    class Meta:
        proxy = True


class PersistentVolume(Resource):
    kind: ClassVar[GroupResource] = kinds.VOLUMES

    class Meta:
        proxy = True


class StorageClass(Resource):
    kind: ClassVar[GroupResource] = kinds.STORAGE_CLASSES

    class Meta:
        proxy = True
        verbose_name_plural = "storage classes"


class Event(Resource):
    kind: ClassVar[GroupResource] = kinds.EVENTS

    class Meta:
        proxy = True
