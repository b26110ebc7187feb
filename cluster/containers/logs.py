"""The log of a container: read once, or followed until the container ends.

What its server said when it started is not kept anywhere but made anew; what it wrote since is in the `logs` table.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping

from cluster import faults, logs
from cluster.containers import instances, mainprocess, performing, presence
from cluster.containers.instances import Instance
from cluster.logs.lines import ALL, Line, Wanted, moment, shown, written
from cluster.machinery.errors import ApiError, Cause, Invalid, forbidden, invalid
from cluster.machinery.objects import NODES, Obj, name, namespace, seconds, spec, status
from cluster.nodes import demands, environment, startup
from cluster.watch import Mirror

LOOK = 0.25
"""Seconds between two looks at whether a container that is followed still runs."""
_POSITIVE = "must be greater than 0"


class NodeUnreachable(ApiError):
    """The node does not answer, so nobody can ask it for anything."""

    code, reason = 500, "InternalError"


def wanted(query: Mapping[str, str], pod: str, now: float) -> Wanted:
    """The parameters of `pods/log`. Invalid with the API server's words."""
    causes: list[Cause] = []
    since: float | None = None
    if "sinceSeconds" in query and "sinceTime" in query:
        causes.append(forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified"))
    if (ago := _whole(query, "sinceSeconds", causes)) is not None:
        if ago < 1:
            causes.append(invalid("sinceSeconds", ago, _POSITIVE))
        since = now - ago
    if given := query.get("sinceTime"):
        try:
            since = seconds(given)
        except ValueError:
            causes.append(invalid("sinceTime", given, "must be a time as RFC 3339 has it"))
    if (tail := _whole(query, "tailLines", causes)) is not None and tail < 0:
        causes.append(invalid("tailLines", tail, "must be greater than or equal to 0"))
    if (limit := _whole(query, "limitBytes", causes)) is not None and limit < 1:
        causes.append(invalid("limitBytes", limit, _POSITIVE))
    if causes:
        raise Invalid("PodLogOptions", pod, causes)
    return Wanted(since, tail, limit, query.get("timestamps", "false").lower() in ("true", "1", ""))


def _whole(query: Mapping[str, str], field: str, causes: list[Cause]) -> int | None:
    given = query.get(field)
    if given is None:
        return None
    try:
        return int(given)
    except ValueError:
        causes.append(invalid(field, given, "must be an integer"))
        return None


async def opened(
    mirror: Mirror,
    pod: Obj,
    container: str = "",
    wanted: Wanted = ALL,
    *,
    previous: bool = False,
    follow: bool = False,
) -> AsyncIterator[bytes]:
    """The log in pieces; ends at its end, or with the container when somebody follows. ApiError in the words of the
    API server or the kubelet, before the first piece."""
    label = instances.chosen(pod, container)
    if not (node := spec(pod).get("nodeName")):
        return _nothing()
    _answering(mirror, pod, str(node), label)
    instance = instances.logged(pod, label, previous=previous)
    return _pieces(mirror, instance, wanted, follow=follow and instance.ended is None)


async def read(mirror: Mirror, pod: Obj, container: str = "", wanted: Wanted = ALL, *, previous: bool = False) -> bytes:
    """The log as it is now. ApiError as with `opened`."""
    return b"".join([piece async for piece in await opened(mirror, pod, container, wanted, previous=previous)])


async def _nothing() -> AsyncIterator[bytes]:
    for piece in list[bytes]():
        yield piece


def _answering(mirror: Mirror, pod: Obj, node: str, container: str) -> None:
    found = mirror.world.find(NODES, "", node)
    if found is not None and not faults.is_lost(found):
        return
    host = next((each["address"] for each in status(found or {}).get("addresses") or ()), node)
    path = f"/containerLogs/{namespace(pod)}/{name(pod)}/{container}"
    raise NodeUnreachable(f'Get "https://{host}:10250{path}": dial tcp {host}:10250: connect: no route to host')


async def _pieces(mirror: Mirror, instance: Instance, wanted: Wanted, *, follow: bool) -> AsyncIterator[bytes]:
    place = instance.place(mirror.cluster)
    book = logs.current_book()
    with book.following(place) if follow else contextlib.nullcontext(None) as more:
        await performing.caught_up(mirror, instance)
        told = mainprocess.told(place) if wanted == ALL else None
        lines, after = await book.kept(place)
        if told is not None:
            mainprocess.shown(place, told)
        first = shown([*_on_start(mirror, instance), *lines, *_on_stop(instance)], wanted)
        left = None if wanted.limit is None else wanted.limit - len(first)
        if first:
            yield first
        since = None if wanted.since is None else moment(wanted.since)
        while more is not None and (left is None or left > 0):
            more.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    await more.wait()
            ended = presence.ended(mirror, instance)
            lines, after = await book.kept(place, after)
            if ended is not None:
                await performing.caught_up(mirror, ended)
                rest, after = await book.kept(place, after)
                lines += rest
                lines += _on_stop(ended)
            newer = [each for each in lines if since is None or each.at >= since]
            piece = b"".join(written(each, timestamps=wanted.timestamps) for each in newer)[:left]
            left = None if left is None else left - len(piece)
            if piece:
                yield piece
            if ended is not None:
                return


def _on_start(mirror: Mirror, instance: Instance) -> list[Line]:
    refuses = _refuses(mirror, instance)
    said = startup.on_start(instance.pod, instance.container, instance.started, refuses=refuses)
    return [_line(each, instance.started) for each in said]


def _refuses(mirror: Mirror, instance: Instance) -> bool | None:
    """Whether it was given no password that it insists on; None where its own words tell."""
    if not demands.hangs_on_others(instance.container):
        return None
    if instance.ended is not None:  # what that start was given may be forgotten, not how it ended
        return instance.exit_code == 1
    variables = environment.environment(mirror.world, instance.pod, instance.container)
    return demands.lacks_password(instance.container, variables)


def _on_stop(instance: Instance) -> list[Line]:
    if instance.ended is None or instance.exit_code:
        return []
    return [_line(each, instance.ended) for each in startup.on_stop(instance.container, instance.ended)]


def _line(said: startup.Saying, at: float) -> Line:
    return Line(moment(at + said.after), said.text.encode(), "stderr" if said.error else "stdout")
