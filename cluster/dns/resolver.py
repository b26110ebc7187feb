"""A pod's stub resolver: from what a program typed to the names that are asked, one after the other, until one answers.

Pure: `ask` is given. What resolv.conf a pod gets is the kubelet's rule; how a client walks its search list differs from
client to client (`Habit`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from cluster.config import ClusterConfig
from cluster.dns.answer import Answer, Question
from cluster.dns.names import labels_of, of_the_internet

NDOTS = 5
MAX_SEARCHES = 32
MAX_SEARCH_CHARACTERS = 2048
MAX_NAMESERVERS = 3
MAX_TEXT = 253
LONGEST_HOSTNAME = 63
NODE_RESOLVER = "192.168.49.1"
"""Whom the nodes ask, beside them in their network. Of the cluster's names it knows none."""


class ResolvConf(NamedTuple):
    """A pod's /etc/resolv.conf. No search list and one dot: a file that was left as the node has it."""

    nameservers: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    ndots: int = 1
    options: tuple[str, ...] = ()
    """Options other than ndots, as they stand there. No walk depends on them."""

    def text(self) -> str:
        """The file."""
        lines = [f"nameserver {address}" for address in self.nameservers]
        if self.search:
            lines.append(f"search {' '.join(self.search)}")
        options = [f"ndots:{self.ndots}"] if self.ndots != ResolvConf().ndots else []
        if options or self.options:
            lines.append(f"options {' '.join((*options, *self.options))}")
        return "".join(f"{line}\n" for line in lines)


def file(conf: ResolvConf) -> str:
    """What lies in the container: where the pod is given no server, its node's own."""
    return f"{'' if conf.nameservers else f'nameserver {NODE_RESOLVER}{chr(10)}'}{conf.text()}"


class Habit(NamedTuple):
    """How a client walks. `list_after_dots`: a name with enough dots is tried as it is, then with the list."""

    list_after_dots: bool = False
    stops_at_nodata: bool = True


DIG = Habit()
"""dig +search, nslookup and host."""
MUSL = Habit()
GLIBC = Habit(list_after_dots=True, stops_at_nodata=False)


class Step(NamedTuple):
    """One name of the walk. No answers: it was not asked, an earlier step was answered."""

    name: str
    answers: tuple[Answer, ...] = ()
    """One for each asked type."""


class Walk(NamedTuple):
    steps: tuple[Step, ...]
    answer: Answer
    """What the client reports: the answer it stopped at, or the first of the most telling negative ones."""
    name: str
    """The name that answer is about."""


def policy(spec: Mapping[str, Any]) -> str:
    """The dnsPolicy in force: on its node's network a pod must say ClusterFirstWithHostNet to have ClusterFirst."""
    said = str(spec.get("dnsPolicy") or "ClusterFirst")
    return "Default" if said == "ClusterFirst" and spec.get("hostNetwork") else said


def resolv_conf(pod: Mapping[str, Any] | None, namespace: str, config: ClusterConfig) -> ResolvConf:
    """What the kubelet writes for a pod (None: for any pod of the namespace that says nothing about DNS)."""
    spec = (pod or {}).get("spec") or {}
    base = ResolvConf()
    if policy(spec) in ("ClusterFirst", "ClusterFirstWithHostNet"):
        domain = config.domain.rstrip(".")
        base = ResolvConf((config.dns_address,), (f"{namespace}.svc.{domain}", f"svc.{domain}", domain), NDOTS)
    wanted = spec.get("dnsConfig") or {}
    options = {option.get("name"): option.get("value") for option in wanted.get("options") or ()}
    ndots = str(options.pop("ndots", None) or "")
    return ResolvConf(
        tuple(dict.fromkeys((*base.nameservers, *(wanted.get("nameservers") or ()))))[:MAX_NAMESERVERS],
        _fitting(dict.fromkeys((*base.search, *(wanted.get("searches") or ())))),
        min(int(ndots), 15) if ndots.isascii() and ndots.isdecimal() and len(ndots) < 10 else base.ndots,
        tuple(f"{name}:{value}" if value else str(name) for name, value in options.items()),
    )


def elsewhere(pod: Mapping[str, Any] | None, conf: ResolvConf, config: ClusterConfig) -> str:
    """Why a pod does not put its questions to the cluster's DNS; "" when it does."""
    if conf.nameservers[:1] == (config.dns_address,) or pod is None:
        return ""
    name, spec = pod["metadata"]["name"], pod.get("spec") or {}
    said = f"{name} does not ask the cluster's DNS:"
    if conf.nameservers:
        return f"{said} the first nameserver of its dnsConfig is {conf.nameservers[0]}."
    if spec.get("dnsPolicy") == "Default":
        return f"{said} its dnsPolicy is Default, so it asks whom its node asks."
    return f"{said} it is on its node's network, and only dnsPolicy ClusterFirstWithHostNet would make it."


class Hostname(NamedTuple):
    """What a pod is called by itself and by others."""

    printed: str
    """By the program `hostname`."""
    full: str
    """"" for a pod that has no name of its own in DNS."""


def hostname(pod: Mapping[str, Any], config: ClusterConfig) -> Hostname:
    """What the kubelet calls a pod. Its full name resolves only where a headless Service is called as its subdomain."""
    spec, metadata = pod.get("spec") or {}, pod["metadata"]
    if spec.get("hostNetwork"):
        return Hostname(str(spec.get("nodeName") or ""), "")
    own = str(spec.get("hostname") or metadata["name"])[:LONGEST_HOSTNAME].rstrip("-.")
    if not spec.get("subdomain"):
        return Hostname(own, "")
    full = f"{own}.{spec['subdomain']}.{metadata.get('namespace', '')}.svc.{config.domain.rstrip('.')}"
    return Hostname(full if spec.get("setHostnameAsFQDN") else own, full)


def _fitting(search: Iterable[str]) -> tuple[str, ...]:
    """As many domains as a resolv.conf may hold; the rest is cut off at the end."""
    kept: list[str] = []
    used = 0
    for domain in search:
        if len(domain) > MAX_TEXT:
            continue
        used += len(domain) + bool(kept)
        if len(kept) == MAX_SEARCHES or used > MAX_SEARCH_CHARACTERS:
            break
        kept.append(domain)
    return tuple(kept)


def candidates(name: str, conf: ResolvConf, habit: Habit = DIG) -> list[str]:
    """Absolute names in the order they are tried."""
    if name.endswith("."):
        return [name]
    as_is = f"{name}."
    listed = [f"{name}.{domain.strip('.')}." for domain in conf.search]
    if len(labels_of(name)) - 1 < conf.ndots:
        tried = [*listed, as_is]
    elif habit.list_after_dots:
        tried = [as_is, *listed]
    else:
        tried = [as_is]
    return [each for each in tried if len(each) - 1 <= MAX_TEXT or each == as_is]


def walk(
    name: str,
    types: tuple[str, ...],
    conf: ResolvConf,
    ask: Callable[[Question], Answer],
    habit: Habit = DIG,
) -> Walk:
    """Ask candidate after candidate, for all `types` at once, until one has records (or, for most clients, exists)."""
    steps: list[Step] = []
    reported: tuple[int, Answer, str] | None = None
    for candidate in candidates(name, conf, habit):
        if reported is not None and reported[0] == _FOUND:
            steps.append(Step(candidate))
            continue
        answers = tuple(ask(Question(candidate, type_)) for type_ in types)
        steps.append(Step(candidate, answers))
        for answer in answers:
            weight = _weight(candidate, answer, habit)
            if reported is None or weight > reported[0]:
                reported = weight, answer, candidate
            if weight == _FOUND:
                break
    assert reported is not None, "there is always a name to ask"
    return Walk(tuple(steps), reported[1], reported[2])


_FOUND = 4


def _weight(asked: str, answer: Answer, habit: Habit) -> int:
    """How much an answer decides what the client reports; _FOUND ends the walk, as does a server nobody reaches."""
    if answer.rcode == "UNREACHABLE":
        return _FOUND
    if answer.rcode == "NOERROR":
        return _FOUND if answer.answer or habit.stops_at_nodata else 3
    if answer.rcode == "NXDOMAIN":
        return 1
    # The bare name is refused where nobody outside is asked. Of one that was meant as the Internet's that says all; of
    # others it says less than the cluster's own NXDOMAIN.
    return 2 if of_the_internet(asked) else 0
