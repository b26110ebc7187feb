"""Paths of a node that pods mount (`hostPath`): whether what is asked to be there is, and what is made where it is not.

What nodes have by themselves is known as far as it is usual; all else was written there by pods. Pure.
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache

from cluster import keeping
from cluster.contents import Entry, Kept, Place, Source, Tree, directory, file, frozen
from cluster.machinery.objects import NODES, Obj, spec, uid
from cluster.nodes import imagefiles
from cluster.world import World

NODE_IMAGE = "debian:12"
"""What a node's own files are like."""
_USUAL = """
    /etc/cni/net.d /etc/kubernetes /etc/kubernetes/manifests /etc/kubernetes/pki /etc/ssl/certs /lib/modules
    /opt/cni/bin /run/containerd /run/udev /run/xtables /sys/fs/bpf /sys/fs/cgroup /usr/share/ca-certificates /usr/src
    /var/lib/containerd /var/lib/etcd /var/lib/kubelet /var/lib/kubelet/plugins /var/lib/kubelet/plugins_registry
    /var/lib/kubelet/pods /var/log/containers /var/log/pods /var/run/containerd
"""
_FOLDERS = frozenset(_USUAL.split())
_HOSTS = (
    "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n"
)
_SOCKETS = frozenset({"/run/containerd/containerd.sock", "/var/run/containerd/containerd.sock"})
_CALLED = {
    "Directory": "a directory",
    "DirectoryOrCreate": "a directory",
    "File": "a file",
    "FileOrCreate": "a file",
    "Socket": "a socket file",
    "CharDevice": "a character device",
    "BlockDevice": "a block device",
}
_MADE = ("DirectoryOrCreate", "FileOrCreate")


def trouble(world: World, pod: Obj, given: Obj) -> str:
    """Why what is asked for is not there, in a kubelet's words; "" when it is, or is made."""
    wanted, path = str(given.get("type") or ""), str(given.get("path") or "")
    if wanted not in _CALLED:
        return ""
    found = _kind(world, pod, path)
    if (not found and wanted in _MADE) or found == _CALLED[wanted]:
        return ""
    return f"hostPath type check failed: {path} is not {_CALLED[wanted]}"


def made(given: Obj, at: float) -> Entry:
    """What is there where nothing was."""
    return file(b"", 0o644, at) if given.get("type") == "FileOrCreate" else directory(0o755, at)


@lru_cache(maxsize=64)
def own(node: str) -> tuple[Source, ...]:
    """What a node of that name holds before any pod writes there."""
    files = {
        "/etc/hosts": f"{_HOSTS}127.0.1.1\t{node}\n",
        "/etc/hostname": f"{node}\n",
        "/etc/machine-id": _number(node),
    }
    made = {path: file(text) for path, text in files.items()} | {path: directory() for path in _FOLDERS}
    return imagefiles.of(NODE_IMAGE), frozen(made)


def _number(node: str) -> str:
    return f"{hashlib.sha256(node.encode()).hexdigest()[:32]}\n"


def _kind(world: World, pod: Obj, path: str) -> str:
    """What lies there on the pod's node; "" for nothing."""
    place = path.rstrip("/") or "/"
    if place in _SOCKETS:
        return "a socket file"
    node = world.find(NODES, "", str(spec(pod).get("nodeName") or ""))
    kept = (Kept(world.contents, keeping.of_node(uid(node))),) if node else ()
    try:
        entry = Tree({"": Place((*own(str(spec(pod).get("nodeName"))), *kept))}, lambda: math.inf).entry(place)
    except OSError:
        return ""
    return {"directory": "a directory", "device": "a character device"}.get(entry.kind, "a file")
