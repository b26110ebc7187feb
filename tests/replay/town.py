"""A cluster of the store whose controllers are carried out one commit at a time, and what can be recorded of it: its
objects, their seats, and what DNS says to every question that could be asked.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

import orjson

from cluster.config import ClusterConfig
from cluster.dns import settings
from cluster.dns.answer import Question
from cluster.intents import Intent
from cluster.kinds.kind import Dice
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import ENDPOINT_SLICES, PODS, SERVICES, Key, Obj, namespace, spec, status
from cluster.models import Cluster
from cluster.questions import server_of
from cluster.store import CommitRefused, Group, commit, commit_groups, snapshot
from cluster.worker.assembly import CONTROLLERS
from cluster.worker.upcoming import Refused, upcoming
from cluster.world import World

MOST_STEPS = 400
TYPES = ("A", "AAAA", "SRV")


class Record(NamedTuple):
    """All that a moment is known by."""

    objects: dict[Key, Obj]
    seats: dict[Key, int]
    dns: str


def names_in(world: World, domain: str) -> Iterator[tuple[str, str]]:
    """(name, type) of every question this world could answer, and of some it could not."""
    for service in world.bucket(SERVICES).values():
        base = f"{service['metadata']['name']}.{namespace(service)}.svc.{domain}."
        for each in (base, f"nothing.{base}"):
            yield from ((each, type_) for type_ in TYPES)
        for port in spec(service).get("ports") or ():
            yield f"_{port.get('name') or 'http'}._{port.get('protocol', 'TCP').lower()}.{base}", "SRV"
    for piece in world.bucket(ENDPOINT_SLICES).values():
        owner = (piece["metadata"].get("labels") or {}).get("kubernetes.io/service-name", "none")
        for endpoint in piece.get("endpoints") or ():
            for address in endpoint.get("addresses") or ():
                dashed = address.replace(".", "-")
                yield f"{endpoint.get('hostname') or dashed}.{owner}.{namespace(piece)}.svc.{domain}.", "A"
                yield f"{'.'.join(reversed(address.split('.')))}.in-addr.arpa.", "PTR"
    for pod in world.bucket(PODS).values():
        if address := status(pod).get("podIP"):
            yield f"{address.replace('.', '-')}.{namespace(pod)}.pod.{domain}.", "A"
    yield f"{domain}.", "SOA"


def digest(world: World, config: ClusterConfig, names: Sequence[tuple[str, str]], now: float) -> str:
    """What DNS says to all of them, whatever order it shuffles records into."""
    rules = settings.of(world, config)._replace(cache=None)
    ask = server_of(world, config, now, dns=rules)
    told = hashlib.sha256()
    for name, type_ in names:
        answer = ask(Question(name, type_))
        sections = [sorted(map(str, each)) for each in (answer.answer, answer.authority, answer.additional)]
        told.update(orjson.dumps([name, type_, answer.rcode, sections]))
    return told.hexdigest()


class Town:
    def __init__(self, cluster: Cluster, chance: random.Random | None = None) -> None:
        self.cluster = cluster
        self.chance = chance or random.Random(1)
        self.dice = Dice(self._uid, lambda: f"{self.chance.randrange(16**5):05x}", self.chance.randrange)
        self.wall = cluster.clock_wall
        self.names: dict[tuple[str, str], None] = {}
        self.moments: dict[int, tuple[dict[Key, Obj], dict[Key, int], World]] = {}
        self._refused: set[Refused] = set()

    @property
    def now(self) -> float:
        return self.cluster.clock.at(self.wall)

    def do(self, intent: Intent, author: str = "ada") -> bool:
        """A person's act; False when it was refused."""
        try:
            commit(self.cluster.pk, [intent], author=author, cause="test", dice=self.dice, wall=lambda: self.wall)
        except CommitRefused:
            return False
        self._record()
        return True

    def steps(self, most: int = MOST_STEPS) -> int:
        """Carry out plans, one at a time, until nothing is left to do now or for a moment; how many those were."""
        for number in range(most):
            world = snapshot(self.cluster.pk)
            found = upcoming(CONTROLLERS, world, self.now, self.cluster.config, self._refused)
            if not found.due:
                if found.later is None or found.later > self.now + 120:
                    return number
                self.wall += found.later - self.now + 0.001
                continue
            first = found.due[0]
            group = Group(
                [action.intent for action in first.plan.actions],
                [action.may_fail for action in first.plan.actions],
                [action.regardless for action in first.plan.actions],
            )
            name = CONTROLLERS[first.controller].name
            try:
                made = commit_groups(
                    self.cluster.pk, [group], author=name, cause="reconcile", dice=self.dice, wall=lambda: self.wall
                )
            except ApiError:
                made = None
            if made is None or not any(each.changed for each in made.results):
                self._refused.add(Refused(first.controller, first.key, first.since))
            self._record()
        return most

    def _uid(self) -> str:
        return str(UUID(int=self.chance.getrandbits(128), version=4))

    def _record(self) -> None:
        world = snapshot(self.cluster.pk)
        self.names.update(dict.fromkeys(names_in(world, self.cluster.config.domain)))
        objects = dict(world.items())
        self.moments[world.revision] = objects, {key: world.seat(key) for key in objects}, world

    def records(self) -> dict[int, Record]:
        """All that was recorded live, by revision; every moment is asked what any of them could be asked."""
        names = list(self.names)
        return {
            revision: Record(objects, seats, digest(world, self.cluster.config, names, 0.0))
            for revision, (objects, seats, world) in self.moments.items()
        }

    def of(self, world: World) -> Record:
        """The same of a world from elsewhere."""
        objects = dict(world.items())
        seats = {key: world.seat(key) for key in objects}
        return Record(objects, seats, digest(world, self.cluster.config, list(self.names), 0.0))
