"""The tables. Objects of a simulated cluster are rows of `Resource`; their history is the log, `Change`.

Only `cluster.store` writes these tables (Cluster itself aside): a row written past it would have no revision, and
nobody would hear of it. `StoredByStoreOnly` makes such a write raise instead.
"""

from __future__ import annotations

import time
import uuid
from typing import Any, ClassVar, NoReturn, cast

import orjson
from django.conf import settings
from django.db import models

from cluster.clock import Clock
from cluster.config import ClusterConfig, Pace
from cluster.machinery.objects import GroupResource, Obj
from cluster.trust import keyring


class WrittenPastTheStore(Exception):
    """Somebody used the ORM to write what only `cluster.store.commit` may write."""


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise WrittenPastTheStore("objects are written with cluster.store.commit(cluster, intents, …), nothing else")


class ReadOnlyQuerySet(models.QuerySet[Any]):
    create = get_or_create = update_or_create = bulk_create = bulk_update = update = delete = _refuse


class ReadOnlyManager(models.Manager[Any]):
    """Reads rows; those of a model with a `kind` are that kind's alone."""

    def get_queryset(self) -> models.QuerySet[Any]:
        rows = ReadOnlyQuerySet(self.model, using=self._db)
        kind: GroupResource | None = getattr(self.model, "kind", None)
        return rows if kind is None else rows.filter(group=kind.group, resource=kind.resource)


class StoredByStoreOnly(models.Model):
    """Readable through the ORM, not writable."""

    objects = ReadOnlyManager()

    class Meta:
        abstract = True

    save = delete = _refuse


class Cluster(models.Model):
    """One simulated cluster: its name, settings and clock. Its counter is in `Counter`."""

    class Pace(models.TextChoices):
        INSTANT = "instant", "instant"
        BRISK = "brisk", "brisk"
        REAL = "real", "real"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=50, unique=True)
    title = models.CharField(max_length=100, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    created = models.DateTimeField(auto_now_add=True)
    pace = models.CharField(max_length=8, choices=Pace.choices, default=Pace.BRISK)
    domain = models.CharField(max_length=100, default="cluster.local")
    service_range = models.CharField(max_length=43, default="10.96.0.0/12")
    gates = models.CharField(max_length=500, blank=True, help_text="Feature gates that are on, separated by commas")
    clock_wall = models.FloatField(default=time.time, help_text="Wall time at which the cluster's clock was set")
    clock_time = models.FloatField(default=time.time, help_text="What the cluster's clock showed then")
    clock_speed = models.FloatField(default=1.0, help_text="0 is paused")
    steps_asked = models.PositiveBigIntegerField(default=0, help_text="Steps ever asked for while the clock was paused")
    steps_taken = models.PositiveBigIntegerField(default=0, help_text="Of these, steps carried out or given up")

    class Meta:
        ordering: ClassVar[list[str]] = ["slug"]

    def __str__(self) -> str:
        return self.slug

    @property
    def config(self) -> ClusterConfig:
        return ClusterConfig(
            slug=self.slug,
            pace=cast("Pace", self.pace),
            domain=self.domain,
            service_range=self.service_range,
            gates=frozenset(gate.strip() for gate in self.gates.split(",") if gate.strip()),
            trust=keyring(settings.DATA_DIR),
        )

    @property
    def clock(self) -> Clock:
        return Clock(self.clock_wall, self.clock_time, self.clock_speed)


class ApiToken(models.Model):
    """A person's key to the Kubernetes API. Only its digest is kept: whoever lost it makes another."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    cluster = models.ForeignKey(Cluster, null=True, blank=True, on_delete=models.CASCADE, help_text="Empty: all")
    label = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField(null=True, blank=True, help_text="Empty: never")

    class Meta:
        ordering: ClassVar[list[str]] = ["-created"]

    def __str__(self) -> str:
        return self.label or f"token {self.pk}"


class Counter(StoredByStoreOnly):
    """The one row that every writer of a cluster locks: commit order is revision order."""

    cluster = models.OneToOneField(Cluster, on_delete=models.CASCADE, primary_key=True)
    revision = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(default=0, help_text="Changes up to this revision are no longer kept")
    cursors = models.BinaryField(default=b"{}")
    contents = models.BigIntegerField(default=0, help_text="How often files were written, in batches; not in the log")

    def __str__(self) -> str:
        return f"r{self.revision}"


class Resource(StoredByStoreOnly):
    """The present state of one object, as JSON bytes."""

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE)
    group = models.CharField(max_length=253, blank=True)
    resource = models.CharField(max_length=253)
    namespace = models.CharField(max_length=63, blank=True)
    name = models.CharField(max_length=253)
    uid = models.CharField(max_length=36)
    revision = models.BigIntegerField()
    seat = models.IntegerField(default=-1)
    body = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["cluster", "group", "resource", "namespace", "name"], name="one_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    @property
    def object(self) -> Obj:
        decoded: Obj = orjson.loads(bytes(self.body))
        return decoded


class Change(StoredByStoreOnly):
    """A row of the log: one change of one object, with the whole object after it."""

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, db_index=False)
    revision = models.BigIntegerField()
    type = models.CharField(max_length=8)
    group = models.CharField(max_length=253, blank=True)
    resource = models.CharField(max_length=253)
    namespace = models.CharField(max_length=63, blank=True)
    name = models.CharField(max_length=253)
    seat = models.IntegerField(default=-1)
    previous = models.BigIntegerField(default=0)
    author = models.CharField(max_length=150)
    cause = models.CharField(max_length=150)
    wall = models.FloatField()
    time = models.FloatField()
    body = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["cluster", "revision"], name="one_per_revision"),
        ]

    def __str__(self) -> str:
        return f"r{self.revision} {self.type} {self.resource} {self.namespace}/{self.name}"


class Checkpoint(StoredByStoreOnly):
    """All objects of a cluster at its log's floor, so that any kept moment can be rebuilt."""

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE)
    revision = models.BigIntegerField()
    body = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["cluster", "revision"], name="one_checkpoint_per_revision"),
        ]

    def __str__(self) -> str:
        return f"r{self.revision}"


class Output(StoredByStoreOnly):
    """Lines that a container wrote since one of its starts. Not in the log of changes."""

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, db_index=False)
    pod = models.CharField(max_length=36)
    container = models.CharField(max_length=63)
    restart = models.IntegerField()
    size = models.IntegerField()
    body = models.BinaryField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["cluster", "pod", "container", "restart"], name="output_by_container"),
        ]

    def __str__(self) -> str:
        return f"{self.pod}/{self.container}/{self.restart}"


class MainProcess(StoredByStoreOnly):
    """A container's main process that runs in some process of ours, how far it has come, and who runs it."""

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, db_index=False)
    pod = models.CharField(max_length=36)
    container = models.CharField(max_length=63)
    restart = models.IntegerField()
    holder = models.CharField(max_length=100)
    expires = models.FloatField(help_text="Wall time until which its holder counts as alive")
    interactive = models.BooleanField(default=False)
    lines = models.BigIntegerField(default=0, help_text="Lines it has written so far")
    reached = models.FloatField(default=0.0, help_text="Cluster time up to which all it did is stored")
    over = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["cluster", "pod", "container", "restart"], name="one_main_process"),
        ]

    def __str__(self) -> str:
        return f"{self.pod}/{self.container}/{self.restart}"


class Content(StoredByStoreOnly):
    """What is at one path of a container's changes or of a volume, with its last versions. Not in the log."""

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, db_index=False)
    layer = models.CharField(max_length=200)
    path = models.CharField(max_length=1024, blank=True)
    revision = models.BigIntegerField()
    history = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["cluster", "layer", "path"], name="one_content_per_path"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["cluster", "revision"], name="contents_by_revision"),
        ]

    def __str__(self) -> str:
        return f"{self.layer}:{self.path}"


class Lease(StoredByStoreOnly):
    """Which worker runs a cluster's controllers. `token` rises with every new holder and fences the old one off."""

    cluster = models.OneToOneField(Cluster, on_delete=models.CASCADE, primary_key=True)
    holder = models.CharField(max_length=100, blank=True)
    token = models.BigIntegerField(default=0)
    expires = models.FloatField(default=0)

    def __str__(self) -> str:
        return f"{self.holder or 'nobody'}, token {self.token}"
