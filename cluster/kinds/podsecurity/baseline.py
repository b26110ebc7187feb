"""The checks of the level baseline, as v1.32 has them: what nobody needs who is not part of the machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cluster.kinds import sysctls
from cluster.kinds.podsecurity.findings import Check, Finding, PodParts, plural, quoted, setters, some

CAPABILITIES = frozenset(
    {"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP"}
    | {"SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"}
)
_SELINUX_TYPES = ("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"


def _app_armor(pod: PodParts) -> Finding | None:
    def is_bad(context: Mapping[str, Any]) -> bool:
        return (context.get("appArmorProfile") or {}).get("type") == "Unconfined"

    who = setters(is_bad(pod.context), pod.named(is_bad))
    found = [f'{who} must not set AppArmor profile type to "Unconfined"'] if who else []
    for name, value in sorted((pod.metadata.get("annotations") or {}).items()):
        if name.startswith(_APPARMOR) and value not in ("", "runtime/default") and not value.startswith("localhost/"):
            found.append(f'annotation "{name}"="{value}"')
    return Finding(f"forbidden AppArmor {plural('profile', found)}", ", ".join(found)) if found else None


def added(pod: PodParts, allowed: frozenset[str]) -> str:
    """Who adds capabilities that are not among the allowed ones."""

    def beyond(context: Mapping[str, Any]) -> set[str]:
        return set((context.get("capabilities") or {}).get("add") or ()) - allowed

    names = pod.named(beyond)
    if not names:
        return ""
    more = sorted({cap for each in pod.containers() for cap in beyond(each.get("securityContext") or {})})
    return f"{some('container', names)} must not include {quoted(more)} in securityContext.capabilities.add"


def _capabilities(pod: PodParts) -> Finding | None:
    detail = added(pod, CAPABILITIES)
    return Finding("non-default capabilities", detail) if detail else None


def _host_namespaces(pod: PodParts) -> Finding | None:
    found = [f"{field}=true" for field in ("hostNetwork", "hostPID", "hostIPC") if pod.spec.get(field)]
    return Finding("host namespaces", ", ".join(found)) if found else None


def _host_paths(pod: PodParts) -> Finding | None:
    names = [str(each.get("name")) for each in pod.spec.get("volumes") or () if each.get("hostPath") is not None]
    return Finding("hostPath volumes", some("volume", names)) if names else None


def _host_ports(pod: PodParts) -> Finding | None:
    names, ports = [], set()
    for each in pod.containers():
        own = {int(port["hostPort"]) for port in each.get("ports") or () if port.get("hostPort")}
        if own:
            names.append(str(each.get("name")))
            ports |= own
    if not names:
        return None
    listed = sorted(map(str, ports))
    use = "uses" if len(names) == 1 else "use"
    return Finding("hostPort", f"{some('container', names)} {use} {plural('hostPort', listed)} {', '.join(listed)}")


def _privileged(pod: PodParts) -> Finding | None:
    names = pod.named(lambda context: context.get("privileged"))
    detail = f"{some('container', names)} must not set securityContext.privileged=true"
    return Finding("privileged", detail) if names else None


def _proc_mount(pod: PodParts) -> Finding | None:
    def is_bad(context: Mapping[str, Any]) -> bool:
        return context.get("procMount") not in (None, "", "Default")

    names = pod.named(is_bad)
    mounts = sorted({str((each.get("securityContext") or {}).get("procMount")) for each in pod.containers()
                     if is_bad(each.get("securityContext") or {})})  # fmt: skip
    detail = f"{some('container', names)} must not set securityContext.procMount to {quoted(mounts)}"
    return Finding("procMount", detail) if names else None


def _selinux(pod: PodParts) -> Finding | None:
    def options(context: Mapping[str, Any]) -> Mapping[str, Any]:
        return context.get("seLinuxOptions") or {}

    def is_bad(context: Mapping[str, Any]) -> bool:
        given = options(context)
        return (given.get("type") or "") not in _SELINUX_TYPES or bool(given.get("user") or given.get("role"))

    names = pod.named(is_bad)
    who = setters(is_bad(pod.context), names)
    if not who:
        return None
    contexts = [pod.context, *((each.get("securityContext") or {}) for each in pod.containers())]
    given = [options(each) for each in contexts if is_bad(each)]
    types = sorted({str(each["type"]) for each in given if (each.get("type") or "") not in _SELINUX_TYPES})
    said = [f"{plural('type', types)} {quoted(types)}"] if types else []
    said += [f"{field} may not be set" for field in ("user", "role") if any(each.get(field) for each in given)]
    both = "set" if len(names) != 1 or is_bad(pod.context) else "sets"
    return Finding("seLinuxOptions", f"{who} {both} forbidden securityContext.seLinuxOptions: {'; '.join(said)}")


def unconfined(pod: PodParts) -> str:
    """Who asks for no seccomp profile at all."""

    def is_bad(context: Mapping[str, Any]) -> bool:
        return (context.get("seccompProfile") or {}).get("type") not in (None, "RuntimeDefault", "Localhost")

    who = setters(is_bad(pod.context), pod.named(is_bad))
    return f'{who} must not set securityContext.seccompProfile.type to "Unconfined"' if who else ""


def _seccomp(pod: PodParts) -> Finding | None:
    detail = unconfined(pod)
    return Finding("seccompProfile", detail) if detail else None


def _sysctls(pod: PodParts) -> Finding | None:
    found = [str(each.get("name")) for each in pod.context.get("sysctls") or () if each.get("name") not in sysctls.SAFE]
    return Finding("forbidden sysctls", ", ".join(found)) if found else None


def _host_process(pod: PodParts) -> Finding | None:
    def is_bad(context: Mapping[str, Any]) -> bool:
        return bool((context.get("windowsOptions") or {}).get("hostProcess"))

    who = setters(is_bad(pod.context), pod.named(is_bad))
    return (
        Finding("hostProcess", f"{who} must not set securityContext.windowsOptions.hostProcess=true") if who else None
    )


CHECKS: Mapping[str, Check] = {
    "appArmorProfile": _app_armor,
    "capabilities_baseline": _capabilities,
    "hostNamespaces": _host_namespaces,
    "hostPathVolumes": _host_paths,
    "hostPorts": _host_ports,
    "privileged": _privileged,
    "procMount": _proc_mount,
    "seLinuxOptions": _selinux,
    "seccompProfile_baseline": _seccomp,
    "sysctls": _sysctls,
    "windowsHostProcess": _host_process,
}
"""In the order in which they are told."""
