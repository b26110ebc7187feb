"""Exec probes in a rehearsal whose commands cannot be read off their words: carried out by the cluster's own time, as
`cluster.containers.probing` does it beside a living cluster.
"""

from __future__ import annotations

import asyncio
import math
from typing import Protocol

from cluster.containers import instances
from cluster.containers.instances import Instance
from cluster.contents import Answer, Question
from cluster.machinery.objects import PODS, Key, key, uid
from cluster.nodes import hooks
from cluster.nodes.probing import rhythm
from cluster.shell.machine import Machines
from cluster.world import World

NEVER = math.inf
SOON = 1.0
"""Seconds until what fails is tried again, where its period is longer."""


class Place(Protocol):
    now: float
    machines: Machines

    @property
    def world(self) -> World: ...

    def look(self, where: Key) -> None: ...


class Probes:
    """Those that the kubelet's plans have asked for, each with the moment of its next run."""

    def __init__(self, at: Place) -> None:
        self._at, self._due = at, dict[Question, float]()
        at.world.contents.judged.on_question = self._ask

    @property
    def due(self) -> float:
        """When the next one is to be run; NEVER."""
        return min(self._due.values(), default=NEVER)

    def run(self) -> None:
        """All that are due."""
        for question in [each for each, due in self._due.items() if due <= self._at.now]:
            instance = self._instance(question)
            if instance is None:
                del self._due[question]
                self._at.world.contents.judged.forget(question)
            else:
                self._run(question, instance)

    def _ask(self, question: Question) -> None:
        if question.kind in hooks.EVENTS:
            self._at.world.contents.judged.tell(question, Answer(self._at.now, 0))
        else:
            self._due[question] = self._at.now

    def _run(self, question: Question, instance: Instance) -> None:
        probe = instance.container[f"{question.kind}Probe"]
        began, ticks = self._at.now, rhythm(probe)
        words = [str(word) for word in probe["exec"]["command"]]
        code, text = asyncio.run(self._at.machines.run(instance.pod, question.container, words)) or (1, b"")
        first = not self._at.world.contents.judged.known(question)
        answer = Answer(instance.started if first else began, code, text.decode(errors="replace") if code else "")
        self._due[question] = self._at.now + (min(ticks.period, SOON) if code else ticks.period)
        if self._at.world.contents.judged.tell(question, answer):
            self._at.look(key(PODS, question.namespace, question.pod))

    def _instance(self, question: Question) -> Instance | None:
        """That start of the container, while it runs."""
        pod = self._at.world.find(PODS, question.namespace, question.pod)
        found = instances.running(pod, question.container) if pod is not None else None
        same = pod is not None and uid(pod) == question.uid and found is not None and found.restart == question.restart
        return found if same else None
