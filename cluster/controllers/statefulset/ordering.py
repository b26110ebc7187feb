"""Filling seats and emptying those out of range: creation, replacement and scale-down in OrderedReady and Parallel.

Both policies share every line; `monotonic` alone decides whether a wait ends the pass (section 5 of the rules).
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.controllers.draft import Draft
from cluster.controllers.pod_facts import PodFacts
from cluster.controllers.revision_history import Revision
from cluster.controllers.statefulset import reasons, retention
from cluster.controllers.statefulset.identity import identity_labels, pod_maker
from cluster.controllers.statefulset.situation import Situation
from cluster.controllers.statefulset.storage import (
    claim_keys,
    claim_names,
    claim_objects,
    has_storage,
    templates,
    with_claims,
)
from cluster.intents import Create, Delete, Patch
from cluster.machinery.objects import PODS, controller_of, is_terminating, key, name, namespace, spec

BURST = 1000
"""So many pods are created in one pass; the rest in the next."""


def fill(draft: Draft, situation: Situation) -> bool:
    """Walk the seats upward: create what is missing, replace what failed. True when the pass ends here."""
    monotonic, min_ready, now = situation.monotonic, situation.min_ready, situation.now
    claims = bool(templates(situation.owner))
    start, make = situation.seating.start, Maker(situation)
    # A cluster that is full is asked for one more all the same: the refusal becomes an event, as any other.
    for index, pod in situation.seating.seats.walk(max(1, min(BURST, situation.room))):
        if pod is None:
            created = create(draft, situation, index, make)
            if monotonic:
                if created:
                    called = situation.pod_name(index)
                    reasons.empty_seats(
                        draft, situation, f"Waiting for {called} to be Ready", "waits-for-predecessor", index
                    )
                return True
            continue
        if pod.phase in ("Failed", "Succeeded"):
            if not pod.terminating:
                delete(draft, situation, pod)
                draft.because("wait", "replaces-finished", f"{pod.name} is {pod.phase} and is being replaced.")
            if monotonic:
                if pod.terminating:
                    reasons.blocked(draft, situation, pod)
                return True
            continue
        if claims and pod.phase == "Pending" and not pod.terminating:
            _create_claims(draft, situation, start + index, pod.name, waiting=False)
        if monotonic and (pod.terminating or not (pod.ready and (not min_ready or pod.is_available(min_ready, now)))):
            reasons.blocked(draft, situation, pod)
            return True
        if claims and not has_storage(situation.owner, start + index, pod.pod):
            if _create_claims(draft, situation, start + index, pod.name, to="update"):
                repair(draft, situation, start + index, pod)
            reasons.unfit(draft, situation, pod)
            return True
        if not pod.identified:
            repair(draft, situation, start + index, pod)
        if claims:
            retention.settle(draft, situation, start + index, pod)
    return False


class Maker:
    """Makes pods of the two templates in use; each template is read once however many pods are made of it."""

    def __init__(self, situation: Situation) -> None:
        self._owner = situation.owner
        self._makers: dict[str, Callable[[int], dict[str, object]]] = {}

    def __call__(self, revision: Revision, ordinal: int) -> dict[str, object]:
        maker = self._makers.get(revision.name)
        if maker is None:
            maker = self._makers[revision.name] = pod_maker(self._owner, revision)
        return maker(ordinal)


def create(draft: Draft, situation: Situation, index: int, make: Maker) -> bool:
    """Create the pod at `index` and its claims before it. False when something stands in the way."""
    owner, ordinal, called = situation.owner, situation.seating.start + index, situation.pod_name(index)
    taken = situation.world.get(key(PODS, namespace(owner), called))
    if taken is not None:
        if is_terminating(taken):
            draft.because("wait", "waits-for-termination", f"Waiting for {called} to be gone.", ordinal)
        else:
            holder = controller_of(taken)
            whose = f"belongs to {holder['kind']} {holder['name']}" if holder else "is not selected by this set"
            draft.because("fail", "name-taken", f"{called} is not created: a pod of that name {whose}.", ordinal)
        return False
    if (claim := retention.stale_claim(situation, ordinal, called)) is not None:
        text = f"Waiting for claim {claim.name} to be gone: it goes with the former {called}."
        draft.because("wait", "claim-terminating", text, ordinal)
        return False
    if not _create_claims(draft, situation, ordinal, called):
        return False
    if situation.room <= 0:
        reasons.full(draft, called, ordinal)
    what = f"create Pod {called} in StatefulSet {name(owner)}"
    draft.act(
        Create(make(situation.revision_for(index), ordinal)),
        (draft.note("SuccessfulCreate", f"{what} successful"),),
        (draft.note("FailedCreate", f"{what} failed error: {{error}}", "Warning"),),
    )
    retention.settle(draft, situation, ordinal, None)
    return True


def _create_claims(
    draft: Draft, situation: Situation, ordinal: int, called: str, waiting: bool = True, to: str = "create"
) -> bool:
    """Create the claims that are missing. False when one is being deleted: a pod that is still `waiting` to be made,
    or `to` be changed so that it has them, has to wait for the claim's successor, and an event says so."""
    owner, world = situation.owner, situation.world
    if not templates(owner):
        return True
    of_set = f"in StatefulSet {name(owner)}"
    event, pod_failed = f"Failed{to.capitalize()}", f"{to} Pod {called} {of_set} failed error: "
    for where, made in zip(claim_keys(owner, ordinal), claim_objects(owner, ordinal), strict=True):
        there, claim = world.get(where), where.name
        if there is None:
            failed = f"create Claim {claim} for Pod {called} {of_set} failed error: {{error}}"
            draft.act(
                Create(made),
                (draft.note("SuccessfulCreate", f"create Claim {claim} Pod {called} {of_set} success"),),
                (
                    draft.note("FailedCreate", failed, "Warning"),
                    draft.note(event, f"{pod_failed}failed to create PVC {claim}: {{error}}", "Warning"),
                ),
            )
        elif waiting and is_terminating(there):
            draft.notes.append(draft.note(event, f"{pod_failed}pvc {claim} is being deleted", "Warning"))
            text = f"Waiting for claim {claim} to be gone: it is being deleted."
            draft.because("wait", "claim-terminating", text, ordinal)
            return False
    return True


def delete(draft: Draft, situation: Situation, pod: PodFacts) -> None:
    what = f"delete Pod {pod.name} in StatefulSet {name(situation.owner)}"
    draft.act(
        Delete(pod.where, uid=pod.pod["metadata"]["uid"]),
        (draft.note("SuccessfulDelete", f"{what} successful"),),
        (draft.note("FailedDelete", f"{what} failed error: {{error}}", "Warning"),),
    )


def repair(draft: Draft, situation: Situation, ordinal: int, pod: PodFacts) -> None:
    """Give a pod back the labels (and the claim volumes) that make it this set's (R-ID-5)."""
    owner = situation.owner
    body: dict[str, object] = {"metadata": {"labels": identity_labels(pod.name, ordinal)}}
    if not has_storage(owner, ordinal, pod.pod):
        body["spec"] = {"volumes": with_claims(spec(pod.pod).get("volumes") or (), claim_names(owner, ordinal))}
    what = f"update Pod {pod.name} in StatefulSet {name(owner)}"
    draft.act(
        Patch(pod.where, "merge", body, uid=pod.pod["metadata"]["uid"]),
        (draft.note("SuccessfulUpdate", f"{what} successful"),),
        (draft.note("FailedUpdate", f"{what} failed error: {{error}}", "Warning"),),
    )


def empty(draft: Draft, situation: Situation) -> bool:
    """Delete the condemned, highest ordinal first; in order one at a time, the next when the last is gone.
    True when the pass ends here."""
    condemned, monotonic = situation.seating.condemned, situation.monotonic
    first_unhealthy = next((pod for pod in reversed(condemned) if not situation.healthy(pod)), None)
    removed: list[str] = []
    for place, pod in enumerate(condemned):
        if pod.terminating:
            if monotonic:
                rest = condemned[place + 1 :]
                then = f"{rest[0].name} is not removed: waiting" if rest else "Waiting"
                draft.because("wait", "waits-for-termination", f"{then} for {pod.name} to be gone.")
                return True
            continue
        if monotonic and pod is not first_unhealthy and not pod.is_available(situation.min_ready, situation.now):
            assert first_unhealthy is not None
            _, what = reasons.until(situation, first_unhealthy)
            draft.because("wait", "scale-down-blocked", f"{pod.name} is not removed: waiting for {what}.")
            if first_unhealthy.ready and not first_unhealthy.terminating:
                draft.look_again(first_unhealthy.available_at(situation.min_ready))
            return True
        retention.settle(draft, situation, pod.ordinal, pod, scaled_away=True)
        delete(draft, situation, pod)
        removed.append(pod.name)
        if monotonic:
            break
    if removed:
        others = f" and {len(removed) - 1} more are" if len(removed) > 1 else " is"
        draft.because("wait", "scaling-down", f"{removed[0]}{others} being removed.")
    return monotonic and bool(removed)
