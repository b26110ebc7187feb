"""Whose a container's processes are and what they may: what its security context, its pod's and its image make of it.

Where the image's user has to be looked at (`runAsNonRoot`), a kubelet's own words say why it does not start. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cluster.contents import Who
from cluster.machinery.objects import Obj, spec
from cluster.machinery.podspecs import containers_of
from cluster.nodes import software, statuses

_EVERY = """
    CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE
    NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN
    SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE
    MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE
"""
_CAPABILITIES = _EVERY.split()
"""In the kernel's order."""
_GRANTED = """
    CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL
    AUDIT_WRITE
"""
_USUAL = frozenset(_GRANTED.split())
"""What containerd grants where nothing else is asked for."""
_SOME_USER = 1000
"""Whose the processes are of an image of which nothing is known, where they are not to be root's."""


def user(pod: Obj, container: Obj) -> int:
    """Whose processes these are."""
    if (wanted := _asked(pod, container, "runAsUser")) is not None:
        return int(wanted)
    image = str(container.get("image") or "")
    if _asked(pod, container, "runAsNonRoot") and not software.is_known(image):
        return _SOME_USER
    return software.of(image).user


def who(pod: Obj, container: Obj) -> Who:
    """User, group and all groups: by the contexts, else as the image's own tables have them."""
    number, image = user(pod, container), software.of(str(container.get("image") or ""))
    wanted = _asked(pod, container, "runAsGroup")
    group = image.group_of(number) if wanted is None else int(wanted)
    given = _context(pod)
    added = [int(each) for each in given.get("supplementalGroups") or ()]
    if given.get("fsGroup") is not None:
        added.append(int(given["fsGroup"]))
    return Who(number, group, frozenset((group, *image.groups_of(number), *added)))


def fs_group(pod: Obj) -> int | None:
    """The group that the pod's volumes are given to."""
    wanted = _context(pod).get("fsGroup")
    return None if wanted is None else int(wanted)


def fs_user(pod: Obj) -> int | None:
    """The user that all its containers are told to run as; None: they are not told, or not the same."""
    found = {_asked(pod, each, "runAsUser") for each in containers_of(spec(pod))}
    return int(found.pop() or 0) if len(found) == 1 and None not in found else None


def forbidden(pod: Obj, container: Obj) -> str:
    """Why it may not start although everything is there: it would be root's, or nobody can tell. "" when it may."""
    if not _asked(pod, container, "runAsNonRoot"):
        return ""
    where = f'(pod: "{statuses.described(pod)}", container: {container.get("name")})'
    wanted = _asked(pod, container, "runAsUser")
    if wanted is not None:
        return "" if int(wanted) else f"container's runAsUser breaks non-root policy {where}"
    called = str(container.get("image") or "")
    image = software.of(called)
    if not image.user and software.is_known(called):
        return f"container has runAsNonRoot and image will run as root {where}"
    if named := image.user_name:
        said = f"container has runAsNonRoot and image has non-numeric user ({named})"
        return f"{said}, cannot verify user is non-root {where}"
    return ""


def is_privileged(container: Obj) -> bool:
    return bool((container.get("securityContext") or {}).get("privileged"))


def has_fixed_root(container: Obj) -> bool:
    """Its root file system is mounted read-only."""
    return bool((container.get("securityContext") or {}).get("readOnlyRootFilesystem"))


def is_confined(pod: Obj, container: Obj) -> bool:
    """What it writes may be refused."""
    return has_fixed_root(container) or bool(user(pod, container))


def capabilities(container: Obj) -> frozenset[str]:
    """What it may have, and root in it has."""
    if is_privileged(container):
        return frozenset(_CAPABILITIES)
    asked = (container.get("securityContext") or {}).get("capabilities") or {}
    added, dropped = _names(asked.get("add")), _names(asked.get("drop"))
    found = set(_CAPABILITIES) if "ALL" in added else set[str]() if "ALL" in dropped else set(_USUAL)
    return frozenset((found | added) - dropped - {"ALL"})


def may(pod: Obj, container: Obj, capability: str) -> bool:
    """Whether its processes have it in effect."""
    return not user(pod, container) and capability in capabilities(container)


def status_lines(pod: Obj, container: Obj) -> str:
    """Of /proc/1/status, what tells of all this."""
    found, privileged = who(pod, container), is_privileged(container)
    bound = _mask(capabilities(container))
    effective = 0 if found.user else bound
    ids = (("Uid", found.user), ("Gid", found.group))
    lines = [f"{label}:\t" + "\t".join([str(number)] * 4) for label, number in ids]
    lines.append("Groups:\t" + "".join(f"{each} " for each in sorted(found.groups)))
    masks = (("CapInh", 0), ("CapPrm", effective), ("CapEff", effective), ("CapBnd", bound), ("CapAmb", 0))
    lines += [f"{label}:\t{mask:016x}" for label, mask in masks]
    escalates = (container.get("securityContext") or {}).get("allowPrivilegeEscalation") is not False
    filtered = not privileged and _profile(pod, container) not in ("", "Unconfined")
    lines += [f"NoNewPrivs:\t{int(not escalates)}", f"Seccomp:\t{2 * filtered}", f"Seccomp_filters:\t{int(filtered)}"]
    return "".join(f"{line}\n" for line in lines)


def _profile(pod: Obj, container: Obj) -> str:
    return str((_asked(pod, container, "seccompProfile") or {}).get("type") or "")


def _context(pod: Obj) -> Obj:
    found: Obj = spec(pod).get("securityContext") or {}
    return found


def _asked(pod: Obj, container: Obj, field: str) -> Any:
    """The container's own word, else its pod's."""
    own = (container.get("securityContext") or {}).get(field)
    return _context(pod).get(field) if own is None else own


def _names(given: Iterable[object] | None) -> set[str]:
    return {str(each).upper().removeprefix("CAP_") for each in given or ()}


def _mask(names: Iterable[str]) -> int:
    return sum(1 << _CAPABILITIES.index(each) for each in names if each in _CAPABILITIES)
