"""The values that some texts can have, by the name that Kubernetes' code gives the text. The definitions do not say.

Only texts whose values are published are listed: others look closed and are not (a Secret's type).
"""

from __future__ import annotations

from cluster.machinery.gotypes import NAMED

_VALUES = {
    "v1.AddressType": "FQDN IPv4 IPv6",
    "v1.CompletionMode": "Indexed NonIndexed",
    "v1.ConcurrencyPolicy": "Allow Forbid Replace",
    "v1.DNSPolicy": "ClusterFirst ClusterFirstWithHostNet Default None",
    "v1.DaemonSetUpdateStrategyType": "OnDelete RollingUpdate",
    "v1.DeploymentStrategyType": "Recreate RollingUpdate",
    "v1.IPFamilyPolicy": "PreferDualStack RequireDualStack SingleStack",
    "v1.MountPropagationMode": "Bidirectional HostToContainer None",
    "v1.NamespacePhase": "Active Terminating",
    "v1.NodeSelectorOperator": "DoesNotExist Exists Gt In Lt NotIn",
    "v1.PersistentVolumeAccessMode": "ReadOnlyMany ReadWriteMany ReadWriteOnce ReadWriteOncePod",
    "v1.PersistentVolumeClaimPhase": "Bound Lost Pending",
    "v1.PersistentVolumeMode": "Block Filesystem",
    "v1.PersistentVolumePhase": "Available Bound Failed Pending Released",
    "v1.PersistentVolumeReclaimPolicy": "Delete Recycle Retain",
    "v1.PodManagementPolicyType": "OrderedReady Parallel",
    "v1.PodPhase": "Failed Pending Running Succeeded Unknown",
    "v1.PodQOSClass": "BestEffort Burstable Guaranteed",
    "v1.PreemptionPolicy": "Never PreemptLowerPriority",
    "v1.Protocol": "SCTP TCP UDP",
    "v1.PullPolicy": "Always IfNotPresent Never",
    "v1.RestartPolicy": "Always Never OnFailure",
    "v1.ServiceAffinity": "ClientIP None",
    "v1.ServiceExternalTrafficPolicy": "Cluster Local",
    "v1.ServiceInternalTrafficPolicy": "Cluster Local",
    "v1.ServiceType": "ClusterIP ExternalName LoadBalancer NodePort",
    "v1.StatefulSetUpdateStrategyType": "OnDelete RollingUpdate",
    "v1.TaintEffect": "NoExecute NoSchedule PreferNoSchedule",
    "v1.TerminationMessagePolicy": "FallbackToLogsOnError File",
    "v1.TolerationOperator": "Equal Exists",
    "v1.URIScheme": "HTTP HTTPS",
    "v1.UnsatisfiableConstraintAction": "DoNotSchedule ScheduleAnyway",
    "v1.VolumeBindingMode": "Immediate WaitForFirstConsumer",
}
VALUES = {place: _VALUES[named].split() for place, named in NAMED.items() if named in _VALUES}
""""ServiceSpec.type" -> its values; for a list, those of its items."""
