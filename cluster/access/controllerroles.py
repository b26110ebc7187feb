"""The roles of the control plane's controllers, as v1.32 has them: what each may do under its own account.

Nothing here asks them of our own controllers, which are part of the API; clients list them, and bind to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Rule = dict[str, Any]

_SHORT = {"READ": "get list watch", "ALL": "create delete get list patch update watch", "TELL": "create patch update"}
_EVENTS = "TELL | core events.k8s.io | events"

_CLUSTER = """
attachdetach-controller
  list watch | core | persistentvolumeclaims persistentvolumes
  READ | core | nodes
  patch update | core | nodes/status
  list watch | core | pods
  EVENTS
  create delete READ | storage.k8s.io | volumeattachments
  READ | storage.k8s.io | csidrivers
  READ | storage.k8s.io | csinodes
certificate-controller
  delete READ | certificates.k8s.io | certificatesigningrequests
  update | certificates.k8s.io | certificatesigningrequests/approval certificatesigningrequests/status
  approve | certificates.k8s.io | signers | kubernetes.io/kube-apiserver-client-kubelet
  sign | certificates.k8s.io | signers | kubernetes.io/kube-apiserver-client \
kubernetes.io/kube-apiserver-client-kubelet kubernetes.io/kubelet-serving kubernetes.io/legacy-unknown
  create | authorization.k8s.io | subjectaccessreviews
  EVENTS
clusterrole-aggregation-controller
  escalate READ patch update | rbac.authorization.k8s.io | clusterroles
cronjob-controller
  READ update | batch | cronjobs
  ALL | batch | jobs
  update | batch | cronjobs/status
  update | batch | cronjobs/finalizers
  delete list watch | core | pods
  EVENTS
daemon-set-controller
  READ | apps extensions | daemonsets
  update | apps extensions | daemonsets/status
  update | apps extensions | daemonsets/finalizers
  list watch | core | nodes
  create delete list patch watch | core | pods
  create | core | pods/binding
  ALL | apps | controllerrevisions
  EVENTS
deployment-controller
  READ update | apps extensions | deployments
  update | apps extensions | deployments/status
  update | apps extensions | deployments/finalizers
  ALL | apps extensions | replicasets
  READ update | core | pods
  EVENTS
disruption-controller
  READ | apps extensions | deployments
  READ | apps extensions | replicasets
  READ | core | replicationcontrollers
  READ | policy | poddisruptionbudgets
  READ | apps | statefulsets
  update | policy | poddisruptionbudgets/status
  patch update | core | pods/status
  get | * | */scale
  EVENTS
endpoint-controller
  READ | core | pods services
  create delete READ update | core | endpoints
  create | core | endpoints/restricted
  EVENTS
endpointslice-controller
  READ | core | nodes pods services
  update | core | services/finalizers
  create delete READ update | discovery.k8s.io | endpointslices
  EVENTS
endpointslicemirroring-controller
  READ | core | endpoints services
  update | core | services/finalizers
  update | core | endpoints/finalizers
  create delete READ update | discovery.k8s.io | endpointslices
  EVENTS
ephemeral-volume-controller
  READ | core | pods
  update | core | pods/finalizers
  create READ | core | persistentvolumeclaims
  EVENTS
expand-controller
  READ patch update | core | persistentvolumes
  patch update | core | persistentvolumeclaims/status
  READ | core | persistentvolumeclaims
  EVENTS
generic-garbage-collector
  delete READ patch update | * | *
  EVENTS
horizontal-pod-autoscaler
  READ | autoscaling | horizontalpodautoscalers
  update | autoscaling | horizontalpodautoscalers/status
  get update | * | */scale
  list watch | core | pods
  list watch | metrics.k8s.io | pods
  READ | custom.metrics.k8s.io | *
  READ | external.metrics.k8s.io | *
  EVENTS
job-controller
  READ patch update | batch | jobs
  update | batch | jobs/status
  update | batch | jobs/finalizers
  create delete list patch watch | core | pods
  EVENTS
legacy-service-account-token-cleaner
  get | core | configmaps | kube-apiserver-legacy-service-account-token-tracking
  delete patch | core | secrets
namespace-controller
  delete READ | core | namespaces
  update | core | namespaces/finalize namespaces/status
  delete deletecollection READ | * | *
node-controller
  delete READ patch update | core | nodes
  patch update | core | nodes/status
  patch update | core | pods/status
  delete READ | core | pods
  EVENTS
persistent-volume-binder
  create delete READ update | core | persistentvolumes
  update | core | persistentvolumes/status
  READ update | core | persistentvolumeclaims
  update | core | persistentvolumeclaims/status
  create delete READ | core | pods
  READ | storage.k8s.io | storageclasses
  list watch | core | nodes
  EVENTS
  watch | core | events
pod-garbage-collector
  delete list watch | core | pods
  READ | core | nodes
  patch | core | pods/status
pv-protection-controller
  READ update | core | persistentvolumes
  EVENTS
pvc-protection-controller
  READ update | core | persistentvolumeclaims
  READ | core | pods
  EVENTS
replicaset-controller
  READ update | apps extensions | replicasets
  update | apps extensions | replicasets/status
  update | apps extensions | replicasets/finalizers
  create delete list patch watch | core | pods
  EVENTS
replication-controller
  READ update | core | replicationcontrollers
  update | core | replicationcontrollers/status
  update | core | replicationcontrollers/finalizers
  create delete list patch watch | core | pods
  EVENTS
resourcequota-controller
  list watch | * | *
  update | core | resourcequotas/status
  EVENTS
root-ca-cert-publisher
  create update | core | configmaps
  EVENTS
route-controller
  list watch | core | nodes
  patch | core | nodes/status
  EVENTS
service-account-controller
  create | core | serviceaccounts
  EVENTS
service-controller
  READ | core | services
  patch update | core | services/status
  list watch | core | nodes
  EVENTS
statefulset-controller
  list watch | core | pods
  READ | apps | statefulsets
  update | apps | statefulsets/status
  update | apps | statefulsets/finalizers
  create delete get patch update | core | pods
  ALL | apps | controllerrevisions
  create READ | core | persistentvolumeclaims
  delete update | core | persistentvolumeclaims
  EVENTS
ttl-after-finished-controller
  delete READ | batch | jobs
  EVENTS
ttl-controller
  list patch update watch | core | nodes
  EVENTS
validatingadmissionpolicy-status-controller
  READ | admissionregistration.k8s.io | validatingadmissionpolicies
  get patch update | admissionregistration.k8s.io | validatingadmissionpolicies/status
  EVENTS
"""
"""Name, then its rules: verbs | groups | resources | names of objects. The accounts are called as their roles."""

_NAMESPACED = """
kube-public system:controller:bootstrap-signer
  READ | core | configmaps
  update | core | configmaps | cluster-info
  EVENTS
kube-system extension-apiserver-authentication-reader
  READ | core | configmaps | extension-apiserver-authentication
kube-system system::leader-locking-kube-controller-manager
  watch | core | configmaps
  get update | core | configmaps | kube-controller-manager
kube-system system::leader-locking-kube-scheduler
  watch | core | configmaps
  get update | core | configmaps | kube-scheduler
kube-system system:controller:bootstrap-signer
  READ | core | secrets
kube-system system:controller:cloud-provider
  create READ | core | configmaps
kube-system system:controller:token-cleaner
  delete READ | core | secrets
  EVENTS
"""
"""Namespace and name, then its rules."""

_USERS = ("kube-controller-manager", "kube-scheduler")
BOUND_IN_NAMESPACES: Mapping[str, Sequence[tuple[str, str]]] = {
    "extension-apiserver-authentication-reader": [("User", f"system:{each}") for each in _USERS],
    **{f"system::leader-locking-{each}": [("User", f"system:{each}"), ("ServiceAccount", each)] for each in _USERS},
    **{
        f"system:controller:{each}": [("ServiceAccount", each)]
        for each in ("bootstrap-signer", "cloud-provider", "token-cleaner")
    },
}
"""Role -> who has it: users, and accounts of kube-system."""


def controller_roles() -> dict[str, list[Rule]]:
    """ClusterRoles by the name of the controller's account."""
    return dict(_read(_CLUSTER))


def namespaced_roles() -> dict[tuple[str, str], list[Rule]]:
    """Roles by namespace and name."""
    return {(place, name): rules for title, rules in _read(_NAMESPACED) for place, name in [title.split()]}


def _read(text: str) -> Iterator[tuple[str, list[Rule]]]:
    title, rules = "", list[Rule]()
    for line in text.strip().splitlines():
        if line.startswith(" "):
            rules.append(_rule(_EVENTS if line.strip() == "EVENTS" else line))
            continue
        if title:
            yield title, rules
        title, rules = line, []
    yield title, rules


def _rule(line: str) -> Rule:
    verbs, groups, resources, *named = (each.split() for each in line.split("|"))
    made: Rule = {
        "verbs": sorted(verb for each in verbs for verb in _SHORT.get(each, each).split()),
        "apiGroups": sorted("" if each == "core" else each for each in groups),
        "resources": sorted(resources),
    }
    if named:
        made["resourceNames"] = sorted(named[0])
    return made
