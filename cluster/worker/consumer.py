"""The Channels consumer on `controllers`: Channels' own `runworker controllers` starts it in a process of its own,
`manage.py up` inside its process. A message only says "somebody claim cluster X"; the loop does the work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, TypedDict

from channels.consumer import AsyncConsumer
from channels.layers import get_channel_layer

from cluster.store import doorbell
from cluster.watch import Hub, NoHub, current_hub, use
from cluster.worker.assembly import CONTROLLERS
from cluster.worker.holder import fresh_holder
from cluster.worker.service import WorkerService
from cluster.worker.supervision import supervise


class ClaimMessage(TypedDict):
    type: str
    cluster: int


Parts = Callable[[Hub], Iterable[tuple[str, Callable[[], Awaitable[None]]]]]
"""What else runs in a process that nothing but this started: (name, what runs until it is cancelled)."""


class _Process:
    """The worker service of this process, and the Hub it needs where no server started one."""

    service: WorkerService | None = None
    own_hub: Hub | None = None
    tasks: tuple[asyncio.Task[None], ...] = ()


def service(beside: Parts | None = None) -> WorkerService:
    """This process' worker service, started in the running loop at the first call and kept running from then on; with
    what is to run `beside` it, where no server does."""
    if _Process.service is None:
        try:
            hub, tasks = current_hub(), []
        except NoHub:
            hub = _Process.own_hub = Hub()
            use(hub)
            others = beside(hub) if beside is not None else ()
            tasks = [asyncio.create_task(supervise(name, run), name=name) for name, run in (("hub", hub.run), *others)]
        _Process.service = WorkerService(hub, CONTROLLERS, fresh_holder())
        tasks.append(asyncio.create_task(supervise("controllers", _Process.service.run), name="controllers"))
        _Process.tasks = tuple(tasks)
    return _Process.service


async def run_here() -> None:
    """Serve the channel `controllers` inside this process, as `runworker controllers` would, until cancelled."""
    service()
    layer = get_channel_layer()
    try:
        if layer is None:
            await asyncio.gather(*_Process.tasks)
            return
        application: Any = ControllersConsumer.as_asgi()
        scope = {"type": "channel", "channel": doorbell.CONTROLLERS}
        # A layer that fails costs claims, which are only calls to hurry; the controllers go on without.
        await supervise("claims", partial(application, scope, partial(layer.receive, doorbell.CONTROLLERS), _nowhere))
    finally:
        await stop()


async def _nowhere(message: Any) -> None:
    raise RuntimeError("the controllers consumer answers nobody")


async def stop() -> None:
    """End the service and let go of its leases."""
    tasks, _Process.tasks, _Process.service = _Process.tasks, (), None
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    if _Process.own_hub is not None:
        use(None)
        _Process.own_hub = None


class ControllersConsumer(AsyncConsumer):
    """Wakes the worker service of this process."""

    def __init__(self, beside: Parts | None = None) -> None:
        super().__init__()
        self._beside = beside

    async def cluster_claim(self, message: ClaimMessage) -> None:
        service(self._beside).claim(message["cluster"])
