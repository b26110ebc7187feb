"""The fields of a pod template in the order of Kubernetes v1.32's Go structs, with their Go types.

Only the order and the types matter, to whoever writes a value as Go prints it (`godump`). One line a struct:

    Name: Field type, +Embedded, ~Named string types by their own name, *pointers, []lists

A field is called in JSON as in Go, but for its first letters; where not, the name follows in brackets. A type that is
not listed can only be absent.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_LISTED = """
PodTemplateSpec: ObjectMeta ObjectMeta [metadata], Spec PodSpec
ObjectMeta: Name string, GenerateName string, Namespace string, SelfLink string, UID types.UID, ResourceVersion string,
  Generation int64, CreationTimestamp Time, DeletionTimestamp *Time, DeletionGracePeriodSeconds *int64, Labels map,
  Annotations map, OwnerReferences []OwnerReference, Finalizers []string, ManagedFields []ManagedFieldsEntry
PodSpec: Volumes []Volume, InitContainers []Container, Containers []Container,
  EphemeralContainers []EphemeralContainer, RestartPolicy ~RestartPolicy, TerminationGracePeriodSeconds *int64,
  ActiveDeadlineSeconds *int64, DNSPolicy ~DNSPolicy, NodeSelector map, ServiceAccountName string,
  DeprecatedServiceAccount string [serviceAccount], AutomountServiceAccountToken *bool, NodeName string,
  HostNetwork bool, HostPID bool, HostIPC bool, ShareProcessNamespace *bool, SecurityContext *PodSecurityContext,
  ImagePullSecrets []LocalObjectReference, Hostname string, Subdomain string, Affinity *Affinity, SchedulerName string,
  Tolerations []Toleration, HostAliases []HostAlias, PriorityClassName string, Priority *int32,
  DNSConfig *PodDNSConfig, ReadinessGates []PodReadinessGate, RuntimeClassName *string, EnableServiceLinks *bool,
  PreemptionPolicy *~PreemptionPolicy, Overhead ResourceList, TopologySpreadConstraints []TopologySpreadConstraint,
  SetHostnameAsFQDN *bool, OS *PodOS, HostUsers *bool, SchedulingGates []PodSchedulingGate,
  ResourceClaims []PodResourceClaim, Resources *ResourceRequirements
Container: Name string, Image string, Command []string, Args []string, WorkingDir string, Ports []ContainerPort,
  EnvFrom []EnvFromSource, Env []EnvVar, Resources ResourceRequirements, ResizePolicy []ContainerResizePolicy,
  RestartPolicy *~ContainerRestartPolicy, VolumeMounts []VolumeMount, VolumeDevices []VolumeDevice,
  LivenessProbe *Probe, ReadinessProbe *Probe, StartupProbe *Probe, Lifecycle *Lifecycle,
  TerminationMessagePath string, TerminationMessagePolicy ~TerminationMessagePolicy, ImagePullPolicy ~PullPolicy,
  SecurityContext *SecurityContext, Stdin bool, StdinOnce bool, TTY bool
ContainerPort: Name string, HostPort int32, ContainerPort int32, Protocol ~Protocol, HostIP string
EnvFromSource: Prefix string, ConfigMapRef *ConfigMapEnvSource, SecretRef *SecretEnvSource
ConfigMapEnvSource: +LocalObjectReference, Optional *bool
SecretEnvSource: +LocalObjectReference, Optional *bool
EnvVar: Name string, Value string, ValueFrom *EnvVarSource
EnvVarSource: FieldRef *ObjectFieldSelector, ResourceFieldRef *ResourceFieldSelector,
  ConfigMapKeyRef *ConfigMapKeySelector, SecretKeyRef *SecretKeySelector
ObjectFieldSelector: APIVersion string, FieldPath string
ResourceFieldSelector: ContainerName string, Resource string, Divisor resource.Quantity
ConfigMapKeySelector: +LocalObjectReference, Key string, Optional *bool
SecretKeySelector: +LocalObjectReference, Key string, Optional *bool
LocalObjectReference: Name string
ResourceRequirements: Limits ResourceList, Requests ResourceList, Claims []ResourceClaim
ResourceClaim: Name string, Request string
ContainerResizePolicy: ResourceName ~ResourceName, RestartPolicy ~ResourceResizeRestartPolicy
VolumeMount: Name string, ReadOnly bool, RecursiveReadOnly *~RecursiveReadOnlyMode, MountPath string, SubPath string,
  MountPropagation *~MountPropagationMode, SubPathExpr string
VolumeDevice: Name string, DevicePath string
Probe: +ProbeHandler, InitialDelaySeconds int32, TimeoutSeconds int32, PeriodSeconds int32, SuccessThreshold int32,
  FailureThreshold int32, TerminationGracePeriodSeconds *int64
ProbeHandler: Exec *ExecAction, HTTPGet *HTTPGetAction, TCPSocket *TCPSocketAction, GRPC *GRPCAction
ExecAction: Command []string
HTTPGetAction: Path string, Port intstr.IntOrString, Host string, Scheme ~URIScheme, HTTPHeaders []HTTPHeader
HTTPHeader: Name string, Value string
TCPSocketAction: Port intstr.IntOrString, Host string
GRPCAction: Port int32, Service *string
Lifecycle: PostStart *LifecycleHandler, PreStop *LifecycleHandler
LifecycleHandler: Exec *ExecAction, HTTPGet *HTTPGetAction, TCPSocket *TCPSocketAction, Sleep *SleepAction
SleepAction: Seconds int64
SecurityContext: Capabilities *Capabilities, Privileged *bool, SELinuxOptions *SELinuxOptions,
  WindowsOptions *WindowsSecurityContextOptions, RunAsUser *int64, RunAsGroup *int64, RunAsNonRoot *bool,
  ReadOnlyRootFilesystem *bool, AllowPrivilegeEscalation *bool, ProcMount *~ProcMountType,
  SeccompProfile *SeccompProfile, AppArmorProfile *AppArmorProfile
PodSecurityContext: SELinuxOptions *SELinuxOptions, WindowsOptions *WindowsSecurityContextOptions, RunAsUser *int64,
  RunAsGroup *int64, RunAsNonRoot *bool, SupplementalGroups []int64,
  SupplementalGroupsPolicy *~SupplementalGroupsPolicy, FSGroup *int64, Sysctls []Sysctl,
  FSGroupChangePolicy *~PodFSGroupChangePolicy, SeccompProfile *SeccompProfile, AppArmorProfile *AppArmorProfile,
  SELinuxChangePolicy *~PodSELinuxChangePolicy
Capabilities: Add []~Capability, Drop []~Capability
SELinuxOptions: User string, Role string, Type string, Level string
WindowsSecurityContextOptions: GMSACredentialSpecName *string, GMSACredentialSpec *string, RunAsUserName *string,
  HostProcess *bool
SeccompProfile: Type ~SeccompProfileType, LocalhostProfile *string
AppArmorProfile: Type ~AppArmorProfileType, LocalhostProfile *string
Sysctl: Name string, Value string
Affinity: NodeAffinity *NodeAffinity, PodAffinity *PodAffinity, PodAntiAffinity *PodAntiAffinity
NodeAffinity: RequiredDuringSchedulingIgnoredDuringExecution *NodeSelector,
  PreferredDuringSchedulingIgnoredDuringExecution []PreferredSchedulingTerm
NodeSelector: NodeSelectorTerms []NodeSelectorTerm
NodeSelectorTerm: MatchExpressions []NodeSelectorRequirement, MatchFields []NodeSelectorRequirement
NodeSelectorRequirement: Key string, Operator ~NodeSelectorOperator, Values []string
PreferredSchedulingTerm: Weight int32, Preference NodeSelectorTerm
PodAffinity: RequiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm,
  PreferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm
PodAntiAffinity: RequiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm,
  PreferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm
WeightedPodAffinityTerm: Weight int32, PodAffinityTerm PodAffinityTerm
PodAffinityTerm: LabelSelector *LabelSelector, Namespaces []string, TopologyKey string,
  NamespaceSelector *LabelSelector, MatchLabelKeys []string, MismatchLabelKeys []string
LabelSelector: MatchLabels map, MatchExpressions []LabelSelectorRequirement
LabelSelectorRequirement: Key string, Operator ~LabelSelectorOperator, Values []string
Toleration: Key string, Operator ~TolerationOperator, Value string, Effect ~TaintEffect, TolerationSeconds *int64
HostAlias: IP string, Hostnames []string
PodDNSConfig: Nameservers []string, Searches []string, Options []PodDNSConfigOption
PodDNSConfigOption: Name string, Value *string
PodReadinessGate: ConditionType ~PodConditionType
TopologySpreadConstraint: MaxSkew int32, TopologyKey string, WhenUnsatisfiable ~UnsatisfiableConstraintAction,
  LabelSelector *LabelSelector, MinDomains *int32, NodeAffinityPolicy *~NodeInclusionPolicy,
  NodeTaintsPolicy *~NodeInclusionPolicy, MatchLabelKeys []string
PodOS: Name ~OSName
PodSchedulingGate: Name string
PodResourceClaim: Name string, ResourceClaimName *string, ResourceClaimTemplateName *string
Volume: Name string, +VolumeSource
VolumeSource: HostPath *HostPathVolumeSource, EmptyDir *EmptyDirVolumeSource,
  GCEPersistentDisk *GCEPersistentDiskVolumeSource, AWSElasticBlockStore *AWSElasticBlockStoreVolumeSource,
  GitRepo *GitRepoVolumeSource, Secret *SecretVolumeSource, NFS *NFSVolumeSource, ISCSI *ISCSIVolumeSource,
  Glusterfs *GlusterfsVolumeSource, PersistentVolumeClaim *PersistentVolumeClaimVolumeSource, RBD *RBDVolumeSource,
  FlexVolume *FlexVolumeSource, Cinder *CinderVolumeSource, CephFS *CephFSVolumeSource [cephfs],
  Flocker *FlockerVolumeSource, DownwardAPI *DownwardAPIVolumeSource, FC *FCVolumeSource,
  AzureFile *AzureFileVolumeSource, ConfigMap *ConfigMapVolumeSource,
  VsphereVolume *VsphereVirtualDiskVolumeSource, Quobyte *QuobyteVolumeSource, AzureDisk *AzureDiskVolumeSource,
  PhotonPersistentDisk *PhotonPersistentDiskVolumeSource, Projected *ProjectedVolumeSource,
  PortworxVolume *PortworxVolumeSource, ScaleIO *ScaleIOVolumeSource, StorageOS *StorageOSVolumeSource [storageos],
  CSI *CSIVolumeSource, Ephemeral *EphemeralVolumeSource, Image *ImageVolumeSource
HostPathVolumeSource: Path string, Type *~HostPathType
EmptyDirVolumeSource: Medium ~StorageMedium, SizeLimit *resource.Quantity
SecretVolumeSource: SecretName string, Items []KeyToPath, DefaultMode *int32, Optional *bool
KeyToPath: Key string, Path string, Mode *int32
NFSVolumeSource: Server string, Path string, ReadOnly bool
PersistentVolumeClaimVolumeSource: ClaimName string, ReadOnly bool
DownwardAPIVolumeSource: Items []DownwardAPIVolumeFile, DefaultMode *int32
DownwardAPIVolumeFile: Path string, FieldRef *ObjectFieldSelector, ResourceFieldRef *ResourceFieldSelector, Mode *int32
ConfigMapVolumeSource: +LocalObjectReference, Items []KeyToPath, DefaultMode *int32, Optional *bool
ProjectedVolumeSource: Sources []VolumeProjection, DefaultMode *int32
VolumeProjection: Secret *SecretProjection, DownwardAPI *DownwardAPIProjection, ConfigMap *ConfigMapProjection,
  ServiceAccountToken *ServiceAccountTokenProjection, ClusterTrustBundle *ClusterTrustBundleProjection
SecretProjection: +LocalObjectReference, Items []KeyToPath, Optional *bool
ConfigMapProjection: +LocalObjectReference, Items []KeyToPath, Optional *bool
DownwardAPIProjection: Items []DownwardAPIVolumeFile
ServiceAccountTokenProjection: Audience string, ExpirationSeconds *int64, Path string
CSIVolumeSource: Driver string, ReadOnly *bool, FSType *string, VolumeAttributes map,
  NodePublishSecretRef *LocalObjectReference
ImageVolumeSource: Reference string, PullPolicy ~PullPolicy
"""


class Field(NamedTuple):
    go: str
    json: str
    """"" for an embedded struct, whose fields stand beside the others."""
    type: str


def _json_name(go: str) -> str:
    """Go's name with its first letters small: DNSPolicy -> dnsPolicy, TTY -> tty."""
    found = re.match(r"[A-Z]+", go)
    first = found[0] if found else ""
    small = len(first) if len(first) in (1, len(go)) else len(first) - 1
    return go[:small].lower() + go[small:]


def _field(text: str) -> Field:
    if text.startswith("+"):
        return Field(text[1:], "", text[1:])
    go, type_, *called = text.split()
    return Field(go, called[0].strip("[]") if called else _json_name(go), type_)


def _read(listed: str) -> dict[str, tuple[Field, ...]]:
    structs = {}
    for line in listed.strip().replace("\n  ", " ").splitlines():
        name, _, fields = line.partition(": ")
        structs[name] = tuple(_field(text) for text in fields.split(", "))
    return structs


STRUCTS = _read(_LISTED)
