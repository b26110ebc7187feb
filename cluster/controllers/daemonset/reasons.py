"""How far a DaemonSet is, which node it waits for and which it leaves out, in words."""

from __future__ import annotations

from cluster.controllers.daemonset.situation import Situation
from cluster.controllers.draft import Draft
from cluster.machinery.objects import spec

NODES_TOLD = 10


def tell(draft: Draft, situation: Situation) -> None:
    _count_down(draft, situation)
    wanted = situation.wanted
    waiting = [node for node in wanted if not any(pod.ready for pod in situation.pods.get(node, ())[:1])]
    told = f"Ready on {len(wanted) - len(waiting)} of {len(wanted)} {'node' if len(wanted) == 1 else 'nodes'}"
    if not situation.verdicts:
        draft.because("wait", "no-nodes", "The cluster has no node to run on.")
    elif not wanted:
        draft.because("info", "no-node-wanted", "None of the nodes is for it.")
    elif len(waiting) == 1:
        draft.because("wait", "filling", f"{told}: waiting for {waiting[0]}.")
    elif waiting:
        draft.because("wait", "filling", f"{told}: waiting for {len(waiting)} nodes.")
    elif not any(each.level == "wait" for each in draft.reasons):
        draft.because("ok", "settled", f"{told}.")
    _left_out(draft, situation)
    _on_delete(draft, situation)


def _count_down(draft: Draft, situation: Situation) -> None:
    """Available pods are counted by the clock."""
    for pods in situation.pods.values() if situation.min_ready else ():
        for pod in pods:
            if pod.ready and not situation.available(pod):
                draft.look_again(pod.available_at(situation.min_ready))


def _left_out(draft: Draft, situation: Situation) -> None:
    skipped = [(node, each) for node, each in situation.verdicts.items() if not each.run]
    for node, verdict in skipped[:NODES_TOLD]:
        there = "Stays on" if verdict.stay and situation.pods.get(node) else "Not on"
        draft.because("info", "node-skipped", f"{there} {node}: {verdict.why_not}.")
    if len(skipped) > NODES_TOLD:
        draft.because("info", "node-skipped", f"Not on {len(skipped) - NODES_TOLD} more nodes.")


def _on_delete(draft: Draft, situation: Situation) -> None:
    if (spec(situation.owner).get("updateStrategy") or {}).get("type") != "OnDelete":
        return
    old = [pod.name for pods in situation.pods.values() for pod in pods if not situation.is_new(pod)]
    if old:
        whose = f"{old[0]} keeps" if len(old) == 1 else f"{old[0]} and {len(old) - 1} more keep"
        text = f"{whose} the old template until deleted: the update strategy is OnDelete."
        draft.because("info", "on-delete", text)
