"""The checks that the level restricted adds to baseline's, as v1.32 has them, and those that they replace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cluster.kinds.podsecurity.baseline import added, unconfined
from cluster.kinds.podsecurity.findings import Check, Finding, PodParts, plural, quoted, setters, some

_CAPABILITIES = frozenset({"NET_BIND_SERVICE"})
_VOLUMES = frozenset(
    {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
)


def _escalation(pod: PodParts) -> Finding | None:
    names = pod.named(lambda context: context.get("allowPrivilegeEscalation") is not False)
    if pod.windows or not names:
        return None
    detail = f"{some('container', names)} must set securityContext.allowPrivilegeEscalation=false"
    return Finding("allowPrivilegeEscalation != false", detail)


def _capabilities(pod: PodParts) -> Finding | None:
    if pod.windows:
        return None

    def keeps(context: Mapping[str, Any]) -> bool:
        return "ALL" not in ((context.get("capabilities") or {}).get("drop") or ())

    names = pod.named(keeps)
    found = [f'{some("container", names)} must set securityContext.capabilities.drop=["ALL"]'] if names else []
    found += [more] if (more := added(pod, _CAPABILITIES)) else []
    return Finding("unrestricted capabilities", "; ".join(found)) if found else None


def _volumes(pod: PodParts) -> Finding | None:
    names, sorts = [], set()
    for each in pod.spec.get("volumes") or ():
        sort = next((field for field in each if field != "name"), "unknown")
        if sort not in _VOLUMES:
            names.append(str(each.get("name")))
            sorts.add(sort)
    if not names:
        return None
    use = "uses" if len(names) == 1 else "use"
    listed = sorted(sorts)
    detail = f"{some('volume', names)} {use} restricted volume {plural('type', listed)} {quoted(listed)}"
    return Finding("restricted volume types", detail)


def _not_root(pod: PodParts) -> Finding | None:
    def says(context: Mapping[str, Any]) -> Any:
        return context.get("runAsNonRoot")

    whole = says(pod.context)
    bad = pod.named(lambda context: says(context) is False)
    unset = pod.named(lambda context: says(context) is None)
    # A pod that says no is told so only where a container follows it.
    who = setters(whole is False and bool(unset), bad)
    if who:
        return Finding("runAsNonRoot != true", f"{who} must not set securityContext.runAsNonRoot=false")
    if whole or not unset:
        return None
    detail = f"pod or {some('container', unset)} must set securityContext.runAsNonRoot=true"
    return Finding("runAsNonRoot != true", detail)


def _user(pod: PodParts) -> Finding | None:
    def is_root(context: Mapping[str, Any]) -> bool:
        return context.get("runAsUser") == 0

    who = setters(is_root(pod.context), pod.named(is_root))
    return Finding("runAsUser=0", f"{who} must not set runAsUser=0") if who else None


def _seccomp(pod: PodParts) -> Finding | None:
    if pod.windows:
        return None
    if bad := unconfined(pod):
        return Finding("seccompProfile", bad)

    def is_unset(context: Mapping[str, Any]) -> bool:
        return not (context.get("seccompProfile") or {}).get("type")

    unset = pod.named(is_unset)
    if not is_unset(pod.context) or not unset:
        return None
    wanted = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
    return Finding("seccompProfile", f"pod or {some('container', unset)} {wanted}")


CHECKS: Mapping[str, Check] = {
    "allowPrivilegeEscalation": _escalation,
    "capabilities_restricted": _capabilities,
    "restrictedVolumes": _volumes,
    "runAsNonRoot": _not_root,
    "runAsUser": _user,
    "seccompProfile_restricted": _seccomp,
}
"""In the order in which they are told."""
REPLACED = frozenset({"capabilities_baseline", "hostPathVolumes", "seccompProfile_baseline"})
