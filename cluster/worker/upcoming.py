"""What the controllers would do next, and why: what a paused cluster shows, and what a step then carries out.

Pure, so every process says the same: the plan whose object has waited longest comes first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from cluster.config import ClusterConfig
from cluster.intents import Apply, Bind, Create, Delete, Evict, Intent, Patch, ServerApply, Update
from cluster.kinds import by_resource
from cluster.machinery.objects import Key
from cluster.plan import NOTHING, Controller, Plan
from cluster.world import World


class Next(NamedTuple):
    """One controller's plan for one of its keys. `since` is the revision from which its object waits."""

    controller: int
    key: Key
    plan: Plan
    since: int
    fault: str = ""
    """What the controller failed with, where it could make no plan."""


class Upcoming(NamedTuple):
    due: Sequence[Next]
    """What can be done now, in the order in which steps take it."""
    waits: Next | None
    """Of what waits for a moment, that whose moment comes next."""
    faults: Sequence[Next]
    """Of which no plan could be made."""

    @property
    def later(self) -> float | None:
        """Cluster time (Unix seconds) of the next moment that something waits for; None: for no moment."""
        return self.waits.plan.again_at if self.waits else None


class Refused(NamedTuple):
    """A step that came to nothing: not tried again before its object changes."""

    controller: int
    key: Key
    since: int


def upcoming(
    controllers: Sequence[Controller],
    world: World,
    now: float,
    config: ClusterConfig,
    refused: Collection[Refused] = (),
) -> Upcoming:
    """All plans that want something done at `now`."""
    return ordered(look(controllers, world, now, config), now, refused)


def look(controllers: Sequence[Controller], world: World, now: float, config: ClusterConfig) -> Iterator[Next]:
    """Every controller's plan for each of its keys, one a turn: whoever has little time takes some now, some later.

    An object that a plan cannot bear does not hide all the others: its fault stands in place of the plan."""
    for number, controller in enumerate(controllers):
        for key in dict.fromkeys(controller.every(world)):
            plan, fault = NOTHING, ""
            try:
                plan = controller.plan(world, key, now, config)
            except Exception as error:
                fault = repr(error)
            yield Next(number, key, plan, _revision(world, key), fault)


def ordered(looked: Iterable[Next], now: float, refused: Collection[Refused] = ()) -> Upcoming:
    """Of all that was looked at, what is due, and the next moment."""
    looked = list(looked)
    due = [each for each in looked if each.plan.actions and Refused(*each[:2], each.since) not in refused]
    moments = [(at, each) for each in looked if (at := each.plan.again_at) is not None and at > now]
    due.sort(key=lambda each: (each.since, each.controller, each.key))
    _, waits = min(moments, key=lambda each: (each[0], *each[1][:2]), default=(0.0, None))
    return Upcoming(due, waits, [each for each in looked if each.fault])


def _revision(world: World, key: Key) -> int:
    obj = world.get(key)
    return int(obj["metadata"].get("resourceVersion") or 0) if obj is not None else 0


# -- in words --------------------------------------------------------------------------------------------------


def words(intent: Intent) -> str:
    """What an intent does: "create pod web-0"."""
    match intent:
        case Create(obj):
            metadata = obj["metadata"]
            return f"create {_kind(obj)} {metadata.get('name') or metadata.get('generateName', '') + '…'}"
        case Update(obj, subresource):
            return f"{_updates(subresource)} {_kind(obj)} {obj['metadata']['name']}"
        case Patch(key, _, _, subresource):
            return f"{_updates(subresource)} {_singular(key)} {key.name}"
        case Apply(obj):
            return f"apply {_kind(obj)} {obj['metadata'].get('name', '')}"
        case ServerApply(key):
            return f"apply {_singular(key)} {key.name}"
        case Delete(key):
            return f"delete {_singular(key)} {key.name}"
        case Bind(key, _, node):
            return f"bind {_singular(key)} {key.name} to {node}"
        case Evict(key):
            return f"evict {_singular(key)} {key.name}"


def _updates(subresource: str) -> str:
    return "update the status of" if subresource == "status" else "update"


def _kind(obj: dict[str, object]) -> str:
    return str(obj.get("kind", "object")).lower()


def _singular(key: Key) -> str:
    kind = by_resource(key.kind)
    return kind.singular if kind else key.resource
