"""Whether a check is met, and the sentence that says so or says what is missing. Pure: what a check sees decides.

Every kind of check has one judge, in `judges`: (what is given, sight, id) -> Finding.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cluster.lessons.judges import JUDGES
from cluster.lessons.judges.finding import Finding
from cluster.lessons.sight import Sight
from cluster.lessons.values import Check, Step
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import uid
from cluster.world import World


class Verdict(NamedTuple):
    id: str
    met: bool
    text: str
    choices: tuple[str, ...] = ()
    """What can be chosen, where the check is a question that is still open."""


def judge(check: Check, sight: Sight) -> Verdict:
    try:
        found = JUDGES[check.kind](check.given, sight, check.id)
    except ApiError as error:  # who is to ask or send is not there, or cannot
        found = Finding(False, error.message)
    if found.met:
        return Verdict(check.id, True, check.done or found.now)
    if "{now}" in check.missing:
        return Verdict(check.id, False, check.missing.replace("{now}", found.now), found.choices)
    # What an author says in the very words that are found is said once.
    said = check.missing if check.missing == found.now else f"{check.missing} {found.now}".strip()
    return Verdict(check.id, False, said, found.choices)


def before(step: Step, world: World) -> list[str]:
    """Uids of what the step's checks want to be made anew, as it begins."""
    fresh = (world.get(check.anew.key) for check in step.checks if check.anew is not None)
    renewed = (pod for check in step.checks if check.kind == "renewed" for pod in check.given["pods"].find(world))
    return sorted({uid(obj) for obj in (*fresh, *renewed) if obj is not None})


def judge_all(checks: Iterable[Check], sight: Sight) -> list[Verdict]:
    return [judge(check, sight) for check in checks]
