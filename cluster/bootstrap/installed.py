"""ConfigMaps that an installer leaves, and that clients look for: how the cluster was set up, and whom to trust."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping

from cluster.config import KUBERNETES_VERSION, ClusterConfig
from cluster.machinery.objects import Obj

AUTHENTICATION = "extension-apiserver-authentication"
"""In kube-system: by which authority the API knows its clients' certificates."""
CLUSTER_INFO = "cluster-info"
_SERVER = "https://kubernetes.default.svc:443"


def authentication(authority: str) -> Obj:
    """There is no proxy in front of the API, so nothing is said of headers that one would send."""
    return _config_map("kube-system", AUTHENTICATION, {"client-ca-file": authority})


def cluster_info(authority: str) -> Obj:
    """How somebody who knows nothing yet finds the API: a kubeconfig without a user."""
    trusted = b64encode(authority.encode()).decode()
    kubeconfig = (
        "apiVersion: v1\nclusters:\n- cluster:\n"
        f"    certificate-authority-data: {trusted}\n    server: {_SERVER}\n  name: ''\n"
        'contexts: null\ncurrent-context: ""\nkind: Config\npreferences: {}\nusers: null\n'
    )
    return _config_map("kube-public", CLUSTER_INFO, {"kubeconfig": kubeconfig})


def settings(config: ClusterConfig) -> list[Obj]:
    """What kubeadm remembers of the cluster and of its kubelets."""
    cluster = (
        "apiServer: {}\napiVersion: kubeadm.k8s.io/v1beta4\ncaCertificateValidityPeriod: 87600h0m0s\n"
        "certificateValidityPeriod: 8760h0m0s\ncertificatesDir: /etc/kubernetes/pki\nclusterName: kubernetes\n"
        "controllerManager: {}\ndns: {}\nencryptionAlgorithm: RSA-2048\netcd:\n  local:\n    dataDir: /var/lib/etcd\n"
        "imageRepository: registry.k8s.io\nkind: ClusterConfiguration\n"
        f"kubernetesVersion: {KUBERNETES_VERSION}\nnetworking:\n  dnsDomain: {config.domain}\n"
        f"  podSubnet: {config.pod_range}\n  serviceSubnet: {config.service_range}\nproxy: {{}}\nscheduler: {{}}\n"
    )
    kubelet = (
        "apiVersion: kubelet.config.k8s.io/v1beta1\nauthentication:\n  anonymous:\n    enabled: false\n  webhook:\n"
        "    enabled: true\n  x509:\n    clientCAFile: /etc/kubernetes/pki/ca.crt\nauthorization:\n  mode: Webhook\n"
        f"cgroupDriver: systemd\nclusterDNS:\n- {config.dns_address}\nclusterDomain: {config.domain}\n"
        "healthzBindAddress: 127.0.0.1\nhealthzPort: 10248\nkind: KubeletConfiguration\nrotateCertificates: true\n"
        "staticPodPath: /etc/kubernetes/manifests\n"
    )
    return [
        _config_map("kube-system", "kubeadm-config", {"ClusterConfiguration": cluster}),
        _config_map("kube-system", "kubelet-config", {"kubelet": kubelet}),
    ]


def _config_map(namespace: str, name: str, data: Mapping[str, str]) -> Obj:
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": dict(data)}
