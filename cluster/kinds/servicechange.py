"""Updates of a Service: what a client left out comes back, what another type does not need goes, addresses stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cluster.ipam import node_ports_of
from cluster.kinds.goprint import string_list
from cluster.kinds.servicerules import externally_accessible, is_headless, needs_health_port, needs_node_port
from cluster.machinery.errors import Cause, invalid, required
from cluster.machinery.objects import Obj

_ONCE = "may not change once set"


def carry_over(new: dict[str, Any], old: dict[str, Any]) -> None:
    """Change `new` in place before it is validated against `old` (both specs)."""
    _keep_allocated(new, old)
    _align_addresses(new, old)
    _drop_unneeded(new, old)


def _has_address(spec: dict[str, Any]) -> bool:
    return spec.get("type") != "ExternalName"


def _keep_allocated(new: dict[str, Any], old: dict[str, Any]) -> None:
    """A client that wrote the object anew did not know the addresses and ports it was given."""
    if _has_address(old) and _has_address(new):
        if not new.get("clusterIP") and old.get("clusterIP"):
            new["clusterIP"] = old["clusterIP"]
        if not new.get("clusterIPs") and new.get("clusterIP") == old.get("clusterIP") and old.get("clusterIPs"):
            new["clusterIPs"] = list(old["clusterIPs"])
    if needs_node_port(old) and needs_node_port(new):
        used = set(node_ports_of({"spec": old})) & set(node_ports_of({"spec": new}))
        known = {port.get("name", ""): port.get("nodePort") for port in old.get("ports") or ()}
        for port in new.get("ports") or ():
            was = known.get(port.get("name", ""))
            if not port.get("nodePort") and was and was not in used:
                port["nodePort"] = was
                used.add(was)
    if needs_health_port(old) and needs_health_port(new) and not new.get("healthCheckNodePort"):
        new["healthCheckNodePort"] = old.get("healthCheckNodePort")


def _align_addresses(new: dict[str, Any], old: dict[str, Any]) -> None:
    """clusterIP and clusterIPs say the same, though a client may have changed only one of them."""
    same_list = (new.get("clusterIPs") or []) == (old.get("clusterIPs") or [])
    if new.get("clusterIP") == old.get("clusterIP") or not same_list:
        return
    if new.get("clusterIP"):
        new["clusterIPs"] = [new["clusterIP"]]
    else:
        new.pop("clusterIPs", None)


def _drop_unneeded(new: dict[str, Any], old: dict[str, Any]) -> None:
    """What the new type has no use for goes, where the client has not changed it."""
    if _has_address(old) and not _has_address(new):
        if (new.get("clusterIPs") or []) == (old.get("clusterIPs") or []):
            new.pop("clusterIP", None)
            new.pop("clusterIPs", None)
        for field in ("ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"):
            if new.get(field) == old.get(field):
                new.pop(field, None)
    if needs_node_port(old) and not needs_node_port(new):
        held = [port.get("nodePort") for port in old.get("ports") or ()]
        if [port.get("nodePort") for port in new.get("ports") or ()] == held:
            for port in new.get("ports") or ():
                port.pop("nodePort", None)
    gone = {
        "healthCheckNodePort": needs_health_port(old) and not needs_health_port(new),
        "externalTrafficPolicy": externally_accessible(old) and not externally_accessible(new),
    }
    if old.get("type") == "LoadBalancer" and new.get("type") != "LoadBalancer":
        gone |= {"allocateLoadBalancerNodePorts": True, "loadBalancerClass": True}
    for field, unneeded in gone.items():
        if unneeded and new.get(field) == old.get(field):
            new.pop(field, None)


def validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    before, after = old["spec"], new["spec"]
    if before is after or not _has_address(before) or not _has_address(after):
        return
    if is_headless(before) and is_headless(after):
        return
    yield from _addresses_kept(before, after)


def _addresses_kept(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Cause]:
    """The first address stays for good; a second may come and go with the policy."""
    was, now = before.get("clusterIPs") or [], after.get("clusterIPs") or []
    if was and not now:
        yield invalid("spec.clusterIPs[0]", string_list(now), "primary clusterIP can not be unset")
        return
    for index, (address, changed) in enumerate(zip(was, now, strict=False)):
        if address != changed:
            yield invalid(f"spec.clusterIPs[{index}]", string_list(now), _ONCE)
    if len(was) > len(now) and after.get("ipFamilyPolicy") != "SingleStack":
        yield required("spec.ipFamilyPolicy", "must be set to 'SingleStack' when releasing the secondary clusterIP")
