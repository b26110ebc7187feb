"""Cluster addresses and node ports for a Service, taken in the commit that stores it (R-SVC-1 to R-SVC-7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from cluster.ipam import NodePorts, claim_service_address, next_service_address
from cluster.kinds.goprint import string_list
from cluster.kinds.kind import Admission
from cluster.kinds.servicerules import is_headless, needs_health_port, needs_node_port
from cluster.machinery.errors import Cause, invalid
from cluster.machinery.objects import SERVICES, Key, Obj, name, namespace, spec

_OUR_FAMILY, _OTHER_FAMILY = "IPv4", "IPv6"
_FULL = "failed to allocate a serviceIP: range is full"


def allocate(obj: Obj, old: Obj | None, admission: Admission) -> Iterable[Cause]:
    """Fill families, addresses and ports in place; stops at the first thing that is not to be had."""
    if old is not None and obj["spec"] is old["spec"]:
        return []
    given = obj["spec"]
    before = spec(old) if old is not None else {}
    key = Key(SERVICES.group, SERVICES.resource, namespace(obj), name(obj))
    if given["type"] != "ExternalName":
        causes = list(_families(given))
        if not causes and not is_headless(given):
            causes = list(_address(given, before, key, admission))
        if causes:
            return causes
    if not needs_node_port(given) and not needs_health_port(given):
        return []
    ports = NodePorts(admission.world, admission.config, key)
    return [*_node_ports(given, before, ports, admission), *_health_port(given, before, ports, admission)]


def _families(given: dict[str, Any]) -> Iterator[Cause]:
    addresses, families = given.get("clusterIPs") or [], list(given.get("ipFamilies") or ())
    policy = given.get("ipFamilyPolicy")
    if is_headless(given) and not given.get("selector"):
        # Without a selector its endpoints are somebody else's, who may well have both families.
        families = families or [_OUR_FAMILY]
        if len(families) < 2 and policy != "SingleStack":
            families.append(_OTHER_FAMILY if families[0] == _OUR_FAMILY else _OUR_FAMILY)
        given["ipFamilies"], given["ipFamilyPolicy"] = families, policy or "RequireDualStack"
        return
    if not is_headless(given):
        for index, address in enumerate(addresses[len(families) :], len(families)):
            if ":" in address:
                detail = "IPv6 is not configured on this cluster"
                yield invalid(f"spec.clusterIPs[{index}]", string_list(addresses), detail)
                return
            families.append(_OUR_FAMILY)
    wrong = False
    if policy == "RequireDualStack":
        wrong = True
        yield invalid("spec.ipFamilyPolicy", policy, "this cluster is not configured for dual-stack services")
    for index, family in enumerate(families):
        if family != _OUR_FAMILY:
            wrong = True
            yield invalid(f"spec.ipFamilies[{index}]", family, "not configured on this cluster")
    if not wrong:
        given["ipFamilies"], given["ipFamilyPolicy"] = families or [_OUR_FAMILY], policy or "SingleStack"


def _address(given: dict[str, Any], before: dict[str, Any], key: Key, admission: Admission) -> Iterator[Cause]:
    wanted = given.get("clusterIP")
    if not wanted:
        found = next_service_address(admission.world, admission.config, admission.dice.pick)
        if found is None:
            yield invalid("spec.clusterIPs", string_list(given.get("clusterIPs")), _FULL)
            return
        given["clusterIP"], given["clusterIPs"] = found, [found]
    elif wanted not in (before.get("clusterIPs") or ()):
        wrong = claim_service_address(admission.world, admission.config, wanted, key)
        if wrong:
            detail = f"failed to allocate IP {wanted}: {wrong}"
            yield invalid("spec.clusterIPs", string_list(given["clusterIPs"]), detail)


def _node_ports(
    given: dict[str, Any], before: dict[str, Any], ports: NodePorts, admission: Admission
) -> Iterator[Cause]:
    """TCP and UDP of one port number share a node port; a port that is kept is not asked for again."""
    if not needs_node_port(given):
        return
    kept = {port.get("nodePort") for port in before.get("ports") or ()}
    ports.taken.update(number for number in kept if number)
    listed = given.get("ports") or []
    chosen: dict[int, int] = {}
    own: set[int] = set()
    for index, port in enumerate(listed):
        number = port["port"]
        wanted = port.get("nodePort") or chosen.get(number) or _asked_for(number, listed)
        if not wanted:
            wanted = ports.next(admission.dice.pick)
            if wanted is None:
                detail = "failed to allocate a nodePort: range is full"
                yield invalid(f"spec.ports[{index}].nodePort", 0, detail)
                return
        elif wanted not in own and wanted not in kept and (wrong := ports.claim(wanted)):
            yield invalid(f"spec.ports[{index}].nodePort", wanted, wrong)
        port["nodePort"] = wanted
        chosen.setdefault(number, wanted)
        own.add(wanted)


def _asked_for(number: int, ports: list[dict[str, Any]]) -> int:
    return next((port["nodePort"] for port in ports if port["port"] == number and port.get("nodePort")), 0)


def _health_port(
    given: dict[str, Any], before: dict[str, Any], ports: NodePorts, admission: Admission
) -> Iterator[Cause]:
    if not needs_health_port(given):
        return
    wanted = given.get("healthCheckNodePort")
    if not wanted:
        given["healthCheckNodePort"] = ports.next(admission.dice.pick)
    elif wanted != before.get("healthCheckNodePort") and (wrong := ports.claim(wanted)):
        yield invalid(
            "spec.healthCheckNodePort", wanted, f"failed to allocate requested HealthCheck NodePort {wanted}: {wrong}"
        )
