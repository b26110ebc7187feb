"""One pod on each node where it belongs and none elsewhere: which nodes need one, which pods go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cluster.controllers.daemonset.situation import Situation
from cluster.controllers.draft import Draft
from cluster.controllers.pod_facts import PodFacts
from cluster.machinery.objects import namespace, seconds, spec, uid

FIRST_BACKOFF, LONGEST_BACKOFF = 1.0, 900.0
FAILED = "FailedDaemonPod"


class Upkeep(NamedTuple):
    nodes: list[str]
    """That need a pod."""
    pods: list[PodFacts]
    """That have to go."""


def upkeep(draft: Draft, situation: Situation) -> Upkeep:
    """What has to come and go, before any update is thought of."""
    found = Upkeep([], [])
    for node in situation.verdicts:
        _on_node(draft, situation, node, found)
    for node, pods in situation.pods.items():
        if node not in situation.verdicts:
            # Never scheduled and now without its node: nobody else would clear it away.
            found.pods.extend(pod for pod in pods if not spec(pod.pod).get("nodeName") and not pod.terminating)
    return found


def _on_node(draft: Draft, situation: Situation, node: str, found: Upkeep) -> None:
    verdict, pods = situation.verdicts[node], situation.pods.get(node, [])
    if not verdict.stay:
        found.pods.extend(pod for pod in pods if not pod.terminating)
        return
    if not pods:
        if verdict.run:
            found.nodes.append(node)
        return
    running = list(_running(draft, situation, node, pods, found))
    if not situation.surge:
        found.pods.extend(running[1:])
    elif running:
        found.pods.extend(_too_many(situation, running))
    elif verdict.run:
        found.nodes.append(node)


def _running(draft: Draft, situation: Situation, node: str, pods: list[PodFacts], found: Upkeep) -> Iterator[PodFacts]:
    """Those that neither leave nor have ended; the ended ones go, a failed one after a back-off that grows."""
    for pod in pods:
        if pod.terminating:
            continue
        called = f"daemon pod {namespace(pod.pod)}/{pod.name} on node {node}"
        if pod.phase == "Failed":
            due = _kill_due(situation, node)
            if situation.now < due:
                draft.because("wait", "failed-backoff", f"{pod.name} failed: tried again on {node} after a pause.")
                draft.look_again(due)
                continue
            draft.notes.append(draft.note(FAILED, f"Found failed {called}, will try to kill it", "Warning"))
            found.pods.append(pod)
        elif pod.phase == "Succeeded":
            draft.notes.append(draft.note("SucceededDaemonPod", f"Found succeeded {called}, will try to delete it"))
            found.pods.append(pod)
        else:
            yield pod


def _kill_due(situation: Situation, node: str) -> float:
    """1, 2, 4 … 900 seconds after the failures told so far for this node; after twice the longest it is forgotten."""
    told, last = 0, 0.0
    for event in situation.world.events_about(uid(situation.owner)).values():
        if event.get("reason") == FAILED and f" on node {node}, " in str(event.get("message")):
            told += int(event.get("count") or 1)
            last = max(last, seconds(event.get("lastTimestamp")))
    if not told or situation.now > last + 2 * LONGEST_BACKOFF:
        return 0.0
    return last + min(FIRST_BACKOFF * 2.0 ** min(told - 1, 12), LONGEST_BACKOFF)


def _too_many(situation: Situation, running: list[PodFacts]) -> Iterator[PodFacts]:
    """With a surge two may stand on a node: the oldest old one while it is Ready, and the oldest new one until it is
    available."""
    new = next((pod for pod in running if situation.is_new(pod)), None)
    old = next((pod for pod in running if not situation.is_new(pod)), None)
    yield from (pod for pod in running if pod is not new and pod is not old)
    if new is not None and old is not None and (not old.ready or situation.available(new)):
        yield old
