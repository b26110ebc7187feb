"""Who may look at a cluster, and do no more: what the ClusterRole `view` gives, of the whole cluster. Pure.

The web site puts into this group whoever may look at a cluster there: pages, kubectl and logs have one rule.
"""

from __future__ import annotations

from cluster.access.attributes import Attributes
from cluster.access.policyrules import ALL, PolicyRule
from cluster.machinery.objects import GroupResource, spec
from cluster.world import World

VIEWERS = "kubarium:viewers"
READING = ("get", "list", "watch")
REASON = "looking is free to whoever is signed in"
_CORE = PolicyRule(
    READING,
    ("",),
    (
        *("bindings", "componentstatuses", "configmaps", "endpoints", "events", "limitranges", "namespaces", "nodes"),
        *("persistentvolumeclaims", "persistentvolumes", "pods", "podtemplates", "replicationcontrollers"),
        *("resourcequotas", "serviceaccounts", "services", "*/status", "*/scale", "pods/log"),
    ),
)
"""Not secrets; and not what is acting though it is read: exec, attach, portforward, proxy."""
_GROUPS = (
    *("admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "apps", "autoscaling", "batch"),
    *("certificates.k8s.io", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io", "policy", "node.k8s.io"),
    *("flowcontrol.apiserver.k8s.io", "metrics.k8s.io", "networking.k8s.io", "rbac.authorization.k8s.io"),
    *("scheduling.k8s.io", "storage.k8s.io"),
)
_BRING_GROUPS = (
    GroupResource("apiextensions.k8s.io", "customresourcedefinitions"),
    GroupResource("apiregistration.k8s.io", "apiservices"),
)


def may_look(asked: Attributes) -> bool:
    """Paths, which are no resources, have rules of their own."""
    if asked.path or asked.verb not in READING:
        return False
    return _CORE.allows(asked) if asked.group == "" else True


def viewer_rules(world: World) -> tuple[PolicyRule, ...]:
    """The same as rules, over the groups that the cluster has."""
    brought = {str(spec(each).get("group") or "") for kind in _BRING_GROUPS for each in world.list(kind)}
    return (_CORE, PolicyRule(READING, tuple(sorted({*_GROUPS, *brought} - {""})), (ALL,)))
