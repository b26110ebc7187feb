"""Who owns a pod's claims, by persistentVolumeClaimRetentionPolicy: nobody, the set, or a pod that is scaled away.

Owners are all that is written; the garbage collector deletes what lost its owner (section 10 of the rules).
"""

from __future__ import annotations

from cluster.controllers.draft import Draft
from cluster.controllers.pod_facts import PodFacts
from cluster.controllers.statefulset.situation import Situation
from cluster.controllers.statefulset.storage import claim_keys, templates
from cluster.intents import Patch
from cluster.machinery.objects import Key, Obj, is_terminating, meta, owner_reference, spec, uid


def policy(owner: Obj) -> tuple[bool, bool]:
    """(claims go with the set, claims go with a pod that is scaled away)."""
    wanted = spec(owner).get("persistentVolumeClaimRetentionPolicy") or {}
    return wanted.get("whenDeleted") == "Delete", wanted.get("whenScaled") == "Delete"


def settle(draft: Draft, situation: Situation, ordinal: int, pod: PodFacts | None, scaled_away: bool = False) -> bool:
    """Give the claims at `ordinal` the owners the policy asks for; `pod` None is one this pass creates. True when
    something had to be written."""
    owner = situation.owner
    if not templates(owner):
        return False
    with_set, with_pod = policy(owner)
    wanted: Obj | None = None
    if scaled_away and with_pod and pod is not None:
        wanted = owner_reference(pod.pod)
    elif with_set:
        wanted = owner_reference(owner)
    written = False
    for where in claim_keys(owner, ordinal):
        claim = situation.world.get(where)
        if claim is None:
            if wanted is not None and pod is None:
                draft.act(Patch(where, "merge", {"metadata": {"ownerReferences": [wanted]}}))
            continue
        had = meta(claim).get("ownerReferences") or []
        kept = [each for each in had if not _is_ours(each, owner, pod)]
        after = [*kept, wanted] if wanted is not None else kept
        if not is_terminating(claim) and {each["uid"] for each in had} != {each["uid"] for each in after}:
            draft.act(Patch(where, "merge", {"metadata": {"ownerReferences": after or None}}, uid=uid(claim)))
            written = True
    return written


def _is_ours(reference: Obj, owner: Obj, pod: PodFacts | None) -> bool:
    return reference.get("uid") == uid(owner) or (pod is not None and reference.get("uid") == uid(pod.pod))


def stale_claim(situation: Situation, ordinal: int, called: str) -> Key | None:
    """A claim that still belongs to a former pod of this name: it is about to go, and the new pod must not take it."""
    if not policy(situation.owner)[1]:
        return None
    for where in claim_keys(situation.owner, ordinal):
        for reference in meta(situation.world.get(where) or {}).get("ownerReferences") or ():
            if reference.get("kind") == "Pod" and reference.get("name") == called:
                return where
    return None
