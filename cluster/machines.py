"""What a simulated machine is and says of itself: its size, its software, its labels, how it is. Values only."""

from __future__ import annotations

from typing import Any

from cluster.config import KUBERNETES_VERSION

CAPACITY = {"cpu": "4", "ephemeral-storage": "100Gi", "memory": "16Gi", "pods": "110"}
"""Of a machine that does not say more itself."""

FIRST_ADDRESS = "192.168.49.2"
NEXT_ADDRESS = "next"
"""As InternalIP in a report: "the next address that no machine has, please"."""

WELL: tuple[tuple[str, str, str, str], ...] = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)
"""(type, status, reason, message) of the conditions of a machine on which all is well."""

UNREADY = (
    "Ready",
    "False",
    "KubeletNotReady",
    "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady "
    "message:Network plugin returns error: cni plugin not initialized",
)


def labels(name: str) -> dict[str, str]:
    return {"kubernetes.io/arch": "amd64", "kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}


def addresses(name: str, address: str = NEXT_ADDRESS) -> list[dict[str, str]]:
    return [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": name}]


def software() -> dict[str, Any]:
    """A Node's nodeInfo."""
    return {
        "architecture": "amd64",
        "bootID": "",
        "containerRuntimeVersion": "kubarium://0.1.0",
        "kernelVersion": "6.1.0-simulated",
        "kubeProxyVersion": KUBERNETES_VERSION,
        "kubeletVersion": KUBERNETES_VERSION,
        "machineID": "",
        "operatingSystem": "linux",
        "osImage": "Kubarium",
        "systemUUID": "",
    }
