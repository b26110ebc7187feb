"""From a request for a Service or pod name to the things that answer it. Knows no record types and no TTLs.

A look-up gives a list of items, or None when the name does not exist; an empty list is a name that exists and holds
nothing (a namespace). Everything that was consulted, found or not, is put into `rests_on`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cluster.dns.names import Request, endpoint_name, is_ipv6, plain_address, undashed
from cluster.dns.settings import DnsConfig
from cluster.machinery import objects
from cluster.machinery.objects import ENDPOINT_SLICES, NAMESPACES, PODS, SERVICES, GroupResource, Key, Obj
from cluster.machinery.selectors import EVERYTHING
from cluster.world import SERVICE_NAME_LABEL, World

SERVICE_IMPORTS = GroupResource("multicluster.x-k8s.io", "serviceimports")
IMPORT_LABEL = "multicluster.kubernetes.io/service-name"
CLUSTER_LABEL = "multicluster.kubernetes.io/source-cluster"


class Item(NamedTuple):
    """Something a name stands for: an address (or for aliases a name) and a port."""

    host: str
    """"" says that the name exists though nothing stands behind it now."""
    port: int | None
    """None: there is an address here, but no port to name in an SRV record."""
    target: str
    """The item's own name before the zone: "web-0.web.default.svc"."""
    alias: bool = False


class Lookup:
    """The cluster as one DNS server sees it, and a note of what was looked at."""

    def __init__(self, world: World, config: DnsConfig) -> None:
        self.world = world
        self.config = config
        self.rests_on: set[Hashable] = set()

    # -- what is visible -----------------------------------------------------------------------------------

    def namespace(self, name: str) -> bool:
        """Names in this namespace exist."""
        key = Key("", "namespaces", "", name)
        self.rests_on.add(key)
        if self.config.namespaces and name not in self.config.namespaces:
            return False
        found = self.world.find(NAMESPACES, "", name)
        return found is not None and self.config.namespace_labels.matches(objects.labels(found))

    def service(self, namespace: str, name: str) -> Obj | None:
        self.rests_on.add(Key("", "services", namespace, name))
        found = self.world.find(SERVICES, namespace, name)
        return found if found is not None and self._shown(found) else None

    def slices(self, namespace: str, service: str) -> list[Obj]:
        """Slices of a Service in the order of their names."""
        self.rests_on.add(("slices", namespace, service))
        if self.config.noendpoints:
            return []
        bucket = self.world.slices_of(namespace, service)
        self.rests_on.update(bucket)
        ordered = sorted(bucket) if len(bucket) > 1 else bucket
        return [bucket[key] for key in ordered if self._shown(bucket[key])]

    def imported(self, namespace: str, name: str) -> Obj | None:
        """A Service that several clusters share, under the name they share it by."""
        key = Key(*SERVICE_IMPORTS, namespace, name)
        self.rests_on.add(key)
        found = self.world.get(key)
        return found if found is not None and self._shown(found) else None

    def imported_slices(self, namespace: str, service: str) -> list[Obj]:
        """Slices that other clusters gave to a shared Service, in the order of their names."""
        self.rests_on.add(("imported", namespace, service))
        if self.config.noendpoints:
            return []
        bucket = self.world.with_label(ENDPOINT_SLICES, namespace, IMPORT_LABEL, service)
        self.rests_on.update(bucket)
        return [bucket[key] for key in sorted(bucket) if self._shown(bucket[key])]

    def services_at(self, address: str) -> Iterator[tuple[Key, Obj]]:
        """Services whose virtual address this is."""
        self.rests_on.add(("address", address))
        for key, service in sorted(self.world.by_address(SERVICES, address).items(), key=lambda item: item[0]):
            self.rests_on.add(key)
            if self._shown(service):
                yield key, service

    def slices_at(self, address: str) -> Iterator[Obj]:
        """Slices with an endpoint at the address, published or not."""
        self.rests_on.add(("address", address))
        if self.config.noendpoints:
            return
        for key, found in sorted(self.world.by_address(ENDPOINT_SLICES, address).items(), key=lambda item: item[0]):
            self.rests_on.add(key)
            if self._shown(found) and IMPORT_LABEL not in objects.labels(found):
                yield found

    def _shown(self, obj: Obj) -> bool:
        if self.config.namespaces and objects.namespace(obj) not in self.config.namespaces:
            return False
        return self.config.labels is EVERYTHING or self.config.labels.matches(objects.labels(obj))

    # -- names ---------------------------------------------------------------------------------------------

    def items(self, request: Request, *, imported: bool = False) -> list[Item] | None:
        """What a name under svc or pod stands for; None: no such name. `imported`: in a zone of several clusters."""
        if not request.kind or not request.namespace:
            return []
        if request.kind == "pod":
            return self._pod_items(request)
        if not self.namespace(request.namespace):
            return None
        if not request.service:
            return []
        return (self._imported_items(request) if imported else self._service_items(request)) or None

    def _imported_items(self, request: Request) -> list[Item]:
        found = self.imported(request.namespace, request.service)
        if found is None:
            return []
        place = f"{request.service}.{request.namespace}.svc"
        spec = objects.spec(found)
        addresses = spec.get("ips") or ()
        if addresses and not request.endpoint:
            return _address_items(request, spec, addresses, place)
        if request.endpoint and not request.cluster:
            return []
        pieces = self.imported_slices(request.namespace, request.service)
        return self._endpoint_items(request, place, pieces)

    def _service_items(self, request: Request) -> list[Item]:
        service = self.service(request.namespace, request.service)
        if service is None:
            return []
        place = f"{request.service}.{request.namespace}.svc"
        spec = objects.spec(service)
        below = bool(request.endpoint or request.port or request.protocol or request.topology)
        if spec.get("type") == "ExternalName":
            name = str(spec.get("externalName") or "")
            if below or not name or plain_address(name):
                return []
            return [Item(f"{name.rstrip('.')}.", None, place, alias=True)]
        addresses = cluster_addresses(spec)
        if addresses and self.config.ignore_empty_service and not self._has_ready(request):
            return []
        pieces = () if addresses and not request.endpoint else self.slices(request.namespace, request.service)
        if request.topology:
            return [] if addresses else self._zonal_items(request, place, pieces)
        if addresses and not request.endpoint:
            return _address_items(request, spec, addresses, place)
        return self._endpoint_items(request, place, pieces)

    def _zonal_items(self, request: Request, place: str, pieces: Sequence[Obj]) -> list[Item]:
        """Endpoints of one topology zone; of none, where the name insists on it, it still exists."""
        everywhere = self._endpoint_items(request._replace(topology=""), place, pieces)
        if not everywhere:
            return []
        here = self._endpoint_items(request, place, pieces)
        return here or (everywhere if request.preference == "prefer" else [Item("", None, place)])

    def _has_ready(self, request: Request) -> bool:
        return any(True for each in self.slices(request.namespace, request.service) for _ in published(each))

    def _endpoint_items(self, request: Request, place: str, pieces: Sequence[Obj]) -> list[Item]:
        found: list[Item] = []
        for piece in pieces:
            cluster = objects.labels(piece).get(CLUSTER_LABEL, "") if IMPORT_LABEL in objects.labels(piece) else ""
            if request.cluster and request.cluster != cluster.lower():
                continue
            alias = piece.get("addressType") == "FQDN"
            ports = [port for port in piece.get("ports") or _NO_PORTS if matches(request, port)]
            for endpoint in published(piece):
                if request.topology and request.topology != str(endpoint.get("zone") or "").lower():
                    continue
                for address in endpoint.get("addresses") or ():
                    label = self.label(endpoint, address)
                    if request.endpoint and label.lower() != request.endpoint:
                        continue
                    host = f"{address.rstrip('.')}." if alias else address
                    target = f"{label}.{cluster}.{place}" if cluster else f"{label}.{place}"
                    found.extend(Item(host, port.get("port"), target, alias) for port in ports)
        return found

    def label(self, endpoint: Mapping[str, Any], address: str) -> str:
        """The label of one endpoint below its Service's name."""
        pod = (endpoint.get("targetRef") or {}).get("name") if self.config.endpoint_pod_names else None
        return endpoint_name(address, endpoint.get("hostname"), pod)

    def _pod_items(self, request: Request) -> list[Item] | None:
        """A dashed address under pod: taken at its word (insecure), or only while a pod has it (verified)."""
        if self.config.pods == "disabled" or not self.namespace(request.namespace):
            return None
        if not request.service:
            return []
        text = undashed(request.service)
        address = plain_address(text)
        if not address:
            return None
        if self.config.pods == "verified" and not self._has_pod(request.namespace, text):
            return None
        return [Item(address, 0, f"{request.service}.{request.namespace}.pod")]

    def _has_pod(self, namespace: str, address: str) -> bool:
        self.rests_on.add(("pod", address))
        return any(
            key.namespace == namespace
            and objects.status(pod).get("podIP") == address
            and objects.status(pod).get("phase") not in ("Succeeded", "Failed")
            and not objects.is_terminating(pod)
            and self._shown(pod)
            for key, pod in self.world.by_address(PODS, address).items()
        )


_NO_PORTS: list[dict[str, Any]] = [{}]


def _address_items(request: Request, spec: Mapping[str, Any], addresses: Sequence[str], place: str) -> list[Item]:
    return [
        Item(address, port.get("port"), place)
        for port in spec.get("ports") or _NO_PORTS
        if matches(request, port)
        for address in addresses
    ]


def matches(request: Request, port: Mapping[str, Any]) -> bool:
    """The query's port and protocol labels fit; an empty one fits any."""
    return (not request.port or request.port == str(port.get("name") or "").lower()) and (
        not request.protocol or request.protocol == _protocol(port)
    )


def _protocol(port: Mapping[str, Any]) -> str:
    return str(port.get("protocol") or "TCP").lower() if port else ""


def cluster_addresses(spec: Mapping[str, Any]) -> list[str]:
    """The virtual addresses of a Service's spec; none when it is headless or an alias."""
    listed = spec.get("clusterIPs") or [spec.get("clusterIP")]
    return [address for address in listed if address and address != "None"]


def published(piece: Obj) -> Iterator[dict[str, Any]]:
    """Endpoints of a slice that have names."""
    for endpoint in piece.get("endpoints") or ():
        if is_published(endpoint):
            yield endpoint


def is_published(endpoint: Mapping[str, Any]) -> bool:
    """It is ready, or nothing is said about it."""
    return (endpoint.get("conditions") or {}).get("ready") is not False


def service_of(piece: Obj) -> str:
    """The Service a slice says it belongs to."""
    return objects.labels(piece).get(SERVICE_NAME_LABEL, "")


def family(address: str) -> str:
    return "AAAA" if is_ipv6(address) else "A"
