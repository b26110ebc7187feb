"""Why a Deployment is not done, in words."""

from __future__ import annotations

from cluster.controllers.creation_failure import CONDITION
from cluster.controllers.deployment.limits import is_rolling
from cluster.controllers.deployment.passing import Pass
from cluster.controllers.deployment.replica_sets import size, told
from cluster.controllers.deployment.status import deadline
from cluster.machinery.objects import condition, name, spec


def tell(current: Pass, old_pods: int) -> None:
    """`old_pods`: pods of old templates that are still there, leaving ones included."""
    draft, limits, new = current.draft, current.limits, current.new
    if failure := next((found for each in current.every if (found := condition(each, CONDITION))), None):
        draft.because("fail", "cannot-create", f"Pods cannot be created: {failure['message']}.")
    progress = condition(current.deployment, "Progressing")
    if progress is not None and progress["reason"] == "ProgressDeadlineExceeded":
        whose = name(new) if new else name(current.deployment)
        text = f"{whose} made no progress for {deadline(current.deployment)} s."
        draft.because("fail", "progress-deadline", text)
    if spec(current.deployment).get("paused") and not current.every:
        draft.because("wait", "paused", "Paused before its first rollout: no pod is made until it is resumed.")
    elif spec(current.deployment).get("paused"):
        draft.because("info", "paused", "Paused: a changed template is not rolled out until it is resumed.")
    available = sum(told(each, "availableReplicas") for each in current.every)
    if new is None:
        if old_pods and not is_rolling(current.deployment):
            many = f"{old_pods} old {'pod' if old_pods == 1 else 'pods'}"
            draft.because("wait", "waits-for-old-pods", f"Waiting for {many} to be gone: the strategy is Recreate.")
        return
    new_available, replicas = told(new, "availableReplicas"), limits.replicas
    if new_available < replicas:
        held = ""
        if size(new) < replicas and is_rolling(current.deployment):
            held = f" No more than {limits.most} pods may exist at a time."
        text = f"Waiting for {name(new)}: {new_available} of {replicas} new pods available.{held}"
        draft.because("wait", "waits-for-new-pods", text)
    left = sum(size(each) for each in current.old)
    if left:
        many = f"{left} old {'pod stays' if left == 1 else 'pods stay'}"
        text = f"{many} for now: at least {limits.least_available} of {replicas} have to be available."
        draft.because("wait", "keeps-old-pods", text)
    elif new_available >= replicas:
        draft.because("ok", "settled", f"{available} of {replicas} available.")
