"""Says that a cluster has moved on: "cluster 7 is at revision 412". May be lost; carries nothing else.

The only place that sends on the channel layer. Those in this process who registered a callback are told directly;
other processes hear it through the layer's group. Who hears nothing at all still looks every 250 ms (see the Hub).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial

import structlog
from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

log = structlog.get_logger()

PATIENCE = 2.0
"""Seconds after which a layer that says nothing counts as away."""
GROUP = "revisions"
CONTROLLERS = "controllers"
"""The channel that Channels' own `runworker controllers` serves."""

Listener = Callable[[int, int], None]
_listeners: list[tuple[asyncio.AbstractEventLoop, Listener]] = []


def listen(listener: Listener) -> Callable[[], None]:
    """Call `listener(cluster, revision)` in the running loop at each ring of this process; returns the way to stop."""
    entry = (asyncio.get_running_loop(), listener)
    _listeners.append(entry)
    return partial(_stop, entry)


def _stop(entry: tuple[asyncio.AbstractEventLoop, Listener]) -> None:
    with contextlib.suppress(ValueError):
        _listeners.remove(entry)


def ring(cluster: int, revision: int) -> None:
    """Tell everybody. Called after the commit, from any thread; may be lost, never fails."""
    for loop, listener in _listeners:
        with contextlib.suppress(RuntimeError):  # that loop has closed meanwhile: nobody is left to tell
            loop.call_soon_threadsafe(listener, cluster, revision)
    if not _listeners and reaches_other_processes():
        # A command or a script: no Hub runs here that would pass it on.
        async_to_sync(announce)(cluster, revision)


def reaches_other_processes() -> bool:
    """False for the in-memory layer, whose messages end with the process."""
    return not isinstance(get_channel_layer(), InMemoryChannelLayer | None)


async def announce(cluster: int, revision: int) -> None:
    """Tell the other processes, through the channel layer's group. A message that cannot be sent is lost."""
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async with asyncio.timeout(PATIENCE):
            await layer.group_send(GROUP, {"type": "cluster.moved", "cluster": cluster, "revision": revision})
    except Exception as error:
        # Whatever the layer's library raises: nothing depends on this message, everybody also looks.
        log.warning("doorbell_lost", cluster=cluster, revision=revision, error=str(error) or type(error).__name__)


async def knock() -> None:
    """Whatever the layer's library raises, when it does not answer."""
    layer = get_channel_layer()
    if layer is not None:
        async with asyncio.timeout(PATIENCE):
            await layer.send("kubarium.knock", {"type": "knock"})


async def hear(heard: Listener) -> None:
    """Call `heard(cluster, revision)` for each announcement of other processes, until cancelled."""
    while True:
        try:
            await _hear(heard)
        except Exception as error:
            # As above. Until the layer is there again, the Hub's own looks serve.
            log.warning("doorbell_unheard", error=str(error))
            await asyncio.sleep(1)


async def _hear(heard: Listener) -> None:
    layer = get_channel_layer()
    assert layer is not None  # nobody hears where there is none (see reaches_other_processes)
    channel = await layer.new_channel()
    await layer.group_add(GROUP, channel)
    try:
        while True:
            message = await layer.receive(channel)
            heard(message["cluster"], message["revision"])
    finally:
        await layer.group_discard(GROUP, channel)


async def claim(cluster: int) -> None:
    """Ask for a worker: somebody claim this cluster. A lost message is made good by the workers' own look around."""
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        await layer.send(CONTROLLERS, {"type": "cluster.claim", "cluster": cluster})
    except Exception as error:
        # As above; a full channel is such a case too.
        log.debug("claim_lost", cluster=cluster, error=str(error))
