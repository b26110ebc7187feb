"""The roles and bindings that every cluster has from its start, as v1.32 has them.

Those of the control plane's controllers are in `controllerroles`; what an installer adds stands at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from cluster.access.aggregation import aggregated
from cluster.access.controllerroles import BOUND_IN_NAMESPACES, controller_roles, namespaced_roles
from cluster.machinery.objects import ROLES, Obj, copy

GROUP = ROLES.group
_API_VERSION = f"{GROUP}/v1"
_LABELS = {"kubernetes.io/bootstrapping": "rbac-defaults"}
AUTO_UPDATE = "rbac.authorization.kubernetes.io/autoupdate"
"""An annotation: "false" keeps a default role from being put right again."""

_READ = ("get", "list", "watch")
_WRITE = ("create", "delete", "deletecollection", "patch", "update")
_ALL = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
_EVENTS = ("create", "patch", "update")
_EVERYBODY = ("system:authenticated", "system:unauthenticated")

Rule = dict[str, Any]


def _rule(verbs: Sequence[str], group: str, resources: str, names: str = "") -> Rule:
    """Groups, resources and names with spaces between them."""
    made: Rule = {
        "verbs": sorted(verbs),
        "apiGroups": sorted(group.split(" ")),
        "resources": sorted(resources.split()),
    }
    if names:
        made["resourceNames"] = sorted(names.split())
    return made


def _paths(*paths: str) -> Rule:
    return {"verbs": ["get"], "nonResourceURLs": sorted(paths)}


_HEALTH = ("/healthz", "/livez", "/readyz", "/version", "/version/")
_ISSUER = tuple(path + end for path in ("/.well-known/openid-configuration", "/openid/v1/jwks") for end in ("", "/"))
_WORKLOADS = "deployments deployments/scale replicasets replicasets/scale"
_SETS = "daemonsets statefulsets statefulsets/scale"

_ROLES: dict[str, list[Rule]] = {
    "cluster-admin": [
        _rule(["*"], "*", "*"),
        {"verbs": ["*"], "nonResourceURLs": ["*"]},
    ],
    "system:discovery": [_paths("/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*", *_HEALTH)],
    "system:public-info-viewer": [_paths(*_HEALTH)],
    "system:monitoring": [
        _paths("/healthz", "/healthz/*", "/livez", "/livez/*", "/metrics", "/metrics/slis", "/readyz", "/readyz/*"),
    ],
    "system:service-account-issuer-discovery": [_paths(*_ISSUER)],
    "system:basic-user": [
        _rule(["create"], "authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews"),
        _rule(["create"], "authentication.k8s.io", "selfsubjectreviews"),
    ],
    "system:auth-delegator": [
        _rule(["create"], "authentication.k8s.io", "tokenreviews"),
        _rule(["create"], "authorization.k8s.io", "subjectaccessreviews"),
    ],
    "system:aggregate-to-admin": [
        _rule(["create"], "authorization.k8s.io", "localsubjectaccessreviews"),
        _rule(_ALL, GROUP, "rolebindings roles"),
    ],
    "system:aggregate-to-edit": [
        _rule(_READ, "", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy"),
        _rule(["impersonate"], "", "serviceaccounts"),
        _rule(_WRITE, "", "pods pods/attach pods/exec pods/portforward pods/proxy"),
        _rule(["create"], "", "pods/eviction"),
        _rule(
            _WRITE,
            "",
            "configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets "
            "serviceaccounts services services/proxy",
        ),
        _rule(["create"], "", "serviceaccounts/token"),
        _rule(_WRITE, "apps", f"{_SETS} {_WORKLOADS} deployments/rollback"),
        _rule(_WRITE, "autoscaling", "horizontalpodautoscalers"),
        _rule(_WRITE, "batch", "cronjobs jobs"),
        _rule(
            _WRITE,
            "extensions",
            f"daemonsets {_WORKLOADS} deployments/rollback ingresses networkpolicies replicationcontrollers/scale",
        ),
        _rule(_WRITE, "policy", "poddisruptionbudgets"),
        _rule(_WRITE, "networking.k8s.io", "ingresses networkpolicies"),
        _rule(_ALL, "coordination.k8s.io", "leases"),
    ],
    "system:aggregate-to-view": [
        _rule(
            _READ,
            "",
            "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers "
            "replicationcontrollers/scale serviceaccounts services services/status",
        ),
        _rule(
            _READ,
            "",
            "bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status "
            "resourcequotas resourcequotas/status",
        ),
        _rule(_READ, "", "namespaces"),
        _rule(_READ, "discovery.k8s.io", "endpointslices"),
        _rule(
            _READ,
            "apps",
            f"controllerrevisions daemonsets/status deployments/status replicasets/status statefulsets/status {_SETS} "
            f"{_WORKLOADS}",
        ),
        _rule(_READ, "autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status"),
        _rule(_READ, "batch", "cronjobs cronjobs/status jobs jobs/status"),
        _rule(
            _READ,
            "extensions",
            f"daemonsets daemonsets/status deployments/status ingresses ingresses/status networkpolicies "
            f"replicasets/status replicationcontrollers/scale {_WORKLOADS}",
        ),
        _rule(_READ, "policy", "poddisruptionbudgets poddisruptionbudgets/status"),
        _rule(_READ, "networking.k8s.io", "ingresses ingresses/status networkpolicies"),
    ],
    "system:kubelet-api-admin": [
        _rule(_READ, "", "nodes"),
        _rule(["proxy"], "", "nodes"),
        _rule(["*"], "", "nodes/log nodes/metrics nodes/proxy nodes/stats"),
    ],
    "system:node": [
        _rule(["create"], "authentication.k8s.io", "tokenreviews"),
        _rule(["create"], "authorization.k8s.io", "localsubjectaccessreviews subjectaccessreviews"),
        _rule(_READ, "", "services"),
        _rule(["create", *_READ], "", "nodes"),
        _rule(["patch", "update"], "", "nodes nodes/status"),
        _rule(_EVENTS, "", "events"),
        _rule(["create", "delete", *_READ], "", "pods"),
        _rule(["patch", "update"], "", "pods/status"),
        _rule(["create"], "", "pods/eviction serviceaccounts/token"),
        _rule(_READ, "", "configmaps secrets"),
        _rule(["get"], "", "endpoints persistentvolumeclaims persistentvolumes"),
        _rule(["get", "patch", "update"], "", "persistentvolumeclaims/status"),
        _rule(["create", *_READ], "certificates.k8s.io", "certificatesigningrequests"),
        _rule(["create", "delete", "get", "patch", "update"], "coordination.k8s.io", "leases"),
        _rule(["get"], "storage.k8s.io", "volumeattachments"),
        _rule(_READ, "storage.k8s.io", "csidrivers"),
        _rule(["create", "delete", "get", "patch", "update"], "storage.k8s.io", "csinodes"),
        _rule(_READ, "node.k8s.io", "runtimeclasses"),
    ],
    "system:node-proxier": [
        _rule(["list", "watch"], "", "endpoints services"),
        _rule(_READ, "", "nodes"),
        _rule(_EVENTS, " events.k8s.io", "events"),
        _rule(["list", "watch"], "discovery.k8s.io", "endpointslices"),
    ],
    "system:kube-controller-manager": [
        _rule(_EVENTS, " events.k8s.io", "events"),
        _rule(["create"], "coordination.k8s.io", "leases"),
        _rule(["get", "update"], "coordination.k8s.io", "leases", "kube-controller-manager"),
        _rule(["create"], "", "secrets serviceaccounts"),
        _rule(["delete"], "", "secrets"),
        _rule(["get"], "", "configmaps namespaces secrets serviceaccounts"),
        _rule(["update"], "", "secrets serviceaccounts"),
        _rule(["create"], "authentication.k8s.io", "tokenreviews"),
        _rule(["create"], "authorization.k8s.io", "subjectaccessreviews"),
        _rule(["list", "watch"], "*", "*"),
        _rule(["create"], "", "serviceaccounts/token"),
    ],
    "system:kube-scheduler": [
        _rule(_EVENTS, " events.k8s.io", "events"),
        _rule(["create"], "coordination.k8s.io", "leases"),
        _rule(["get", "update"], "coordination.k8s.io", "leases", "kube-scheduler"),
        _rule(_READ, "", "namespaces nodes persistentvolumeclaims persistentvolumes replicationcontrollers services"),
        _rule(["delete", *_READ], "", "pods"),
        _rule(["create"], "", "bindings pods/binding"),
        _rule(["patch", "update"], "", "pods/status"),
        _rule(_READ, "apps extensions", "replicasets"),
        _rule(_READ, "apps", "statefulsets"),
        _rule(_READ, "policy", "poddisruptionbudgets"),
        _rule(_READ, "storage.k8s.io", "csidrivers csinodes csistoragecapacities storageclasses"),
        _rule(["create"], "authentication.k8s.io", "tokenreviews"),
        _rule(["create"], "authorization.k8s.io", "subjectaccessreviews"),
    ],
    "system:volume-scheduler": [
        _rule(["patch", "update", *_READ], "", "persistentvolumeclaims persistentvolumes"),
        _rule(_READ, "storage.k8s.io", "storageclasses"),
    ],
    "system:certificates.k8s.io:certificatesigningrequests:nodeclient": [
        _rule(["create"], "certificates.k8s.io", "certificatesigningrequests/nodeclient"),
    ],
    "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient": [
        _rule(["create"], "certificates.k8s.io", "certificatesigningrequests/selfnodeclient"),
    ],
    **{
        f"system:certificates.k8s.io:{signer}-approver": [
            _rule(["approve"], "certificates.k8s.io", "signers", f"kubernetes.io/{signer}"),
        ]
        for signer in ("kube-apiserver-client", "kube-apiserver-client-kubelet", "kubelet-serving", "legacy-unknown")
    },
    "system:heapster": [
        _rule(_READ, "", "events namespaces nodes pods"),
        _rule(_READ, "extensions", "deployments"),
    ],
    "system:kube-aggregator": [_rule(_READ, "", "endpoints services")],
    "system:kube-dns": [_rule(["list", "watch"], "", "endpoints services")],
    "system:node-bootstrapper": [
        _rule(["create", *_READ], "certificates.k8s.io", "certificatesigningrequests"),
    ],
    "system:node-problem-detector": [
        _rule(["get"], "", "nodes"),
        _rule(["patch"], "", "nodes/status"),
        _rule(_EVENTS, " events.k8s.io", "events"),
    ],
    "system:persistent-volume-provisioner": [
        _rule(["create", "delete", *_READ], "", "persistentvolumes"),
        _rule(["update", *_READ], "", "persistentvolumeclaims"),
        _rule(_READ, "storage.k8s.io", "storageclasses"),
        _rule(["watch"], "", "events"),
        _rule(_EVENTS, " events.k8s.io", "events"),
    ],
}

_AGGREGATED = {
    "admin": ("aggregate-to-admin", ""),
    "edit": ("aggregate-to-edit", "aggregate-to-admin"),
    "view": ("aggregate-to-view", "aggregate-to-edit"),
}
"""Role -> the label that it gathers, and the one by which it is gathered itself."""

_BINDINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "cluster-admin": (("Group", "system:masters"),),
    "system:basic-user": (("Group", "system:authenticated"),),
    "system:discovery": (("Group", "system:authenticated"),),
    "system:kube-dns": (("ServiceAccount", "kube-dns"),),
    "system:kube-controller-manager": (("User", "system:kube-controller-manager"),),
    "system:kube-scheduler": (("User", "system:kube-scheduler"),),
    "system:monitoring": (("Group", "system:monitoring"),),
    "system:node": (),
    "system:node-proxier": (("User", "system:kube-proxy"),),
    "system:public-info-viewer": tuple(("Group", group) for group in _EVERYBODY),
    "system:service-account-issuer-discovery": (("Group", "system:serviceaccounts"),),
    "system:volume-scheduler": (("User", "system:kube-scheduler"),),
}


_BOOTSTRAPPERS = "system:bootstrappers:kubeadm:default-node-token"
_INSTALLED: dict[str, tuple[str, str]] = {
    "kubeadm:cluster-admins": ("cluster-admin", "kubeadm:cluster-admins"),
    "kubeadm:get-nodes": ("kubeadm:get-nodes", _BOOTSTRAPPERS),
    "kubeadm:kubelet-bootstrap": ("system:node-bootstrapper", _BOOTSTRAPPERS),
    "kubeadm:node-autoapprove-bootstrap": (
        "system:certificates.k8s.io:certificatesigningrequests:nodeclient",
        _BOOTSTRAPPERS,
    ),
    "kubeadm:node-autoapprove-certificate-rotation": (
        "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient",
        "system:nodes",
    ),
}
"""What kubeadm binds: binding -> role, group. Nodes come to their certificates by them."""


def _metadata(name: str, *labels: str) -> Obj:
    marks = {f"{GROUP}/{label}": "true" for label in labels if label}
    return {"name": name, "labels": {**_LABELS, **marks}, "annotations": {AUTO_UPDATE: "true"}}


def _role(name: str, rules: list[Rule] | None, *labels: str, **parts: Any) -> Obj:
    metadata = _metadata(name, *labels)
    return {"apiVersion": _API_VERSION, "kind": "ClusterRole", "metadata": metadata, **parts, "rules": rules}


def _binding(name: str, subjects: Sequence[tuple[str, str]], metadata: Obj | None = None, role: str = "") -> Obj:
    """A ClusterRoleBinding; a RoleBinding where the metadata has a namespace."""
    metadata = metadata or _metadata(name)
    prefix = "" if "namespace" in metadata else "Cluster"
    made: Obj = {
        "apiVersion": _API_VERSION,
        "kind": f"{prefix}RoleBinding",
        "metadata": metadata,
        "roleRef": {"apiGroup": GROUP, "kind": f"{prefix}Role", "name": role or name},
    }
    if subjects:
        made["subjects"] = [_subject(kind, name) for kind, name in subjects]
    return made


def _subject(kind: str, name: str) -> Obj:
    if kind == "ServiceAccount":
        return {"kind": kind, "name": name, "namespace": "kube-system"}
    return {"kind": kind, "apiGroup": GROUP, "name": name}


def _installed() -> list[Obj]:
    """What an installer gives the DNS server's account and nodes that join."""
    rules = [
        _rule(["list", "watch"], "", "endpoints namespaces pods services"),
        _rule(["list", "watch"], "discovery.k8s.io", "endpointslices"),
    ]
    roles = {"system:coredns": rules, "kubeadm:get-nodes": [_rule(["get"], "", "nodes")]}
    return [
        *(
            {"apiVersion": _API_VERSION, "kind": "ClusterRole", "metadata": {"name": name}, "rules": rules}
            for name, rules in roles.items()
        ),
        _binding("system:coredns", [("ServiceAccount", "coredns")], {"name": "system:coredns"}),
        *(_binding(name, [("Group", who)], {"name": name}, role) for name, (role, who) in _INSTALLED.items()),
    ]


def _namespaced() -> list[Obj]:
    roles = namespaced_roles()
    return [
        *(
            {**_role(name, rules), "kind": "Role", "metadata": {**_metadata(name), "namespace": place}}
            for (place, name), rules in roles.items()
        ),
        *(_binding(name, BOUND_IN_NAMESPACES[name], {**_metadata(name), "namespace": place}) for place, name in roles),
    ]


@cache
def _all() -> tuple[Obj, ...]:
    controllers = controller_roles()
    roles = [
        _role(name, rules, name.removeprefix("system:") if name.startswith("system:aggregate-to-") else "")
        for name, rules in _ROLES.items()
    ]
    for name in reversed(_AGGREGATED):
        gathers, gathered_by = _AGGREGATED[name]
        rule = {"clusterRoleSelectors": [{"matchLabels": {f"{GROUP}/{gathers}": "true"}}]}
        role = _role(name, None, gathered_by, aggregationRule=rule)
        roles.append({**role, "rules": aggregated(role, roles)})
    roles += [_role(f"system:controller:{name}", rules) for name, rules in controllers.items()]
    bindings = [_binding(role, subjects) for role, subjects in _BINDINGS.items()]
    bindings += [_binding(f"system:controller:{name}", [("ServiceAccount", name)]) for name in controllers]
    return (*roles, *bindings, *_namespaced(), *_installed())


def default_roles() -> list[Obj]:
    """Roles before bindings, each a copy of its own."""
    return [copy(each) for each in _all()]
