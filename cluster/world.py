"""All objects of one cluster at one revision, with the indexes that plans, DNS and pictures ask by.

Pure memory: no clock, no database. Objects are shared with everybody who reads them; replace, never change them.
`put` and `drop` return what was there, so that a writer can undo.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cluster.contents import Contents
from cluster.machinery.objects import (
    CONFIG_MAPS,
    ENDPOINT_SLICES,
    EVENTS,
    PODS,
    SECRETS,
    SERVICES,
    GroupResource,
    Key,
    Obj,
    claim_of,
)
from cluster.machinery.podspecs import containers_of

SERVICE_NAME_LABEL = "kubernetes.io/service-name"

# Labels that differ on every pod: an index entry each would cost memory and never narrow a list.
_UNIQUE_LABELS = frozenset({"statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"})

Bucket = dict[Key, Obj]
Objects = list[Obj]
Entry = tuple[Any, ...]
_EMPTY: Bucket = {}


class World:
    """Objects by key, and by kind and namespace, owner, label, node, address, claim."""

    def __init__(self, revision: int = 0) -> None:
        self.revision = revision
        self.edits = 0
        """How often this world was written to: who remembers what it read here compares it."""
        self.cursors: dict[str, int] = {}
        """Where address allocation stands, by range; kept with the cluster's counter row (see ipam)."""
        self.contents = Contents()
        """What containers and volumes hold; not part of a revision."""
        self._objects: dict[Key, Obj] = {}
        self._seats: dict[Key, int] = {}
        self._kinds: dict[tuple[str, str, str], Bucket] = {}
        self._counts: dict[tuple[str, str], int] = {}
        self._edited: dict[tuple[str, str], int] = {}
        self._index: dict[Entry, Bucket] = {}
        self._entered: dict[Key, tuple[Entry, ...]] = {}

    def copy(self) -> World:
        """Another world that stands as this one does: indexes of its own, everything in them shared."""
        made = World(self.revision)
        made.cursors, made.contents = self.cursors.copy(), self.contents
        made._objects, made._seats, made._counts = self._objects.copy(), self._seats.copy(), self._counts.copy()
        made._kinds = {where: bucket.copy() for where, bucket in self._kinds.items()}
        made._index = {entry: bucket.copy() for entry, bucket in self._index.items()}
        made._entered = self._entered.copy()
        made.edits, made._edited = self.edits, self._edited.copy()
        return made

    # -- reading -------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._objects)

    def __contains__(self, wanted: object) -> bool:
        return wanted in self._objects

    def get(self, wanted: Key) -> Obj | None:
        return self._objects.get(wanted)

    def find(self, kind: GroupResource, namespace: str, name: str) -> Obj | None:
        return self._objects.get(Key(kind.group, kind.resource, namespace, name))

    def seat(self, wanted: Key) -> int:
        """The place the store gave this object in its tile (pods) or band (workloads, Services); -1: none."""
        return self._seats.get(wanted, -1)

    def items(self) -> Iterator[tuple[Key, Obj]]:
        return iter(self._objects.items())

    def bucket(self, kind: GroupResource, namespace: str | None = None) -> Bucket:
        """Key -> object of one kind, in one namespace or (None) in all. Read only; do not hold across a put."""
        if namespace is not None:
            return self._kinds.get((kind.group, kind.resource, namespace), _EMPTY)
        found: Bucket = {}
        for (group, resource, _), bucket in self._kinds.items():
            if group == kind.group and resource == kind.resource:
                found.update(bucket)
        return found

    def count(self, kind: GroupResource) -> int:
        """How many objects of one kind there are."""
        return self._counts.get((kind.group, kind.resource), 0)

    def edited(self, kind: GroupResource) -> int:
        """How often this world had been written to when an object of this kind last was; 0: never."""
        return self._edited.get((kind.group, kind.resource), 0)

    def list(self, kind: GroupResource, namespace: str | None = None) -> Objects:
        """Objects of one kind ordered by namespace and name, as a list request gives them."""
        return [obj for _, obj in sorted(self.bucket(kind, namespace).items(), key=lambda item: item[0])]

    def owned_by(self, uid: str) -> Bucket:
        """All objects with an ownerReference to this uid."""
        return self._index.get(("owner", uid), _EMPTY)

    def with_label(self, kind: GroupResource, namespace: str, label: str, value: str) -> Bucket:
        return self._index.get(("label", kind, namespace, label, value), _EMPTY)

    def selected(self, kind: GroupResource, namespace: str, selector: Mapping[str, str]) -> Objects:
        """Objects whose labels hold all of `selector`, by name; an empty selector selects none (a Service's rule)."""
        if not selector:
            return []
        wanted = [(label, str(value)) for label, value in selector.items()]
        indexed = [pair for pair in wanted if pair[0] not in _UNIQUE_LABELS]
        buckets = [self.with_label(kind, namespace, label, value) for label, value in indexed]
        smallest = min(buckets, key=len) if buckets else self.bucket(kind, namespace)
        return [
            obj
            for _, obj in sorted(smallest.items(), key=lambda item: item[0])
            if all((obj["metadata"].get("labels") or {}).get(label) == value for label, value in wanted)
        ]

    def pods_on(self, node: str) -> Bucket:
        return self._index.get(("node", node), _EMPTY)

    def unbound_pods(self) -> Bucket:
        """Pods that no node has been chosen for."""
        return self._index.get(("node", ""), _EMPTY)

    def refused_pods(self) -> Bucket:
        """Those of them that fitted on no node when they were looked at: few, while unbound ones may be thousands."""
        return self._index.get(("refused",), _EMPTY)

    def slices_of(self, namespace: str, service: str) -> Bucket:
        """EndpointSlices that say they belong to this Service (by label, as CoreDNS and kube-proxy look)."""
        return self.with_label(ENDPOINT_SLICES, namespace, SERVICE_NAME_LABEL, service)

    def by_address(self, kind: GroupResource, address: str) -> Bucket:
        """Pods with this podIP, Services with this cluster IP, or EndpointSlices with an endpoint at it."""
        return self._index.get(("address", kind, address), _EMPTY)

    def pods_using_claim(self, namespace: str, claim: str) -> Bucket:
        return self._index.get(("claim", namespace, claim), _EMPTY)

    def pods_configured_by(self, kind: GroupResource, namespace: str, name: str) -> Bucket:
        """Pods that name this ConfigMap or Secret in a volume or a variable."""
        return self._index.get(("configured", kind, namespace, name), _EMPTY)

    def events_about(self, uid: str) -> Bucket:
        return self._index.get(("event", uid), _EMPTY)

    # -- writing -------------------------------------------------------------------------------------------

    def put(self, where: Key, obj: Obj, seat: int = -1) -> Obj | None:
        """Insert or replace; returns the object that was there."""
        old = self._objects.get(where)
        self._objects[where] = obj
        self.edits += 1
        self._edited[where[:2]] = self.edits
        if seat >= 0:
            self._seats[where] = seat
        self._kinds.setdefault(where[:3], {})[where] = obj
        entries = _entries(where, obj)
        if old is None:
            self._counts[where[:2]] = self._counts.get(where[:2], 0) + 1
        else:
            self._leave(where, set(self._entered[where]).difference(entries))
        self._entered[where] = entries
        index = self._index
        for entry in entries:
            bucket = index.get(entry)
            if bucket is None:
                index[entry] = {where: obj}
            else:
                bucket[where] = obj
        return old

    def drop(self, where: Key) -> Obj | None:
        """Remove; returns the object that was there."""
        old = self._objects.pop(where, None)
        if old is None:
            return None
        self.edits += 1
        self._edited[where[:2]] = self.edits
        self._seats.pop(where, None)
        self._counts[where[:2]] -= 1
        bucket = self._kinds[where[:3]]
        del bucket[where]
        if not bucket:
            del self._kinds[where[:3]]
        self._leave(where, self._entered.pop(where))
        return old

    def _leave(self, where: Key, entries: Iterable[Entry]) -> None:
        for entry in entries:
            bucket = self._index.get(entry)
            if bucket is not None:
                bucket.pop(where, None)
                if not bucket:
                    del self._index[entry]


def _configured(namespace: str, pod: Mapping[str, Any]) -> Iterator[Entry]:
    for volume in pod.get("volumes") or ():
        if "configMap" in volume:
            yield "configured", CONFIG_MAPS, namespace, (volume["configMap"] or {}).get("name")
        elif "secret" in volume:
            yield "configured", SECRETS, namespace, (volume["secret"] or {}).get("secretName")
    for container in containers_of(pod):
        given = [each.get("valueFrom") or {} for each in container.get("env") or ()]
        for source in (*given, *(container.get("envFrom") or ())):
            for field, kind in _SOURCES:
                if found := source.get(field):
                    yield "configured", kind, namespace, found.get("name")


_SOURCES = (
    ("configMapKeyRef", CONFIG_MAPS),
    ("secretKeyRef", SECRETS),
    ("configMapRef", CONFIG_MAPS),
    ("secretRef", SECRETS),
)


def _entries(where: Key, obj: Obj) -> tuple[Entry, ...]:
    """Every index entry an object stands under."""
    metadata = obj["metadata"]
    kind = where[:2]
    entries: list[Entry] = [("owner", each.get("uid")) for each in metadata.get("ownerReferences") or ()]
    if kind == EVENTS:
        return (*entries, ("event", (obj.get("involvedObject") or {}).get("uid")))
    entries.extend(
        ("label", kind, where.namespace, label, value)
        for label, value in (metadata.get("labels") or {}).items()
        if label not in _UNIQUE_LABELS
    )
    if kind == PODS:
        pod = obj.get("spec") or {}
        entries.append(("node", pod.get("nodeName") or ""))
        status = obj.get("status") or {}
        if not pod.get("nodeName") and any(
            each.get("reason") == "Unschedulable" for each in status.get("conditions") or ()
        ):
            entries.append(("refused",))
        addresses = {status.get("podIP")} | {each.get("ip") for each in status.get("podIPs") or ()}
        entries.extend(("address", PODS, address) for address in addresses if address)
        claims = (claim_of(obj, volume) for volume in pod.get("volumes") or ())
        entries.extend(("claim", where.namespace, claim) for claim in claims if claim)
        entries.extend(_configured(where.namespace, pod))
    elif kind == SERVICES:
        service = obj.get("spec") or {}
        addresses = {service.get("clusterIP"), *(service.get("clusterIPs") or ())}
        entries.extend(("address", SERVICES, address) for address in addresses if address and address != "None")
    elif kind == ENDPOINT_SLICES:
        found = {address for each in obj.get("endpoints") or () for address in each.get("addresses") or ()}
        entries.extend(("address", ENDPOINT_SLICES, address) for address in found)
    return tuple(entries)
