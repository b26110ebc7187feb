"""Which controllers there are. The list is the order in which equal due keys are planned.

Also `explain`: the reasons of every plan that says something about an object, and of what its pods listen on,
recomputed wherever they are shown.
"""

from __future__ import annotations

from cluster.config import ClusterConfig
from cluster.controllers import (
    accountsecrets,
    admissionpolicies,
    apiregistration,
    autoscaling,
    clientauthority,
    clusterroleaggregation,
    cronjob,
    csrsigning,
    customresources,
    daemonset,
    deployment,
    disruption,
    endpoints,
    endpointslice,
    endpointslicemirroring,
    ephemeralvolumes,
    flowcontrol,
    garbage,
    job,
    loadbalancer,
    namespace,
    nodelifecycle,
    podgc,
    replicaset,
    replicationcontroller,
    resourcequota,
    rolebootstrap,
    scheduler,
    serviceaccounts,
    statefulset,
    tainteviction,
    ttl_after_finished,
    volumeexpand,
    volumes,
)
from cluster.controllers.statefulset import governing
from cluster.dns import outage
from cluster.machinery.objects import (
    AUTOSCALERS,
    CLAIMS,
    CRON_JOBS,
    CUSTOM_DEFINITIONS,
    DAEMON_SETS,
    DEPLOYMENTS,
    DISRUPTION_BUDGETS,
    JOBS,
    NAMESPACES,
    NODES,
    PODS,
    REPLICA_SETS,
    REPLICATION_CONTROLLERS,
    RESOURCE_QUOTAS,
    SERVICES,
    SIGNING_REQUESTS,
    STATEFUL_SETS,
    GroupResource,
    Key,
)
from cluster.network import ingresses, policies
from cluster.nodes import heartbeat, kubelet, unanswered
from cluster.plan import Controller, Reason
from cluster.world import World

CONTROLLERS: tuple[Controller, ...] = (
    namespace.CONTROLLER,
    customresources.CONTROLLER,
    admissionpolicies.CONTROLLER,
    serviceaccounts.CONTROLLER,
    accountsecrets.CONTROLLER,
    autoscaling.CONTROLLER,
    deployment.CONTROLLER,
    replicaset.CONTROLLER,
    replicationcontroller.CONTROLLER,
    statefulset.CONTROLLER,
    daemonset.CONTROLLER,
    job.CONTROLLER,
    cronjob.CONTROLLER,
    ttl_after_finished.CONTROLLER,
    ephemeralvolumes.CONTROLLER,
    disruption.CONTROLLER,
    volumes.CONTROLLER,
    volumeexpand.CONTROLLER,
    heartbeat.CONTROLLER,
    nodelifecycle.CONTROLLER,
    tainteviction.CONTROLLER,
    podgc.CONTROLLER,
    scheduler.CONTROLLER,
    kubelet.CONTROLLER,
    endpoints.CONTROLLER,
    endpointslice.CONTROLLER,
    endpointslicemirroring.CONTROLLER,
    loadbalancer.CONTROLLER,
    garbage.CONTROLLER,
    resourcequota.CONTROLLER,
    rolebootstrap.CONTROLLER,
    flowcontrol.CONTROLLER,
    apiregistration.CONTROLLER,
    clientauthority.CONTROLLER,
    csrsigning.CONTROLLER,
    clusterroleaggregation.CONTROLLER,
)


# Whose plans say something about an object of this kind. A plan is asked only for keys of its own kind.
EXPLAINED_BY: dict[GroupResource, tuple[Controller, ...]] = {
    AUTOSCALERS: (autoscaling.CONTROLLER,),
    CLAIMS: (volumes.CONTROLLER, volumeexpand.CONTROLLER),
    CRON_JOBS: (cronjob.CONTROLLER,),
    CUSTOM_DEFINITIONS: (customresources.CONTROLLER,),
    DAEMON_SETS: (daemonset.CONTROLLER,),
    DEPLOYMENTS: (deployment.CONTROLLER,),
    DISRUPTION_BUDGETS: (disruption.CONTROLLER,),
    JOBS: (job.CONTROLLER, ttl_after_finished.CONTROLLER),
    NAMESPACES: (namespace.CONTROLLER,),
    NODES: (heartbeat.CONTROLLER, nodelifecycle.CONTROLLER),
    PODS: (
        ephemeralvolumes.CONTROLLER,
        scheduler.CONTROLLER,
        kubelet.CONTROLLER,
        tainteviction.CONTROLLER,
        podgc.CONTROLLER,
    ),
    RESOURCE_QUOTAS: (resourcequota.CONTROLLER,),
    REPLICA_SETS: (replicaset.CONTROLLER,),
    REPLICATION_CONTROLLERS: (replicationcontroller.CONTROLLER,),
    SIGNING_REQUESTS: (csrsigning.CONTROLLER,),
    SERVICES: (endpointslice.CONTROLLER, loadbalancer.CONTROLLER),
    STATEFUL_SETS: (statefulset.CONTROLLER,),
}


def explain(world: World, key: Key, now: float, config: ClusterConfig) -> list[Reason]:
    """Why the object at `key` is as it is; nothing for an object that is not there."""
    if key not in world:
        return []
    plans = (controller.plan(world, key, now, config) for controller in EXPLAINED_BY.get(key.kind, ()))
    planned = (reason for plan in plans for reason in plan.reasons)
    beyond = (
        governing.reasons(world, key),
        unanswered.reasons(world, key),
        outage.reasons(world, key, config),
        ingresses.reasons(world, key),
        policies.reasons(world, key),
    )
    return [*planned, *(reason for each in beyond for reason in each)]
