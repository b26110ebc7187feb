"""The objects a cluster holds before anybody applies anything. Pure data, from the cluster's settings."""

from __future__ import annotations

import ipaddress

from cluster import machines
from cluster.access.defaultroles import default_roles
from cluster.bootstrap.apiservices import api_services
from cluster.bootstrap.flowcontrol import flow_control
from cluster.bootstrap.installed import settings
from cluster.config import ClusterConfig
from cluster.machinery import dnsprofiles
from cluster.machinery.objects import Obj

NODE_ADDRESS = machines.FIRST_ADDRESS


def system_objects(config: ClusterConfig, dns_profile: str = dnsprofiles.DEFAULT) -> list[Obj]:
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
        *(
            {
                "apiVersion": "scheduling.k8s.io/v1",
                "kind": "PriorityClass",
                "metadata": {"name": name},
                "value": value,
                "description": f"Used for system critical pods that must {duty}.",
            }
            for name, value, duty in (
                (
                    "system-cluster-critical",
                    2_000_000_000,
                    "run in the cluster, but can be moved to another node if necessary",
                ),
                ("system-node-critical", 2_000_001_000, "not be moved from their current node"),
            )
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
                "selector": {"k8s-app": "kube-dns"},
                "ports": [
                    {"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53},
                    {"name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": 53},
                    {"name": "metrics", "port": 9153, "protocol": "TCP", "targetPort": 9153},
                ],
            },
        },
        dnsprofiles.config_map(dns_profile, config.domain),
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": "coredns", "namespace": "kube-system"},
        },
        _coredns(),
        *default_roles(),
        *settings(config),
        *flow_control(),
        *api_services(),
    ]


def _coredns() -> Obj:
    """The DNS server's pods, as kubeadm sets them up: not what is answered is theirs, but whether anybody answers."""
    labels = {"k8s-app": "kube-dns"}
    nearby = {"labelSelector": {"matchLabels": labels}, "topologyKey": "kubernetes.io/hostname"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "coredns", "namespace": "kube-system", "labels": labels},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": labels},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}},
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "serviceAccountName": "coredns",
                    "priorityClassName": "system-cluster-critical",
                    "dnsPolicy": "Default",
                    "nodeSelector": {"kubernetes.io/os": "linux"},
                    "affinity": {
                        "podAntiAffinity": {
                            "preferredDuringSchedulingIgnoredDuringExecution": [
                                {"weight": 100, "podAffinityTerm": nearby}
                            ]
                        }
                    },
                    "tolerations": [
                        {"key": "CriticalAddonsOnly", "operator": "Exists"},
                        {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"},
                    ],
                    "containers": [_coredns_container()],
                    "volumes": [
                        {
                            "name": "config-volume",
                            "configMap": {"name": "coredns", "items": [{"key": "Corefile", "path": "Corefile"}]},
                        }
                    ],
                },
            },
        },
    }


def _coredns_container() -> Obj:
    return {
        "name": "coredns",
        "image": "registry.k8s.io/coredns/coredns:v1.11.3",
        "args": ["-conf", "/etc/coredns/Corefile"],
        "resources": {"limits": {"memory": "170Mi"}, "requests": {"cpu": "100m", "memory": "70Mi"}},
        "ports": [
            {"name": "dns", "containerPort": 53, "protocol": "UDP"},
            {"name": "dns-tcp", "containerPort": 53, "protocol": "TCP"},
            {"name": "metrics", "containerPort": 9153, "protocol": "TCP"},
        ],
        "livenessProbe": {
            "httpGet": {"path": "/health", "port": 8080},
            "initialDelaySeconds": 60,
            "timeoutSeconds": 5,
            "successThreshold": 1,
            "failureThreshold": 5,
        },
        "readinessProbe": {"httpGet": {"path": "/ready", "port": 8181}},
        "volumeMounts": [{"name": "config-volume", "mountPath": "/etc/coredns", "readOnly": True}],
    }


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
