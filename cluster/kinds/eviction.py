"""Whether a pod may be evicted now, and what evicting it writes: its budget, its condition, its deletion.

Decides only, in the world of the commit; TooManyRequests when the pod's disruption budget does not allow it.
"""

from __future__ import annotations

from cluster.intents import Delete, Evict, Intent, Update
from cluster.kinds.kind import Admission
from cluster.kinds.poddisruptionbudget import ALWAYS_ALLOW, allowing, selects
from cluster.machinery.errors import Conflict, Forbidden, NotFound, SeveralBudgets, TooManyRequests
from cluster.machinery.objects import (
    DISRUPTION_BUDGETS,
    PODS,
    Obj,
    is_pod_ready,
    is_terminating,
    meta,
    name,
    namespace,
    spec,
    status,
    timestamp,
    uid,
)

RETRY_SECONDS = 10
_MOST_UNCONFIRMED = 2000
_VIOLATES = "Cannot evict pod as it would violate the pod's disruption budget."


def steps(intent: Evict, admission: Admission) -> list[Intent]:
    """The writes of one eviction, in order."""
    pod = admission.world.get(intent.key)
    if pod is None or intent.key.kind != PODS:
        raise NotFound("pods", intent.key.name)
    if intent.uid and intent.uid != uid(pod):
        detail = (
            f"the UID in the precondition ({intent.uid}) does not match the UID in record ({uid(pod)}). "
            "The object might have been deleted and then recreated"
        )
        raise Conflict("Pod", name(pod), detail)
    writes: list[Intent] = []
    if not _is_no_disruption(pod) and (budget := _budget_of(pod, admission)) is not None and _guards(budget, pod):
        writes.append(_counted(budget, pod, admission.now))
    writes.append(_marked(pod, admission.now))
    writes.append(Delete(intent.key, uid(pod), propagation="Background", grace_seconds=intent.grace_seconds))
    return writes


def _is_no_disruption(pod: Obj) -> bool:
    """It does not serve anybody: not yet, or no more."""
    return status(pod).get("phase") in ("Succeeded", "Failed", "Pending") or is_terminating(pod)


def _budget_of(pod: Obj, admission: Admission) -> Obj | None:
    found = [each for each in admission.world.list(DISRUPTION_BUDGETS, namespace(pod)) if selects(each, pod)]
    if len(found) > 1:
        raise SeveralBudgets
    return found[0] if found else None


def _guards(budget: Obj, pod: Obj) -> bool:
    """A pod that is not Ready is no loss to a budget that is met, or that always lets such pods go."""
    if is_pod_ready(pod):
        return True
    if spec(budget).get("unhealthyPodEvictionPolicy") == ALWAYS_ALLOW:
        return False
    healthy, wanted = (int(status(budget).get(field) or 0) for field in ("currentHealthy", "desiredHealthy"))
    return not (healthy >= wanted > 0)


def _counted(budget: Obj, pod: Obj, now: float) -> Update:
    """The budget with one disruption less, and the pod noted as going."""
    told, called = status(budget), name(budget)
    if int(told.get("observedGeneration") or 0) < int(meta(budget).get("generation") or 0):
        processing = f"The disruption budget {called} is still being processed by the server."
        raise TooManyRequests(_VIOLATES, "DisruptionBudget", processing, RETRY_SECONDS)
    allowed = int(told.get("disruptionsAllowed") or 0)
    going = told.get("disruptedPods") or {}
    if len(going) > _MOST_UNCONFIRMED:
        detail = "DisruptedPods map too big - too many evictions not confirmed by PDB controller"
        raise Forbidden("poddisruptionbudget", called, detail, "policy")
    if allowed <= 0:
        healthy, wanted = int(told.get("currentHealthy") or 0), int(told.get("desiredHealthy") or 0)
        needs = f"The disruption budget {called} needs {wanted} healthy pods and has {healthy} currently"
        raise TooManyRequests(_VIOLATES, "DisruptionBudget", needs)
    after = {**told, "disruptedPods": {**going, name(pod): timestamp(now)}, "disruptionsAllowed": allowed - 1}
    return Update({**budget, "status": after if allowed > 1 else allowing(budget, after, now)}, "status")


def _marked(pod: Obj, now: float) -> Update:
    made = {
        "type": "DisruptionTarget",
        "status": "True",
        "lastProbeTime": None,
        "lastTransitionTime": timestamp(now),
        "reason": "EvictionByEvictionAPI",
        "message": "Eviction API: evicting",
    }
    others = [each for each in status(pod).get("conditions") or () if each.get("type") != made["type"]]
    return Update({**pod, "status": {**status(pod), "conditions": [*others, made]}}, "status")
