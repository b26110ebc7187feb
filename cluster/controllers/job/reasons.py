"""How far a Job is, what holds it back and how it ended, in words."""

from __future__ import annotations

from cluster.controllers.draft import Draft
from cluster.controllers.job.ending import Ending, deadline
from cluster.controllers.job.situation import Situation
from cluster.controllers.job.supply import Supply
from cluster.kinds.job import is_finished
from cluster.machinery.objects import Obj, condition, is_terminating, spec, status, timestamp


def finished(draft: Draft, owner: Obj) -> None:
    """The last word on a Job that does nothing any more."""
    type_ = is_finished(owner)
    told = status(owner)
    if type_ == "Complete":
        done, wanted = int(told.get("succeeded") or 0), spec(owner).get("completions")
        draft.because("ok", "complete", f"Complete: {done} of {done if wanted is None else wanted} pods ended well.")
    else:
        cause = (condition(owner, type_) or {}).get("message") or "it failed"
        many = int(told.get("failed") or 0)
        draft.because("fail", "failed", f"Failed after {many} failed {'pod' if many == 1 else 'pods'}: {cause}.")


def tell(draft: Draft, situation: Situation, ending: Ending | None, supplied: Supply) -> None:
    if is_terminating(situation.owner):
        draft.because("info", "deleting", "Being deleted: no pods are created any more.")
    elif ending is not None:
        _ending(draft, situation, ending)
    elif situation.suspended:
        draft.because("info", "suspended", "Suspended: no pods run until spec.suspend is false.")
    else:
        _running(draft, situation, supplied)


def _ending(draft: Draft, situation: Situation, ending: Ending) -> None:
    left = situation.terminating
    if ending.success:
        held = f": waiting for {_pods(left)} to be gone" if left else ""
        draft.because("wait" if left else "ok", "completing", f"Has what it needs{held}.")
    else:
        held = f" Waiting for {_pods(left)} to be gone." if left else ""
        draft.because("fail", "failing", f"Fails: {ending.message}.{held}")


def _pods(number: int) -> str:
    return f"{number} {'pod' if number == 1 else 'pods'}"


def _running(draft: Draft, situation: Situation, supplied: Supply) -> None:
    if situation.completions is None:
        what = "waiting for the first pod to end well" if not situation.succeeded else "one pod has ended well"
        draft.because("wait", "running", f"{_pods(supplied.active)} at work: {what}.")
    else:
        told = f"{situation.succeeded} of {situation.completions} completed, {_pods(supplied.active)} at work."
        draft.because("wait", "running", told)
    if situation.failed:
        limit = int(spec(situation.owner).get("backoffLimit") or 0)
        if limit < 2**31 - 1:
            draft.because("info", "failures", f"{_pods(situation.failed)} failed; more than {limit} fail the Job.")
    if situation.given_up:
        many = len(situation.given_up)
        draft.because("fail", "indexes-failed", f"{many} {'index is' if many == 1 else 'indexes are'} given up.")
    if int(spec(situation.owner).get("parallelism") or 0) == 0:
        draft.because("info", "no-parallelism", "Makes no pods: its parallelism is 0.")
    if (moment := deadline(situation)) is not None:
        text = f"Fails at {timestamp(moment)} unless it is done by then: activeDeadlineSeconds."
        draft.because("info", "deadline", text)
