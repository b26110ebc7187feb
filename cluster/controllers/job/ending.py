"""Whether a Job has come to its end, and which: the conditions it goes through, with Kubernetes' reasons and words."""

from __future__ import annotations

from typing import Any, NamedTuple

from cluster.controllers.job.policies import fails_job, success_rule
from cluster.controllers.job.situation import Situation
from cluster.machinery.objects import condition, seconds, spec, status, timestamp


class Ending(NamedTuple):
    success: bool
    reason: str
    message: str

    @property
    def word(self) -> str:
        return "success" if self.success else "failure"

    @property
    def interim(self) -> str:
        """The condition by which the end is decided, before all pods are counted and gone."""
        return "SuccessCriteriaMet" if self.success else "FailureTarget"

    @property
    def final(self) -> str:
        return "Complete" if self.success else "Failed"


REACHED = Ending(True, "CompletionsReached", "Reached expected number of succeeded pods")


def decided(situation: Situation) -> Ending | None:
    """What has ended the Job whatever its pods still do: decided before, or by a limit or rule that now holds."""
    for type_, success in (("SuccessCriteriaMet", True), ("FailureTarget", False)):
        found = condition(situation.owner, type_)
        if found is not None and found.get("status") == "True":
            return Ending(success, str(found.get("reason") or ""), str(found.get("message") or ""))
    return _failure(situation) or _of_indexes(situation)


def completed(situation: Situation, active: int) -> bool:
    if active:
        return False
    if situation.completions is None:
        return situation.succeeded > 0
    return situation.succeeded >= situation.completions


def deadline(situation: Situation) -> float | None:
    """When the Job has been active for too long; None: never, or not now."""
    allowed, started = spec(situation.owner).get("activeDeadlineSeconds"), status(situation.owner).get("startTime")
    if allowed is None or not started or situation.suspended:
        return None
    return seconds(started) + float(allowed)


def _failure(situation: Situation) -> Ending | None:
    owner = situation.owner
    if spec(owner).get("podFailurePolicy"):
        for pod in situation.pods:
            if situation.has_failed(pod) and (message := fails_job(owner, pod.pod)):
                return Ending(False, "PodFailurePolicy", message)
    limit = int(spec(owner).get("backoffLimit") or 0)
    if situation.failed > limit or _restarts_past(situation, limit):
        return Ending(False, "BackoffLimitExceeded", "Job has reached the specified backoff limit")
    moment = deadline(situation)
    if moment is not None and situation.now >= moment:
        return Ending(False, "DeadlineExceeded", "Job was active longer than specified deadline")
    return None


def _restarts_past(situation: Situation, limit: int) -> bool:
    """Containers that are restarted in place fail no pod: there the restarts are counted."""
    if ((spec(situation.owner).get("template") or {}).get("spec") or {}).get("restartPolicy") != "OnFailure":
        return False
    restarts = sum(
        int(each.get("restartCount") or 0)
        for pod in situation.pods
        if pod.phase in ("Running", "Pending")
        for group in ("initContainerStatuses", "containerStatuses")
        for each in status(pod.pod).get(group) or ()
    )
    return restarts > 0 if limit == 0 else restarts >= limit


def _of_indexes(situation: Situation) -> Ending | None:
    failed = len(situation.given_up)
    if failed:
        most = spec(situation.owner).get("maxFailedIndexes")
        if most is not None and failed > int(most):
            text = "Job has exceeded the specified maximal number of failed indexes"
            return Ending(False, "MaxFailedIndexesExceeded", text)
        if failed + len(situation.done) >= (situation.completions or 0):
            return Ending(False, "FailedIndexes", "Job has failed indexes")
    if message := success_rule(situation.owner, situation.done):
        return Ending(True, "SuccessPolicy", message)
    return None


def with_condition(
    conditions: list[dict[str, Any]], type_: str, state: str, reason: str, message: str, now: float
) -> list[dict[str, Any]]:
    """The list with that condition in its place, or last; one that would begin as False is left out."""
    made = {"type": type_, "status": state, "lastProbeTime": timestamp(now), "lastTransitionTime": timestamp(now)}
    made |= {field: value for field, value in (("reason", reason), ("message", message)) if value}
    present = next((each for each in conditions if each["type"] == type_), None)
    if present is None:
        return [*conditions, made] if state != "False" else conditions
    same = all((present.get(field) or "") == (made.get(field) or "") for field in ("status", "reason", "message"))
    return conditions if same else [made if each is present else each for each in conditions]
