"""Exec probes whose commands cannot be read off their words: carried out in their containers by the probe's rhythm, and
what they say kept where the kubelet's plans look (`world.contents.judged`). And hooks, which are carried out once.

A command that asks for nothing but files is not run again while those are as they were.
"""

from __future__ import annotations

import asyncio
import re
from functools import partial

import structlog

from cluster import keeping
from cluster.containers import hooking, instances, performing
from cluster.containers.instances import Instance
from cluster.containers.presence import runs
from cluster.containers.trying import Said, tried
from cluster.contents import Answer, Judged, Question
from cluster.machinery.errors import BadRequest
from cluster.machinery.objects import CONFIG_MAPS, PODS, SECRETS, Obj, key, spec, uid
from cluster.machinery.podspecs import containers_of
from cluster.nodes import filesystem, programs
from cluster.nodes.hooks import EVENTS
from cluster.nodes.probing import Rhythm, rhythm
from cluster.watch import Hub, Mirror

log = structlog.get_logger()

AT_ONCE = 2
"""Commands that are run at one time."""
SPACING = 0.004
"""Seconds of the wall's clock that each probe there is keeps between two runs of any, at whatever speed time goes."""
SOON = 1.0
"""Cluster seconds until what fails is tried again, where its period is longer: success is seen quickly here."""
_UNSTEADY = re.compile(
    r"\b(curl|wget|nc|ncat|mysql\w*|mariadb\w*|redis-cli|psql|pg_isready|nslookup|dig|host|getent|ping|date|ps|pgrep|"
    r"pidof|pkill|kill|top|uptime|free|sleep|RANDOM|SECONDS|EPOCH\w+|u?random|proc|mmin|mtime|newer\w*)\b|/.*\.sh\b"
)
"""What looks at more than files that stand still: others, the time, processes, dice."""

Stamp = tuple[object, ...]


class Probing:
    """One a process; `run` must be running."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._room = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._heard: list[Judged] = []
        self._hooks: set[tuple[Mirror, Question]] = set()
        """What was asked of hooks, to be forgotten with their containers."""

    async def run(self) -> None:
        """Answer what the plans of this process' clusters ask, until cancelled."""
        self._hub.on_mirror = self.hear
        try:
            await asyncio.Event().wait()
        finally:
            self._hub.on_mirror = None
            for judged in self._heard:
                judged.on_question = None
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def hear(self, mirror: Mirror) -> None:
        """From now on its questions are answered."""
        mirror.contents.judged.on_question = partial(self._begin, mirror)
        self._heard.append(mirror.contents.judged)

    def _begin(self, mirror: Mirror, question: Question) -> None:
        work = self._hook if question.kind in EVENTS else self._watch
        loop = asyncio.get_running_loop()
        task = loop.create_task(work(mirror, question), name=f"{question.kind}-{question.pod}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _hook(self, mirror: Mirror, question: Question) -> None:
        """Once; how it went is known as long as its container runs."""
        for other in [each for each in self._hooks if _instance(*each) is None]:
            other[0].contents.judged.forget(other[1])
            self._hooks.discard(other)
        self._hooks.add((mirror, question))
        if (instance := _instance(mirror, question)) is None:
            return
        answer = await hooking.carried_out(mirror, instance, question.kind)
        mirror.contents.judged.tell(question, answer)
        _stir(mirror, keeping.of_container(question.uid, question.container, question.restart))

    async def _watch(self, mirror: Mirror, question: Question) -> None:
        instance = _instance(mirror, question)
        if instance is None:
            mirror.contents.judged.forget(question)
            return
        probe = instance.container[f"{question.kind}Probe"]
        ticks, seen = rhythm(probe), False
        try:
            while runs(mirror, instance):
                stamp = _stamp(mirror, instance, probe)
                async with self._room:
                    said = await self._said(mirror, instance, probe)
                self._tell(mirror, question, instance, said, ticks, first=not seen)
                seen = True
                await self._wait(mirror, instance, probe, said, stamp, ticks)
        except BadRequest:
            pass  # the pod is gone
        finally:
            if _instance(mirror, question) is None:
                mirror.contents.judged.forget(question)

    async def _said(self, mirror: Mirror, instance: Instance, probe: Obj) -> Said:
        await performing.files_written(mirror, instance.pod, asked=False)
        return await tried(mirror, instance, _command(probe), float(probe.get("timeoutSeconds") or 1))

    def _tell(
        self, mirror: Mirror, question: Question, instance: Instance, said: Said, ticks: Rhythm, *, first: bool
    ) -> None:
        """The first answer counts from the container's start, unless it has been running and nobody asked: then what
        its node reports of it tells what the earlier ones were."""
        since = mirror.now()
        new = False
        if first and since - instance.started <= ticks.delay + ticks.period:
            since = instance.started
        elif first:
            was_well = _reported(instance, question.kind)
            before = (
                Answer(instance.started, 0) if was_well else Answer(instance.started, 1, said.text if said.code else "")
            )
            new = mirror.contents.judged.tell(question, before)
        if mirror.contents.judged.tell(question, Answer(since, said.code, said.text if said.code else "")) or new:
            _stir(mirror, keeping.of_container(question.uid, question.container, question.restart))

    async def _wait(
        self, mirror: Mirror, instance: Instance, probe: Obj, said: Said, stamp: Stamp | None, ticks: Rhythm
    ) -> None:
        """Until it is to be run again."""
        pause = ticks.period if not said.code or said.wrote else min(ticks.period, SOON)
        while True:
            await asyncio.sleep(SPACING * len(self._tasks))
            await mirror.sleep(pause)
            if not runs(mirror, instance) or stamp is None or stamp != _stamp(mirror, instance, probe):
                return


def _command(probe: Obj) -> tuple[str, ...]:
    return tuple(str(word) for word in (probe.get("exec") or {}).get("command") or ())


def _instance(mirror: Mirror, question: Question) -> Instance | None:
    """That start of the container, while it runs."""
    pod = mirror.world.get(key(PODS, question.namespace, question.pod))
    if pod is None or uid(pod) != question.uid:
        return None
    found = instances.running(pod, question.container)
    return found if found is not None and found.restart == question.restart else None


def _reported(instance: Instance, kind: str) -> bool:
    reported = instances.report(instance.pod, str(instance.container["name"])) or {}
    return kind == "liveness" or bool(reported.get("ready" if kind == "readiness" else "started"))


def _stamp(mirror: Mirror, instance: Instance, probe: Obj) -> Stamp | None:
    """What all that its command looks at hangs on; None where nobody knows."""
    world, pod = mirror.world, instance.pod
    command = " ".join(str(word) for word in _command(probe))
    if _UNSTEADY.search(command):
        return None
    if any(programs.run(pod, each).files for each in containers_of(spec(pod))):
        return None
    layers = (world.contents.layer(each) for each in filesystem.layers(world, pod))
    edits = tuple(0 if each is None else each.edits for each in layers)
    return (*edits, world.edited(CONFIG_MAPS), world.edited(SECRETS))


def _stir(mirror: Mirror, layer: str) -> None:
    """Have the pod planned again, as if something had been written there."""
    if mirror.contents.on_write is not None:
        mirror.contents.on_write(layer)
