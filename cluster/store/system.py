"""The objects a cluster holds before anybody applies anything. Pure data, from the cluster's settings."""

from __future__ import annotations

import ipaddress

from cluster import machines
from cluster.config import ClusterConfig
from cluster.machinery.objects import Obj

COREFILE = """\
.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes DOMAIN in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success DOMAIN
       disable denial DOMAIN
    }
    loop
    reload
    loadbalance
}
"""

NODE_ADDRESS = machines.FIRST_ADDRESS
DNS_SERVER_ADDRESS = "10.244.0.2"
"""Where the DNS server counts itself to live; pods get addresses from .10 on."""


def system_objects(config: ClusterConfig) -> list[Obj]:
    """In the order in which they must be stored: namespaces first."""
    first = str(ipaddress.ip_network(config.service_range)[1])
    return [
        *(
            {
                "apiVersion": "v1",
                "kind": "Namespace",
                "metadata": {"name": name},
            }
            for name in ("default", "kube-node-lease", "kube-public", "kube-system")
        ),
        _node("node-1"),
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {
                "name": "standard",
                "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
            },
            "provisioner": "kubarium.dev/simulated",
            "reclaimPolicy": "Delete",
            "volumeBindingMode": "WaitForFirstConsumer",
        },
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {
                "name": "kubernetes",
                "namespace": "default",
                "labels": {"component": "apiserver", "provider": "kubernetes"},
            },
            "spec": {
                "clusterIP": first,
                "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}],
            },
        },
        {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {
                "name": "kubernetes",
                "namespace": "default",
                "labels": {"kubernetes.io/service-name": "kubernetes"},
            },
            "addressType": "IPv4",
            "endpoints": [{"addresses": [NODE_ADDRESS], "conditions": {"ready": True}}],
            "ports": [{"name": "https", "port": 6443, "protocol": "TCP"}],
        },
        {
            "apiVersion": "v1",
            "kind": "Endpoints",
            "metadata": {
                "name": "kubernetes",
                "namespace": "default",
                "labels": {"endpointslice.kubernetes.io/skip-mirror": "true"},
            },
            "subsets": [
                {
                    "addresses": [{"ip": NODE_ADDRESS}],
                    "ports": [{"name": "https", "port": 6443, "protocol": "TCP"}],
                }
            ],
        },
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {
                "name": "kube-dns",
                "namespace": "kube-system",
                "labels": {
                    "k8s-app": "kube-dns",
                    "kubernetes.io/cluster-service": "true",
                    "kubernetes.io/name": "CoreDNS",
                },
            },
            "spec": {
                "clusterIP": config.dns_address,
                # No selector: the simulated DNS server is not a pod, its endpoint is given by hand below.
                "ports": [
                    {"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53},
                    {"name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": 53},
                ],
            },
        },
        {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {
                "name": "kube-dns",
                "namespace": "kube-system",
                "labels": {"kubernetes.io/service-name": "kube-dns"},
            },
            "addressType": "IPv4",
            "endpoints": [{"addresses": [DNS_SERVER_ADDRESS], "conditions": {"ready": True}}],
            "ports": [
                {"name": "dns", "port": 53, "protocol": "UDP"},
                {"name": "dns-tcp", "port": 53, "protocol": "TCP"},
            ],
        },
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "coredns", "namespace": "kube-system"},
            "data": {"Corefile": COREFILE.replace("DOMAIN", config.domain)},
        },
    ]


def _node(name: str) -> Obj:
    """The first node: large enough for a class' worth of pods, and there from the start."""
    capacity = {**machines.CAPACITY, "pods": "10000"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": {
                **machines.labels(name),
                "topology.kubernetes.io/region": "sim",
                "topology.kubernetes.io/zone": "sim-a",
            },
        },
        "spec": {"podCIDR": "10.244.0.0/18", "podCIDRs": ["10.244.0.0/18"]},
        "status": {
            "addresses": machines.addresses(name, NODE_ADDRESS),
            "allocatable": capacity,
            "capacity": capacity,
            "conditions": [
                {"type": type_, "status": status, "reason": reason, "message": message}
                for type_, status, reason, message in machines.WELL
            ],
            "nodeInfo": machines.software(),
        },
    }
