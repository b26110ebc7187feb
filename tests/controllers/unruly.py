"""A street where things go wrong between any two writes: keys are looked at in any order, doorbells are lost, plans are
carried out late, in part, beside other people's writes, and workers die.

    unruly.take(("plan", 2)), unruly.take(("act", 1)), unruly.take(("die", 0)), …, unruly.heal()

`watch` is called with each plan and the world it was made in, and `written` after every single write.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cluster.intents import Bind, Delete, Intent, Patch, Update
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import (
    PODS,
    SERVICES,
    STATEFUL_SETS,
    Key,
    Obj,
    is_pod_ready,
    is_terminating,
    key,
    spec,
    status,
    timestamp,
)
from cluster.plan import Action, Controller, Plan
from cluster.world import World
from tests.controllers.street import Street

Step = tuple[str, int]
SET = key(STATEFUL_SETS, "default", "web")
SERVICE = key(SERVICES, "default", "web")


class Unruly(Street):
    def __init__(self, *controllers: Controller, owner: Key = SET) -> None:
        super().__init__(*controllers)
        self.owner = owner
        self.held: list[tuple[int, Key, list[Action]]] = []
        self.watch: Callable[[Key, Plan, World], None] = lambda where, plan, world: None
        self.written: Callable[[], None] = lambda: None
        self._addresses = 9

    def do(self, intent: Intent, author: str = "sam") -> Obj | None:
        stored = super().do(intent, author)
        self.written()
        return stored

    def take(self, step: Step) -> None:
        """One thing happens; nothing does when it cannot."""
        what, number = step
        getattr(self, f"_{what}")(number)

    # -- the worker ----------------------------------------------------------------------------------------

    def _nth(self, number: int) -> tuple[int, Key] | None:
        waiting = list(self._due)
        return waiting[number % len(waiting)] if waiting else None

    def _plan(self, number: int) -> None:
        """Look at some key that waits, whichever; what is to be done is done later."""
        found = self._nth(number)
        # What a worker has done itself it sees before it looks at the same key again.
        if found is None or found in [(index, where) for index, where, _ in self.held]:
            return
        self.now = max(self.now, self._due.pop(found))
        index, where = found
        plan = self.controllers[index].plan(self.world, where, self.now, self.config)
        late = plan.again_at is not None and plan.again_at < self.now and not plan.actions
        assert not late, f"{self.controllers[index].name} asks for a moment that is over, again and again"
        self.watch(where, plan, self.world)
        if plan.again_at is not None:
            self._due.setdefault(found, plan.again_at)
        self.held.append((index, where, list(plan.actions)))

    def _act(self, number: int) -> None:
        """Carry out some of the actions that were planned longest ago."""
        for _ in range(number):
            if not self.held:
                return
            index, where, actions = self.held[0]
            if not actions:
                self.held.pop(0)
                continue
            action = actions.pop(0)
            try:
                self.do(action.intent, self.controllers[index].name)
            except ApiError:
                if not action.may_fail:
                    actions[:] = [each for each in actions if each.regardless]
                    self._due.setdefault((index, where), self.now)

    def _lose(self, number: int) -> None:
        """A doorbell is not heard."""
        if (found := self._nth(number)) is not None:
            del self._due[found]

    def _die(self, number: int) -> None:
        """The worker is gone, with all it knew; the next one lists everything."""
        self.held.clear()
        self._due.clear()
        for index, controller in enumerate(self.controllers):
            for where in controller.every(self.world):
                self._due[index, where] = self.now

    def _wait(self, number: int) -> None:
        self.now += number

    def pod(self, number: int) -> Key:
        """The pod that a step is about: of a set the one of that ordinal, else one of those there are."""
        there = sorted(self.world.bucket(PODS, "default"))
        if self.owner == SET or not there:
            return key(PODS, "default", f"web-{number}")
        return there[number % len(there)]

    # -- people --------------------------------------------------------------------------------------------

    def _edit(self, where: Key, body: Obj) -> None:
        if where in self.world:
            self.do(Patch(where, "merge", body))

    def _scale(self, number: int) -> None:
        self._edit(self.owner, {"spec": {"replicas": number}})

    def _image(self, number: int) -> None:
        containers = [{"name": "c", "image": f"nginx:{number}"}]
        self._edit(self.owner, {"spec": {"template": {"spec": {"containers": containers}}}})

    def _partition(self, number: int) -> None:
        self._edit(self.owner, {"spec": {"updateStrategy": {"rollingUpdate": {"partition": number}}}})

    def _start(self, number: int) -> None:
        self._edit(self.owner, {"spec": {"ordinals": {"start": number}}})

    def _publish(self, number: int) -> None:
        self._edit(SERVICE, {"spec": {"publishNotReadyAddresses": bool(number % 2)}})

    def _select(self, number: int) -> None:
        self._edit(SERVICE, {"spec": {"selector": {"app": ("web", "other")[number % 2]}}})

    def _relabel(self, number: int) -> None:
        """A pod leaves the set, or an orphan comes back to it."""
        if (pod := self.world.get(self.pod(number))) is not None:
            app = "lost" if pod["metadata"]["labels"]["app"] == "web" else "web"
            self._edit(self.pod(number), {"metadata": {"labels": {"app": app}}})

    def _delete(self, number: int) -> None:
        if self.pod(number) in self.world:
            self.do(Delete(self.pod(number)))

    # -- nodes ---------------------------------------------------------------------------------------------

    def _tell(self, pod: Obj, **said: Any) -> None:
        self.do(Update({**pod, "status": {**status(pod), **said}}, "status"), "kubelet")

    def _ready(self, pod: Obj, ready: bool) -> list[Obj]:
        stamp = timestamp(self.now)
        return [{"type": "Ready", "status": "True" if ready else "False", "lastTransitionTime": stamp}]

    def _fail(self, number: int) -> None:
        if (pod := self.world.get(self.pod(number))) is not None and spec(pod).get("nodeName"):
            self._tell(pod, phase="Failed", conditions=self._ready(pod, False))

    def _unready(self, number: int) -> None:
        if (pod := self.world.get(self.pod(number))) is not None and is_pod_ready(pod):
            self._tell(pod, conditions=self._ready(pod, False))

    def _node(self, number: int) -> None:
        self.walk(self.pod(number))

    def walk(self, where: Key) -> bool:
        """One step of a pod's life: bound, Running with an address, Ready; leaving: ended, gone."""
        pod = self.world.get(where)
        if pod is None:
            return False
        if is_terminating(pod):
            if status(pod).get("phase") in ("Running", "Pending"):
                self._tell(pod, phase="Succeeded", conditions=self._ready(pod, False))
            else:
                self.do(Delete(where, grace_seconds=0), "kubelet")
        elif not spec(pod).get("nodeName"):
            self.do(Bind(where, "", "node-1"), "default-scheduler")
        elif status(pod).get("phase") == "Pending":
            self._addresses += 1
            address = f"10.244.{self._addresses // 250}.{self._addresses % 250 + 1}"
            self._tell(
                pod,
                phase="Running",
                podIP=address,
                podIPs=[{"ip": address}],
                conditions=self._ready(pod, False),
            )
        elif status(pod).get("phase") == "Running" and not is_pod_ready(pod):
            self._tell(pod, conditions=self._ready(pod, True))
        else:
            return False
        return True

    # -- the end -------------------------------------------------------------------------------------------

    def heal(self) -> None:
        """A worker starts and is left alone, and nodes do their work: all comes to rest."""
        self._die(0)
        self._calm(0)

    def _calm(self, number: int) -> None:
        """For once, all goes well for as long as there is work."""
        for _ in range(5_000):
            if self.held:
                self._act(1)
                continue
            if self._due and min(self._due.values()) <= self.now + 60:
                self._plan(min(range(len(self._due)), key=lambda place: list(self._due.values())[place]))
                continue
            moved = [self.walk(where) for where in list(self.world.bucket(PODS, "default"))]
            if not any(moved):
                return
        raise AssertionError("never comes to rest")
