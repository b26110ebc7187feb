"""Why a StatefulSet waits, in words. Kubernetes only logs these; the page shows them at the seat they are about.

Texts name the cause: the pod, the claim or the setting that holds things up.
"""

from __future__ import annotations

from cluster.controllers.draft import Draft
from cluster.controllers.pod_facts import PodFacts
from cluster.controllers.statefulset.situation import Situation

# A page draws so many empty seats one by one; behind them one more sentence would say nothing new.
SEATS_TOLD = 50


def until(situation: Situation, pod: PodFacts) -> tuple[str, str]:
    """(code, what has to happen to the pod first): "to be Ready" and the like, to follow "Waiting for web-1 "."""
    if pod.terminating:
        return "waits-for-termination", f"{pod.name} to be gone"
    if pod.ready:
        left = max(1, round(pod.available_at(situation.min_ready) - situation.now))
        return "waits-for-min-ready", f"{pod.name} to stay Ready for {situation.min_ready} s, {left} s to go"
    return "waits-for-predecessor", f"{pod.name} to be Ready"


def blocked(draft: Draft, situation: Situation, pod: PodFacts) -> None:
    """The pass ends at `pod`: say so for every empty seat above it, for pods to be removed, and for an update."""
    code, what = until(situation, pod)
    if pod.ready and not pod.terminating:
        draft.look_again(pod.available_at(situation.min_ready))
    stuck = not pod.terminating and not pod.ready and pod.revision != situation.history.update.name
    if stuck and situation.strategy == "RollingUpdate" and not _kept_by_partition(situation, pod):
        draft.because(
            "fail",
            "update-stuck",
            f"The update is stuck at {pod.name}: it is not Ready and keeps its old template until somebody deletes it.",
        )
    else:
        draft.because("wait", code, f"Waiting for {what}.")
    empty_seats(draft, situation, f"Waiting for {what}", code)
    if situation.seating.condemned:
        top = situation.seating.condemned[0]
        draft.because("wait", "scale-down-blocked", f"{top.name} is not removed: waiting for {what}.")


def empty_seats(draft: Draft, situation: Situation, cause: str, code: str, beyond: int = -1) -> None:
    """One reason for each empty seat above index `beyond`; those that others precede say which."""
    start, walked = situation.seating.start, situation.seating.seats.walk(beyond + 1 + SEATS_TOLD)
    empty = [index for index, pod in walked if pod is None and index > beyond][:SEATS_TOLD]
    for place, index in enumerate(empty):
        before = ""
        if place == 1:
            before = f"; {situation.pod_name(empty[0])} comes first"
        elif place > 1:
            before = f"; {situation.pod_name(empty[0])} to {situation.pod_name(empty[place - 1])} come first"
        draft.because("wait", code, f"{cause}{before}.", start + index)


def unfit(draft: Draft, situation: Situation, pod: PodFacts) -> None:
    """The pass ends at a pod that was taken over and has not the set's volumes, which no update can give it."""
    lacks = f"{pod.name} to be deleted: it lacks the volume of its claim, and no update can give it one"
    draft.because("fail", "lacks-volume", f"Waiting for {lacks}.")
    empty_seats(draft, situation, f"Waiting for {lacks}", "lacks-volume")


def full(draft: Draft, called: str, ordinal: int) -> None:
    draft.because(
        "fail", "cluster-full", f"{called} is not created: the cluster holds as many pods as it may.", ordinal
    )


def _kept_by_partition(situation: Situation, pod: PodFacts) -> bool:
    return pod.ordinal - situation.seating.start < (situation.partition or 0)


def standing(draft: Draft, situation: Situation) -> None:
    """How many are ready, who is not, and which pods a setting keeps at the old template."""
    seats, update = situation.seating.seats, situation.history.update.name
    pods = seats.pods()
    ready = sum(pod.ready for pod in pods)
    told = f"{ready} of {len(seats)} ready"
    if ready == len(seats):
        draft.because("ok", "settled", f"{told}.")
    elif len(seats) - ready == 1:
        last = next(index for index, pod in seats.walk(1) if pod is None or not pod.ready)
        draft.because("wait", "filling", f"{told}: waiting for {situation.pod_name(last)}.")
    else:
        draft.because("wait", "filling", f"{told}: waiting for {len(seats) - ready} pods.")
    old = [pod for pod in pods if pod.revision != update]
    if not old:
        return
    if situation.strategy == "OnDelete":
        text = f"{_pods(old)} the old template until deleted: the update strategy is OnDelete."
        draft.because("info", "on-delete", text)
    elif situation.partition:
        draft.because("info", "partition", f"{_pods(old)} the old template: the partition is {situation.partition}.")


def _pods(pods: list[PodFacts]) -> str:
    if len(pods) == 1:
        return f"{pods[0].name} keeps"
    if len(pods) == 2:
        return f"{pods[0].name} and {pods[1].name} keep"
    return f"{pods[0].name} and {len(pods) - 1} more keep"
