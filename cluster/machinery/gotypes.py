"""Names that Kubernetes' Go code gives to texts with a meaning, since its decoder says them: "of type v1.ServiceType".

The published definitions call them all "string". Only the kinds that live in the simulation are listed.
"""

from __future__ import annotations

_BY_TYPE = {
    "v1.ServiceType": "ServiceSpec.type",
    "v1.ServiceAffinity": "ServiceSpec.sessionAffinity",
    "v1.IPFamily": "ServiceSpec.ipFamilies",
    "v1.IPFamilyPolicy": "ServiceSpec.ipFamilyPolicy",
    "v1.ServiceExternalTrafficPolicy": "ServiceSpec.externalTrafficPolicy",
    "v1.ServiceInternalTrafficPolicy": "ServiceSpec.internalTrafficPolicy",
    "v1.Protocol": "ServicePort.protocol ContainerPort.protocol EndpointPort.protocol PortStatus.protocol",
    "v1.RestartPolicy": "PodSpec.restartPolicy",
    "v1.ContainerRestartPolicy": "Container.restartPolicy EphemeralContainer.restartPolicy",
    "v1.DNSPolicy": "PodSpec.dnsPolicy",
    "v1.PreemptionPolicy": "PodSpec.preemptionPolicy",
    "v1.PullPolicy": "Container.imagePullPolicy EphemeralContainer.imagePullPolicy",
    "v1.TerminationMessagePolicy": "Container.terminationMessagePolicy EphemeralContainer.terminationMessagePolicy",
    "v1.PodPhase": "PodStatus.phase",
    "v1.PodQOSClass": "PodStatus.qosClass",
    "v1.PodConditionType": "PodCondition.type PodReadinessGate.conditionType",
    "v1.ConditionStatus": (
        "PodCondition.status NodeCondition.status StatefulSetCondition.status DeploymentCondition.status"
        " ReplicaSetCondition.status NamespaceCondition.status PersistentVolumeClaimCondition.status Condition.status"
    ),
    "v1.URIScheme": "HTTPGetAction.scheme",
    "v1.TaintEffect": "Taint.effect Toleration.effect",
    "v1.TolerationOperator": "Toleration.operator",
    "v1.MountPropagationMode": "VolumeMount.mountPropagation",
    "v1.StorageMedium": "EmptyDirVolumeSource.medium",
    "v1.PersistentVolumeAccessMode": (
        "PersistentVolumeClaimSpec.accessModes PersistentVolumeSpec.accessModes PersistentVolumeClaimStatus.accessModes"
    ),
    "v1.PersistentVolumeMode": "PersistentVolumeClaimSpec.volumeMode PersistentVolumeSpec.volumeMode",
    "v1.PersistentVolumeClaimPhase": "PersistentVolumeClaimStatus.phase",
    "v1.PersistentVolumePhase": "PersistentVolumeStatus.phase",
    "v1.PersistentVolumeReclaimPolicy": "PersistentVolumeSpec.persistentVolumeReclaimPolicy StorageClass.reclaimPolicy",
    "v1.VolumeBindingMode": "StorageClass.volumeBindingMode",
    "v1.NodeConditionType": "NodeCondition.type",
    "v1.NodeAddressType": "NodeAddress.type",
    "v1.NamespacePhase": "NamespaceStatus.phase",
    "v1.FinalizerName": "NamespaceSpec.finalizers",
    "v1.SecretType": "Secret.type",
    "v1.PodManagementPolicyType": "StatefulSetSpec.podManagementPolicy",
    "v1.StatefulSetUpdateStrategyType": "StatefulSetUpdateStrategy.type",
    "v1.PersistentVolumeClaimRetentionPolicyType": (
        "StatefulSetPersistentVolumeClaimRetentionPolicy.whenDeleted"
        " StatefulSetPersistentVolumeClaimRetentionPolicy.whenScaled"
    ),
    "v1.DeploymentStrategyType": "DeploymentStrategy.type",
    "v1.DeploymentConditionType": "DeploymentCondition.type",
    "v1.ReplicaSetConditionType": "ReplicaSetCondition.type",
    "v1.StatefulSetConditionType": "StatefulSetCondition.type",
    "v1.DaemonSetUpdateStrategyType": "DaemonSetUpdateStrategy.type",
    "v1.LabelSelectorOperator": "LabelSelectorRequirement.operator",
    "v1.NodeSelectorOperator": "NodeSelectorRequirement.operator",
    "v1.UnsatisfiableConstraintAction": "TopologySpreadConstraint.whenUnsatisfiable",
    "v1.AddressType": "EndpointSlice.addressType",
    "v1.ManagedFieldsOperationType": "ManagedFieldsEntry.operation",
    "types.UID": "ObjectMeta.uid OwnerReference.uid ObjectReference.uid Preconditions.uid",
    "v1.CompletionMode": "JobSpec.completionMode",
    "v1.ConcurrencyPolicy": "CronJobSpec.concurrencyPolicy",
}

NAMED = {place: type_ for type_, places in _BY_TYPE.items() for place in places.split()}
""""ServiceSpec.type" -> "v1.ServiceType"; for a list, the name of its items."""
