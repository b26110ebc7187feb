"""The picture under the jar on the front page: two Services and the pods they share, as the cluster is now. Pure.

Server-rendered, so it is there without JavaScript; the explorer draws its own, larger ones.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from math import cos, pi, sin
from typing import NamedTuple

from cluster.machinery.objects import PODS, SERVICES, STATEFUL_SETS, Key, Obj, name, namespace, seconds, spec
from cluster.world import World
from dashboard.podstate import ordinal_of, pod_state

SEATS = 4
RADIUS = 26.0
LEFT, TOP, STEP = 462.0, 104.0, 62.0
NAMESPACE, SYSTEM = "default", "kube-system"


class Seat(NamedTuple):
    """A pod, or the empty place where one is to come."""

    label: str
    state: str
    title: str
    note: str
    y: float
    outline: str
    inner: str
    level: float
    """Top of the filled part while it is being created."""
    mark: str


class Line(NamedTuple):
    path: str
    published: bool


class Plate(NamedTuple):
    name: str
    address: str
    about: str
    links: list[Line]
    counted: str


class Jar(NamedTuple):
    slug: str
    headless: Plate | None
    clustered: Plate | None
    seats: list[Seat]
    more: int
    caption: str
    described: str


def hexagon(x: float, y: float, r: float) -> str:
    """A pointy-top hexagon whose corners are rounded by 14 % of r."""
    corners = [(x + r * cos(pi / 3 * i - pi / 2), y + r * sin(pi / 3 * i - pi / 2)) for i in range(6)]
    parts = []
    for i, (cx, cy) in enumerate(corners):
        (ax, ay), (bx, by) = corners[i - 1], corners[(i + 1) % 6]
        parts.append(
            f"{'L' if i else 'M'}{cx + (ax - cx) * 0.14:.1f} {cy + (ay - cy) * 0.14:.1f}"
            f"Q{cx:.1f} {cy:.1f} {cx + (bx - cx) * 0.14:.1f} {cy + (by - cy) * 0.14:.1f}"
        )
    return "".join(parts) + "Z"


_MARKS = {
    "failed": "M-3.2-3.2l6.4 6.4m0-6.4-6.4 6.4",
    "terminating": "M0-3.4v6.6m-2.6-2.6L0 3.2l2.6-2.6",
    "pending": "M0-3.3v3.3l2.4 1.9",
    "unknown": "M-2-1.4q0-2.6 2.2-2.6t2 2.2-2.2 2.6v.8m0 1.8v.1",
    "completed": "M-3.2 0l2.3 2.4L3.2-2.4",
}


def draw(world: World, slug: str) -> Jar:
    """The Services of the namespace `default` with the most pods, one headless and one not; of equals the oldest."""
    services = world.bucket(SERVICES, NAMESPACE)
    picked = {
        where: [name(pod) for pod in world.selected(PODS, NAMESPACE, spec(service).get("selector") or {})]
        for where, service in services.items()
        if spec(service).get("selector")
    }
    headless = _best(services, picked, headless=True)
    clustered = _best(services, picked, headless=False)
    names = [*dict.fromkeys(pod for where in (headless, clustered) if where for pod in picked[where])]
    pods = [pod for each in names if (pod := world.find(PODS, NAMESPACE, each)) is not None]
    pods.sort(key=lambda pod: (ordinal_of(pod) if ordinal_of(pod) is not None else 1_000_000, name(pod)))
    seats = [_pod_seat(pod, index) for index, pod in enumerate(pods[:SEATS])]
    if pods and len(seats) < SEATS:
        seats.extend(_empty_seats(pods, world, len(seats)))
    ready = {name(pod) for pod in pods if pod_state(pod).state == "ready"}
    shown = [name(pod) for pod in pods[:SEATS]]
    states = Counter(pod_state(pod).state for pod in peoples_pods(world))
    done = f", {states['completed']} completed" if states["completed"] else ""
    living = states.total() - states["completed"]
    caption = f"{slug}, live: {states['ready']} of {living} pods ready{done}, revision {world.revision}"
    return Jar(
        slug,
        _headless(services[headless], picked[headless], shown, ready) if headless else None,
        _clustered(services[clustered], picked[clustered], shown, ready) if clustered else None,
        seats,
        max(0, len(pods) - SEATS),
        caption,
        _described(headless, clustered, len(pods)),
    )


def _best(services: dict[Key, Obj], picked: dict[Key, list[str]], *, headless: bool) -> Key | None:
    fitting = [each for each in picked if (spec(services[each]).get("clusterIP") == "None") is headless]
    return min(fitting, key=lambda each: (-len(picked[each]), seconds(_made(services[each])), each), default=None)


def _made(obj: Obj) -> str | None:
    made: str | None = obj["metadata"].get("creationTimestamp")
    return made


def _pod_seat(pod: Obj, index: int) -> Seat:
    seen = pod_state(pod)
    ordinal = ordinal_of(pod)
    y = TOP + STEP * index
    address = (pod.get("status") or {}).get("podIP") or name(pod)
    level = y + RADIUS - 2 * RADIUS * seen.progress
    note = f"{seen.word} {seen.why}".strip()
    label = str(ordinal) if ordinal is not None else ""
    return Seat(
        label,
        seen.state,
        address,
        note if len(note) <= 22 else seen.word,
        y,
        hexagon(LEFT, y, RADIUS),
        hexagon(LEFT, y, RADIUS * 0.66),
        level,
        _MARKS.get(seen.state, ""),
    )


def peoples_pods(world: World) -> list[Obj]:
    """All pods but the system's, which every cluster has and nobody asked for."""
    return [pod for pod in world.list(PODS) if namespace(pod) != SYSTEM]


def _empty_seats(pods: list[Obj], world: World, taken: int) -> list[Seat]:
    """Places of the StatefulSet whose pods are still to come."""
    owners = [owner for pod in pods for owner in (pod["metadata"].get("ownerReferences") or ())]
    found = next((owner for owner in owners if owner.get("kind") == "StatefulSet"), None)
    workload = world.find(STATEFUL_SETS, NAMESPACE, found["name"]) if found else None
    if workload is None:
        return []
    wanted = int(spec(workload).get("replicas", 1))
    start = int((spec(workload).get("ordinals") or {}).get("start") or 0)
    present = {ordinal_of(pod) for pod in pods}
    missing = islice((number for number in range(start, start + wanted) if number not in present), SEATS - taken)
    seats = []
    for offset, number in enumerate(missing):
        y = TOP + STEP * (taken + offset)
        note = "created next" if offset == 0 else "waits for its turn"
        shape = hexagon(LEFT, y, RADIUS)
        seats.append(Seat(str(number), "seat", "Empty seat", note, y, shape, "", y, ""))
    return seats


def _headless(service: Obj, picked: list[str], shown: list[str], ready: set[str]) -> Plate:
    unready = bool(spec(service).get("publishNotReadyAddresses"))
    links = [
        Line(f"M274 176L{LEFT - 27:g} {TOP + STEP * index - (5 if index > 1 else 0):g}", each in ready or unready)
        for index, each in enumerate(shown)
        if each in picked
    ]
    told = sum(each in ready or unready for each in picked)
    return Plate(name(service), "", "headless, no virtual address", links, _addresses(told))


def _clustered(service: Obj, picked: list[str], shown: list[str], ready: set[str]) -> Plate:
    links = []
    for index, each in enumerate(shown):
        if each in picked and each in ready:
            y = TOP + STEP * index + 13
            path = f"M401 296C{426 + index * 3} 296 {404 + index * 8} {y:g} {LEFT - 25:g} {y:g}"
            links.append(Line(path, published=True))
    ports = spec(service).get("ports") or ()
    port = f", port {ports[0].get('port')}" if ports else ""
    kind = spec(service).get("type", "ClusterIP")
    return Plate(name(service), spec(service).get("clusterIP") or "", f"{kind}{port}", links, "1 address")


def _addresses(count: int) -> str:
    return {0: "no address yet", 1: "1 address"}.get(count, f"{count} addresses")


def _described(headless: Key | None, clustered: Key | None, pods: int) -> str:
    said = f"{pods} pods" if pods != 1 else "one pod"
    if headless and clustered:
        return f"A headless Service leads straight to {said}, a ClusterIP Service through a proxy"
    if headless:
        return f"A headless Service leads straight to {said}"
    if clustered:
        return f"A ClusterIP Service leads through a proxy to {said}"
    return "An empty jar: no Service in this cluster selects a pod"
