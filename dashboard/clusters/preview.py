"""The strip below the apply form: Services and seats as they will stand once a submission is stored. Pure.

What the submission brings comes from its plan, what stands already from the World. Speaks of what is wanted; whether
pods become Ready is the cluster's affair, so counts of links say "once all pods are Ready".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Literal, NamedTuple

from cluster.controllers.backends import serves
from cluster.machinery.objects import (
    PODS,
    SERVICES,
    Obj,
    is_pod_ready,
    is_terminating,
    labels,
    meta,
    name,
    namespace,
    spec,
    uid,
)
from cluster.submission import Document, Submission
from cluster.world import World
from dashboard.landing.jar import hexagon
from dashboard.podstate import ordinal_of, pod_state

MOST_SERVICES, MOST_WORKLOADS, MOST_SEATS = 4, 3, 8
WORKLOADS = ("StatefulSet", "Deployment", "ReplicaSet", "Pod")
_WORDS = ("none", "it", "the two", "the three", "the four", "the five", "the six", "the seven", "the eight", "the nine")

Mark = Literal["new", "changed", "refused", ""]
Fate = Literal["stays", "new", "ends", "replaced"]
_MARKS: dict[str, Mark] = {"create": "new", "change": "changed", "unchanged": "", "refused": "refused"}


class Plate(NamedTuple):
    """A Service of the submission, or one that leads to its workloads."""

    name: str
    shape: Literal["headless", "cluster", "external", ""]
    address: str
    about: str
    mark: Mark
    line: int


class Seat(NamedTuple):
    label: str
    state: str
    """As the picture's pods: ready, notready, … and seat for one that is not there."""
    title: str
    about: str
    fate: Fate
    outline: str


class _Place(NamedTuple):
    label: str
    pod: Obj | None
    fate: Fate
    when: str = ""


class Tile(NamedTuple):
    name: str
    heading: str
    mark: Mark
    seats: Sequence[Seat]
    more: int
    line: int


class Link(NamedTuple):
    service: str
    before: int
    after: int


class Preview(NamedTuple):
    """Read by clusters/_preview.html; false when there is nothing to draw."""

    plates: Sequence[Plate]
    more: int
    """Services that find no room."""
    tiles: Sequence[Tile]
    more_tiles: int
    links: Sequence[Link]
    when: str

    def __bool__(self) -> bool:
        return bool(self.plates or self.tiles)


def preview(submission: Submission, world: World) -> Preview:
    """Of a plan; of what is stored already the map tells."""
    if submission.stored or submission.problems:
        return Preview((), 0, (), 0, (), "")
    services = [each for each in submission.documents if each.kind == "Service"]
    workloads = [each for each in submission.documents if each.kind in WORKLOADS]
    coming = [each.after for each in workloads if each.after is not None]
    named = {(each.namespace, each.name) for each in services}
    leads = _Leads(coming)
    standing = [
        service
        for service in world.list(SERVICES)
        if (namespace(service), name(service)) not in named and leads.any(service)
    ]
    plates = [*map(_plate, services[:MOST_SERVICES]), *map(_standing, standing[:MOST_SERVICES])][:MOST_SERVICES]
    objects = chain(
        ((each.before, each.after) for each in services if each.after is not None),
        ((service, service) for service in standing),
    )
    selecting = islice((pair for pair in objects if spec(pair[1]).get("selector")), MOST_SERVICES)
    owners = _uids(coming, world)
    count = len(submission.documents) - len(submission.refused)
    who = _WORDS[count] if count < len(_WORDS) else f"the {count}"
    return Preview(
        plates,
        max(0, len(services) + len(standing) - MOST_SERVICES),
        [_tile(each, world) for each in workloads[:MOST_WORKLOADS]],
        max(0, len(workloads) - MOST_WORKLOADS),
        [_link(old, new, coming, owners, world) for old, new in selecting],
        f"as it will stand when {who} {'is' if count == 1 else 'are'} applied" if count else "nothing of it can stand",
    )


# -- Services --------------------------------------------------------------------------------------------------


def _plate(document: Document) -> Plate:
    if document.after is None:
        line = document.problems[0].line if document.problems else document.line
        return Plate(_named(document), "", "", f"refused, line {line}", "refused", line)
    plate = _standing(document.after)
    if document.verdict == "create" and plate.shape == "cluster":
        plate = plate._replace(address="", about=f"{_type(document.after)}, address given when applied")
    elif document.verdict == "unchanged":
        plate = plate._replace(about=f"{plate.about}, unchanged" if plate.shape == "headless" else plate.about)
    return plate._replace(mark=_MARKS[document.verdict], line=document.line)


def _named(document: Document) -> str:
    return document.name or f"document {document.number}"


def _standing(service: Obj) -> Plate:
    wanted = spec(service)
    if wanted.get("type") == "ExternalName":
        return Plate(name(service), "external", "", f"alias of {wanted.get('externalName')}", "", 0)
    if wanted.get("clusterIP") == "None":
        return Plate(name(service), "headless", "", "headless", "", 0)
    ports = wanted.get("ports") or ()
    port = f", port {ports[0].get('port')}" if ports else ""
    return Plate(name(service), "cluster", str(wanted.get("clusterIP") or ""), f"{_type(service)}{port}", "", 0)


def _type(service: Obj) -> str:
    return str(spec(service).get("type") or "ClusterIP")


# -- workloads and their seats ---------------------------------------------------------------------------------


def _tile(document: Document, world: World) -> Tile:
    after, before = document.after, document.before
    if after is None:
        line = document.problems[0].line if document.problems else document.line
        return Tile(document.name, f"{_named(document)}, refused", "refused", (), 0, line)
    pods = _pods_of(before, document.kind, world)
    had, wanted = (_wanted(before) if before else 0), _wanted(after)
    places, total = (
        _numbered(before, after, pods) if document.kind == "StatefulSet" else _unnumbered(before, after, pods)
    )
    said = f"{had} seats become {wanted}" if before and had != wanted else _seats(wanted)
    heading = f"{document.name}, {said}" if document.kind != "Pod" else f"Pod {document.name}"
    shown = [_seat(each) for each in _foremost(places)]
    return Tile(document.name, heading, _MARKS[document.verdict], shown, total - len(shown), document.line)


def _seats(count: int) -> str:
    return "1 seat" if count == 1 else f"{count} seats"


def _foremost(places: Sequence[_Place]) -> Sequence[_Place]:
    """As many as find room: all that changes before what stays, in the order they stand in."""
    if len(places) <= MOST_SEATS:
        return places
    first = sorted(range(len(places)), key=lambda index: (places[index].fate == "stays", index))[:MOST_SEATS]
    return [places[index] for index in sorted(first)]


def _pods_of(owner: Obj | None, kind: str, world: World) -> list[Obj]:
    if owner is None:
        return []
    if kind == "Pod":
        return [owner]
    owned = world.owned_by(uid(owner))
    if kind == "Deployment":
        owned = {where: pod for each in owned.values() for where, pod in world.owned_by(uid(each)).items()}
    return [pod for where, pod in owned.items() if where.resource == PODS.resource]


def _numbered(before: Obj | None, after: Obj, pods: Iterable[Obj]) -> tuple[list[_Place], int]:
    """The places that may be shown, and how many there are: of those still empty no more than find room are looked at,
    since a manifest may ask for two thousand million."""
    standing = {ordinal: pod for pod in pods if (ordinal := ordinal_of(pod)) is not None}
    start = int((spec(after).get("ordinals") or {}).get("start") or 0)
    wanted = range(start, start + _wanted(after))
    empty = list(islice((number for number in wanted if number not in standing), MOST_SEATS))
    ordered = spec(after).get("podManagementPolicy", "OrderedReady") == "OrderedReady"
    replaced = _replaces(before, after)
    places = {
        number: _Place(str(number), pod, _fate(pod, number in wanted, replaced)) for number, pod in standing.items()
    }
    for number, previous in zip(empty, (None, *empty), strict=False):
        when = "first" if previous is None else f"after {previous}"
        places[number] = _Place(str(number), None, "new", when if ordered else "at once")
    total = len(wanted) + sum(number not in wanted for number in standing)
    return [places[number] for number in sorted(places)], total


def _unnumbered(before: Obj | None, after: Obj, pods: Sequence[Obj]) -> tuple[list[_Place], int]:
    wanted, replaced = _wanted(after), _replaces(before, after)
    old = [_Place("", pod, _fate(pod, index < wanted, replaced)) for index, pod in enumerate(pods)]
    new = min(MOST_SEATS, max(0, wanted - len(pods)))
    return [*old, *[_Place("", None, "new")] * new], max(wanted, len(pods))


def _fate(pod: Obj, kept: bool, replaced: bool) -> Fate:
    if not kept or is_terminating(pod):
        return "ends"
    return "replaced" if replaced else "stays"


def _seat(place: _Place) -> Seat:
    outline = hexagon(23, 23, 22)
    if place.pod is None:
        return Seat(place.label, "seat", "new", place.when, place.fate, outline)
    seen = pod_state(place.pod)
    address = str((place.pod.get("status") or {}).get("podIP") or "")
    title = f".{address.rpartition('.')[2]}" if "." in address else seen.word
    return Seat(place.label, seen.state, title, place.fate, place.fate, outline)


def _replaces(before: Obj | None, after: Obj) -> bool:
    if before is None or (spec(after).get("updateStrategy") or {}).get("type") == "OnDelete":
        return False
    return "template" in spec(after) and spec(before).get("template") != spec(after).get("template")


def _wanted(obj: Obj) -> int:
    replicas = spec(obj).get("replicas")
    return 1 if replicas is None else int(replicas)


# -- links -----------------------------------------------------------------------------------------------------


def _leads(service: Obj, workload: Obj) -> bool:
    """Whether the Service will select the workload's pods."""
    selector = spec(service).get("selector") or {}
    said = labels(_pod_of(workload))
    return bool(selector) and namespace(service) == namespace(workload) and selector.items() <= said.items()


class _Leads:
    """Workloads by what their pods say, each way of saying it once: a thousand may say the same."""

    def __init__(self, workloads: Iterable[Obj]) -> None:
        self._by_label: dict[tuple[str, str, str], dict[frozenset[tuple[str, str]], Obj]] = {}
        for each in workloads:
            said = labels(_pod_of(each)).items()
            for label, value in said:
                self._by_label.setdefault((namespace(each), label, value), {}).setdefault(frozenset(said), each)

    def any(self, service: Obj) -> bool:
        """Whether the Service will select pods of one of them."""
        pairs = (spec(service).get("selector") or {}).items()
        found = [self._by_label.get((namespace(service), label, value), {}) for label, value in pairs]
        return any(_leads(service, each) for each in min(found, key=len, default={}).values())


def _link(old: Obj | None, new: Obj, coming: Sequence[Obj], owners: set[str], world: World) -> Link:
    """How many pods it leads to now, and how many it will once all are Ready."""
    others = [pod for pod in _told(new, world) if not owners & {uid(pod), *_owners(pod)}]
    after = len(others) + sum(_wanted(each) for each in coming if _leads(new, each) and serves(new, _pod_of(each)))
    return Link(name(new), len(_told(old, world)) if old else 0, after)


def _told(service: Obj, world: World) -> list[Obj]:
    """The pods that its name leads to."""
    unready = bool(spec(service).get("publishNotReadyAddresses"))
    selected = world.selected(PODS, namespace(service), spec(service).get("selector") or {})
    return [pod for pod in selected if (unready or is_pod_ready(pod)) and serves(service, pod)]


def _pod_of(workload: Obj) -> Obj:
    """What its pods will be like."""
    return spec(workload).get("template") or workload


def _owners(pod: Obj) -> list[str]:
    return [owner.get("uid", "") for owner in meta(pod).get("ownerReferences") or ()]


def _uids(workloads: Sequence[Obj], world: World) -> set[str]:
    """Theirs, and those of what they own: a pod's owner is its ReplicaSet, not its Deployment."""
    own = {uid(each) for each in workloads}
    return own | {uid(each) for owner in own for each in world.owned_by(owner).values()}
