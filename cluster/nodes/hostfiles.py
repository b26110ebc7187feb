"""Files that a kubelet and a kernel give to every container: /etc/hosts, /etc/hostname, /proc."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cluster import machines
from cluster.contents import Entry, file, link
from cluster.machinery import quantity
from cluster.machinery.objects import NODES, Obj, name, spec, status
from cluster.nodes import identity, programs, software
from cluster.world import World

_HEADER = "# Kubernetes-managed hosts file{}.\n"
_LOCAL = """\
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
"""
_MEMORY_KB = 16 * 1024 * 1024


class Names(NamedTuple):
    """What a pod is called, and what its resolver is told: worked out where DNS is known."""

    hostname: str = ""
    full: str = ""
    resolv_conf: str = ""


def hosts(pod: Obj, names: Names) -> str:
    """/etc/hosts."""
    if spec(pod).get("hostNetwork"):
        return _HEADER.format(" (host network)") + _LOCAL + _aliases(pod)
    called = names.hostname or name(pod)
    short = called.partition(".")[0]
    all_names = f"{names.full}\t{short}" if names.full else short
    addresses = [str(each.get("ip")) for each in status(pod).get("podIPs") or ()]
    own = "".join(f"{address}\t{all_names}\n" for address in addresses or [str(status(pod).get("podIP") or "")])
    return _HEADER.format("") + _LOCAL + own + _aliases(pod)


def _aliases(pod: Obj) -> str:
    given: Iterable[Obj] = spec(pod).get("hostAliases") or ()
    lines = "".join("\t".join((str(each.get("ip")), *(each.get("hostnames") or ()))) + "\n" for each in given)
    return f"\n# Entries added by HostAliases.\n{lines}" if lines else ""


def kernel(world: World, pod: Obj) -> str:
    """The release of its node's, as uname prints it."""
    node = world.find(NODES, "", str(spec(pod).get("nodeName") or "")) or {}
    return str((status(node).get("nodeInfo") or {}).get("kernelVersion") or machines.software()["kernelVersion"])


def memory(world: World, pod: Obj) -> int:
    """Kilobytes of the pod's node."""
    node = world.find(NODES, "", str(spec(pod).get("nodeName") or "")) or {}
    given = (status(node).get("capacity") or {}).get("memory")
    return int(quantity.parse(given) // 1024) if given else _MEMORY_KB


def processors(world: World, pod: Obj) -> int:
    node = world.find(NODES, "", str(spec(pod).get("nodeName") or "")) or {}
    given = (status(node).get("capacity") or {}).get("cpu")
    return max(1, int(quantity.parse(given))) if given else 4


def command_line(container: Obj) -> tuple[str, ...]:
    """What process 1 was started with."""
    if told := programs.command_line(container):
        return told
    image = software.of(str(container.get("image") or ""))
    args = tuple(str(word) for word in container.get("args") or ())
    return (*image.command[:1], *args) if args and image.command else args or image.command


def proc(
    world: World, pod: Obj, container: Obj, variables: Mapping[str, str], mounts: str, up: float, pid: int = 1
) -> dict[str, Entry]:
    """What of /proc programs read: of the container's main process, which has these `variables`, and of the machine."""
    total, release = memory(world, pod), kernel(world, pod)
    cpus = "".join(
        f"processor\t: {n}\nmodel name\t: Simulated CPU\ncpu MHz\t\t: 2400.000\ncpu cores\t: 1\n\n"
        for n in range(processors(world, pod))
    )
    text = {
        **{f"/{pid}{path}": body for path, body in _of_process(pod, container, variables, mounts, pid).items()},
        "/cpuinfo": cpus,
        "/loadavg": "0.08 0.03 0.01 1/128 42\n",
        "/meminfo": _meminfo(total),
        "/sys/kernel/hostname": f"{variables['HOSTNAME']}\n",
        "/sys/kernel/osrelease": f"{release}\n",
        "/uptime": f"{up:.2f} {up:.2f}\n",
        "/version": f"Linux version {release} (simulated) #1 SMP\n",
    }
    return {path: file(body, 0o444) for path, body in text.items()} | {
        f"/{pid}/root": link("/"),
        "/self": link(str(pid)),
        "/mounts": link("self/mounts"),
    }


def process(pod: Obj, container: Obj, variables: Mapping[str, str], mounts: str, pid: int) -> dict[str, Entry]:
    """The folder in /proc of another container's main process, but for its `root`."""
    return {path: file(body, 0o444) for path, body in _of_process(pod, container, variables, mounts, pid).items()}


def _of_process(pod: Obj, container: Obj, variables: Mapping[str, str], mounts: str, pid: int) -> dict[str, str]:
    words = command_line(container)
    program = (words[0].rpartition("/")[2] if words else "")[:15]
    return {
        "/cmdline": "".join(f"{word}\0" for word in words),
        "/comm": f"{program}\n",
        "/environ": "".join(f"{called}={value}\0" for called, value in variables.items()),
        "/status": f"Name:\t{program}\nState:\tS (sleeping)\nPid:\t{pid}\nPPid:\t0\nThreads:\t1\n"
        + identity.status_lines(pod, container),
        "/uid_map": "         0          0 4294967295\n",
        "/gid_map": "         0          0 4294967295\n",
        "/mounts": mounts,
    }


def _meminfo(total: int) -> str:
    free, cached = total * 5 // 8, total // 5
    amounts = {"MemTotal": total, "MemFree": free, "MemAvailable": free + cached, "Buffers": 0, "Cached": cached}
    return "".join(f"{f'{what}:':<15} {amount:>8} kB\n" for what, amount in (amounts | {"SwapTotal": 0}).items())
