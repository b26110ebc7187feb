"""What the Corefile keeps out of sight: why a thing that stands in the cluster has no name there. Pure."""

from __future__ import annotations

from cluster.dns.lookup import cluster_addresses, published
from cluster.dns.names import Request, plain_address, undashed
from cluster.dns.settings import DnsConfig
from cluster.machinery import objects
from cluster.machinery.objects import NAMESPACES, SERVICES
from cluster.world import World


def namespace(name: str, world: World, config: DnsConfig) -> str:
    """Why an existing namespace is not there for DNS; "" when it is."""
    if config.namespaces and name not in config.namespaces:
        return f"{name} is hidden: the Corefile's namespaces are {', '.join(sorted(config.namespaces))}."
    found = world.find(NAMESPACES, "", name)
    if found is not None and not config.namespace_labels.matches(objects.labels(found)):
        return f"{name} is hidden: it is not as namespace_labels {config.namespace_labels} in the Corefile wants."
    return ""


def service(request: Request, world: World, config: DnsConfig) -> str:
    """Why an existing Service, or what stands behind it, is not there for DNS; "" when it is."""
    name = request.service
    found = world.find(SERVICES, request.namespace, name)
    if found is None:
        return ""
    if not config.labels.matches(objects.labels(found)):
        return f"{name} is hidden: it is not as labels {config.labels} in the Corefile wants."
    virtual = cluster_addresses(objects.spec(found))
    if config.noendpoints and (request.endpoint or not virtual) and objects.spec(found).get("type") != "ExternalName":
        return f"{name} shows no endpoints: noendpoints stands in the Corefile."
    pieces = [*world.slices_of(request.namespace, name).values()]
    if config.ignore_empty_service and virtual and not any(True for piece in pieces for _ in published(piece)):
        return f"{name} has no ready endpoint, and ignore empty_service in the Corefile hides it until it has."
    if pieces and not any(config.labels.matches(objects.labels(piece)) for piece in pieces) and not virtual:
        return f"{name} shows no endpoints: its slices are not as labels {config.labels} in the Corefile wants."
    return ""


def pod(request: Request, config: DnsConfig) -> str:
    """Why there is no such name under pod."""
    if config.pods == "disabled":
        return "Names under pod are switched off in this cluster's DNS."
    address = plain_address(undashed(request.service))
    if not address:
        return f"{request.service} is no dashed address of a pod, as 10-244-0-7 is."
    return f"No running pod of {request.namespace} has the address {address}, and the Corefile says pods verified."
