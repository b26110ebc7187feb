"""What a Service must be, in the order and the words of the API server.

Whether an address is free is not known here.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds import metadata as metas
from cluster.kinds.address import special
from cluster.kinds.fields import name_causes
from cluster.kinds.goprint import string_list
from cluster.machinery import names
from cluster.machinery.errors import Cause, Written, duplicate, forbidden, invalid, not_supported, required, shown
from cluster.machinery.objects import Obj

_PROTOCOLS = ("SCTP", "TCP", "UDP")
_AFFINITIES = ("ClientIP", "None")
_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_FAMILIES = ("IPv4", "IPv6")
_FAMILY_POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
_TRAFFIC = ("Cluster", "Local")
_KUBELET_PORT = 10250
_LONGEST_AFFINITY = 86400
_NOT_FOR_EXTERNAL_NAMES = "may not be set for ExternalName services"
_ONLY_LOAD_BALANCER = "may only be used when `type` is 'LoadBalancer'"


def is_headless(spec: Mapping[str, Any]) -> bool:
    return bool((spec.get("clusterIPs") or [""])[0] == "None")


def needs_node_port(spec: Mapping[str, Any]) -> bool:
    kind = spec.get("type")
    return kind == "NodePort" or (kind == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts") is not False)


def needs_health_port(spec: Mapping[str, Any]) -> bool:
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def externally_accessible(spec: Mapping[str, Any]) -> bool:
    kind = spec.get("type")
    return kind in ("LoadBalancer", "NodePort") or (kind == "ClusterIP" and bool(spec.get("externalIPs")))


def validate(obj: Obj) -> Iterator[Cause]:
    spec = obj["spec"]
    ports, kind = spec.get("ports") or [], spec["type"]
    if not ports and kind != "ExternalName" and not is_headless(spec):
        yield required("spec.ports")
    if kind == "LoadBalancer":
        for index, port in enumerate(ports):
            if port.get("port") == _KUBELET_PORT:
                detail = f"may not expose port {_KUBELET_PORT} externally since it is used by kubelet"
                yield invalid(f"spec.ports[{index}].port", _KUBELET_PORT, detail)
    if kind == "ExternalName":
        yield from _external_name(spec)
    seen: set[str] = set()
    for index, port in enumerate(ports):
        yield from _port(f"spec.ports[{index}]", port, seen, named=len(ports) > 1)
    yield from metas.labels("spec.selector", spec.get("selector") or {})
    yield from _affinity(spec)
    if kind != "ExternalName":
        yield from _addresses(spec)
    for index, address in enumerate(spec.get("externalIPs") or ()):
        here = f"spec.externalIPs[{index}]"
        if wrong := names.ip_address(address):
            yield from (invalid(here, address, message) for message in wrong)
        else:
            yield from special(here, address)
    if kind not in _TYPES:
        yield not_supported("spec.type", kind, _TYPES)
    yield from _ports_together(ports, kind)
    yield from _load_balancer(spec)
    yield from _traffic(spec)


def _external_name(spec: Mapping[str, Any]) -> Iterator[Cause]:
    for field in ("clusterIPs", "ipFamilies", "ipFamilyPolicy"):
        if spec.get(field):
            yield forbidden(f"spec.{field}", _NOT_FOR_EXTERNAL_NAMES)
    target = str(spec.get("externalName") or "").removesuffix(".")
    if target:
        yield from name_causes("spec.externalName", target, names.dns_subdomain)
    else:
        yield required("spec.externalName")


def _port(path: str, port: Mapping[str, Any], seen: set[str], *, named: bool) -> Iterator[Cause]:
    name, number, target = port.get("name") or "", port.get("port") or 0, port.get("targetPort", 0)
    if named and not name:
        yield required(f"{path}.name")
    elif name:
        yield from name_causes(f"{path}.name", name, names.dns_label)
        if name in seen:
            yield duplicate(f"{path}.name", name)
        seen.add(name)
    for message in names.port_number(number):
        yield invalid(f"{path}.port", number, message)
    if (protocol := port.get("protocol")) not in _PROTOCOLS:
        yield not_supported(f"{path}.protocol", protocol, _PROTOCOLS)
    for message in names.port_name(target) if isinstance(target, str) else names.port_number(target):
        yield invalid(f"{path}.targetPort", target, message)
    if (application := port.get("appProtocol")) is not None:
        yield from name_causes(f"{path}.appProtocol", application, names.label_key)


def _affinity(spec: Mapping[str, Any]) -> Iterator[Cause]:
    affinity = spec["sessionAffinity"]
    if affinity not in _AFFINITIES:
        yield not_supported("spec.sessionAffinity", affinity, _AFFINITIES)
    if affinity == "ClientIP":
        timeout = ((spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}).get("timeoutSeconds") or 0
        if not 0 < timeout <= _LONGEST_AFFINITY:
            path = "spec.sessionAffinityConfig.clientIP.timeoutSeconds"
            yield invalid(path, timeout, f"must be greater than 0 and less than {_LONGEST_AFFINITY}")


def _addresses(spec: Mapping[str, Any]) -> Iterator[Cause]:
    """clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy belong together."""
    addresses, families = spec.get("clusterIPs") or [], spec.get("ipFamilies") or []
    policy = spec.get("ipFamilyPolicy")
    if policy is not None and policy not in _FAMILY_POLICIES:
        yield not_supported("spec.ipFamilyPolicy", policy, _FAMILY_POLICIES)
    for index, family in enumerate(families):
        if family not in _FAMILIES:
            yield not_supported(f"spec.ipFamilies[{index}]", family, _FAMILIES)
        elif family in families[:index]:
            yield duplicate(f"spec.ipFamilies[{index}]", family)
    first = spec.get("clusterIP") or ""
    if addresses and not first:
        yield invalid("spec.clusterIPs", string_list(addresses), "must be empty when `clusterIP` is not specified")
    elif addresses and addresses[0] != first:
        yield invalid("spec.clusterIPs", string_list(addresses), "first value must match `clusterIP`")
    if is_headless(spec):
        if spec["type"] != "ClusterIP":
            detail = f"may not be set to 'None' for {spec['type']} services"
            yield invalid("spec.clusterIPs[0]", "None", detail)
        if len(addresses) > 1:
            detail = "may not hold more than one value when `clusterIPs[0]` is 'None'"
            yield invalid("spec.clusterIPs", string_list(addresses), detail)
        return
    right = True
    for index, address in enumerate(addresses):
        for message in names.ip_address(address):
            right = False
            yield invalid(f"spec.clusterIPs[{index}]", address, message)
    if len(addresses) > 2:
        detail = "may only hold up to 2 values"
        yield invalid("spec.clusterIPs", string_list(addresses), detail)
    if not right:
        return
    versions = [f"IPv{ipaddress.ip_address(address).version}" for address in addresses]
    if len(versions) == 2 and versions[0] == versions[1]:
        detail = "may specify no more than one IP for each IP family"
        yield invalid("spec.clusterIPs", string_list(addresses), detail)
    for index, (address, version, family) in enumerate(zip(addresses, versions, families, strict=False)):
        if version != family and family in _FAMILIES:
            detail = f"expected an {family} value as indicated by `ipFamilies[{index}]`"
            yield invalid(f"spec.clusterIPs[{index}]", address, detail)


def _ports_together(ports: list[dict[str, Any]], kind: str) -> Iterator[Cause]:
    if kind == "ClusterIP":
        for index, port in enumerate(ports):
            if port.get("nodePort"):
                yield forbidden(f"spec.ports[{index}].nodePort", "may not be used when `type` is 'ClusterIP'")
    taken: set[tuple[Any, Any]] = set()
    for index, port in enumerate(ports):
        if not (number := port.get("nodePort")):
            continue
        if (port["protocol"], number) in taken:
            yield duplicate(f"spec.ports[{index}].nodePort", number)
        taken.add((port["protocol"], number))
    taken.clear()
    for index, port in enumerate(ports):
        pair = (port["protocol"], port.get("port") or 0)
        if pair in taken:
            yield duplicate(f"spec.ports[{index}]", _written_port(*pair))
        taken.add(pair)


def _written_port(protocol: str, number: int) -> Written:
    return Written(
        f'core.ServicePort{{Name:"", Protocol:{shown(protocol)}, AppProtocol:(*string)(nil), Port:{number}, '
        'TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}'
    )


def _load_balancer(spec: Mapping[str, Any]) -> Iterator[Cause]:
    if spec["type"] == "LoadBalancer":
        return
    for field in ("loadBalancerSourceRanges", "allocateLoadBalancerNodePorts", "loadBalancerClass"):
        if spec.get(field) not in (None, []):
            yield forbidden(f"spec.{field}", _ONLY_LOAD_BALANCER)


def _traffic(spec: Mapping[str, Any]) -> Iterator[Cause]:
    outside = spec.get("externalTrafficPolicy") or ""
    if not externally_accessible(spec):
        if outside:
            detail = "may only be set for externally-accessible services"
            yield invalid("spec.externalTrafficPolicy", outside, detail)
    elif outside not in _TRAFFIC:
        yield not_supported("spec.externalTrafficPolicy", outside, _TRAFFIC)
    health = spec.get("healthCheckNodePort") or 0
    if health and not needs_health_port(spec):
        detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        yield invalid("spec.healthCheckNodePort", health, detail)
    inside = spec.get("internalTrafficPolicy")
    if inside is not None and inside not in _TRAFFIC:
        yield not_supported("spec.internalTrafficPolicy", inside, _TRAFFIC)
    distribution = spec.get("trafficDistribution")
    if distribution is not None and distribution != "PreferClose":
        yield not_supported("spec.trafficDistribution", distribution, ("PreferClose",))
