"""Why a name answers as it does, in words for a person. Pure; looks at the cluster only after the answer is known.

Every sentence names the cause, not the rule: no pod has the label, the pod is not Ready, no such Service.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from cluster.dns.answer import BEYOND, Answer, Question
from cluster.dns.lookup import cluster_addresses, published
from cluster.dns.names import Request, locate, parse, plain_address, reversed_address
from cluster.dns.settings import DnsConfig, is_reverse
from cluster.machinery import objects
from cluster.machinery.objects import NAMESPACES, PODS, SERVICES, STATEFUL_SETS, Obj
from cluster.world import World

SHOWN = 3
"""Pods named one by one before the rest becomes a number."""
CONSIDERED = 400
"""Names looked through for a likely misspelling."""


_INTERNET = frozenset(("com", "net", "org", "edu", "gov", "io", "eu", "uk", "de", "fr", "example"))
"""Last labels that nobody takes for a namespace's name."""


class Why(NamedTuple):
    """A reason and how near it is to what was meant: of a walk's reasons the one with the lowest rank is told."""

    rank: int
    text: str


_FOUND, _ALMOST, _NO_SERVICE, _PLACE, _NO_ENDPOINT, _NO_NAMESPACE, _NO_FORM, _OUTSIDE = range(8)


def of_walk(asked: Sequence[tuple[Question, Answer]], settled: Answer, world: World, config: DnsConfig) -> list[str]:
    """Reasons for the outcome of a walk whose steps were `asked`: of the answer itself, or of the nearest miss."""
    if settled.rcode == "NOERROR":
        question = next(question for question, answer in asked if answer is settled)
        if settled.answer:
            remembered = [_remembered(question, settled)] if settled.kept is not None else []
            return [*remembered, *_left_out(question, world, config)]
        return [why(question, settled, world, config).text]
    told = sorted((why(question, answer, world, config) for question, answer in asked), key=lambda each: each.rank)
    if told[0].rank < _NO_ENDPOINT:
        return [told[0].text]
    # A dotted name that fits nowhere may have been meant in any of these ways; one of the Internet hardly as a Service.
    if asked[-1][0].name.rstrip(".").rpartition(".")[2].lower() in _INTERNET:
        told.sort(key=lambda each: each.rank != _OUTSIDE)
    return list(dict.fromkeys(each.text for each in told if each.rank != _NO_FORM or len(told) == 1))


def why(question: Question, answer: Answer, world: World, config: DnsConfig) -> Why:
    """Why one question got no record."""
    place = locate(question.name, config.zones)
    if answer.kept is not None:
        return Why(_FOUND if place is not None else _OUTSIDE, _remembered(question, answer))
    if answer.rcode == "REFUSED" and question.type in ("AXFR", "IXFR"):
        return Why(_FOUND, "Refused: nobody may copy the whole zone.")
    if config.external is not None and locate(question.name, config.external.zones) is not None:
        return Why(_FOUND, _not_external(question, answer))
    if place is not None and is_reverse(place.zone):
        return _nobody_at(question)
    if place is None or BEYOND in answer.rests_on:
        return Why(_OUTSIDE, _outside(question, answer, config))
    if place.zone in config.multicluster:
        return Why(_FOUND, f"{question.name}: no ServiceImport gives this name a {question.type} record.")
    request = parse(place.labels, zonal=config.zonal)
    if request is None:
        text = f"{question.name} is no name of a cluster: svc or pod stands before {place.zone}"
        return Why(_NO_FORM, text)
    if not request.namespace:
        return Why(_PLACE, f"{question.name} exists, but holds no {question.type} record.")
    if world.find(NAMESPACES, "", request.namespace) is None:
        return Why(_NO_NAMESPACE, f"No namespace {request.namespace}.{_meant(request.namespace, _namespaces(world))}")
    if request.kind == "pod":
        return _no_pod_address(request, config)
    if not request.service:
        return Why(_PLACE, f"{request.namespace} is a namespace: only Services in it have records.")
    service = world.find(SERVICES, request.namespace, request.service)
    if service is None:
        return _no_service(request, world)
    if answer.rcode == "NOERROR":
        return Why(_FOUND, _not_of_this_type(question, request, service))
    if request.endpoint:
        return Why(_FOUND, _no_endpoint(request, service, world))
    if request.port or request.protocol:
        return Why(_FOUND, _no_port(request, service))
    return Why(_FOUND, _empty(request, service, world))


def _remembered(question: Question, answer: Answer) -> str:
    """An answer from the server's memory may be about what was: this is what those who ask too early run into."""
    assert answer.kept is not None
    age, left = answer.kept
    since = f"The DNS server was asked for {question.name} {age} s ago"
    if answer.answer:
        return f"{since} and repeats its answer for {left} s more: so says cache in its Corefile."
    said = "there was no such name" if answer.rcode == "NXDOMAIN" else "there was no such record"
    return f"{since}, when {said}, and repeats that for {left} s more: so says cache in its Corefile."


def _outside(question: Question, answer: Answer, config: DnsConfig) -> str:
    name, domain = question.name.rstrip(".") or "The root of all names", config.domain.rstrip(".")
    if BEYOND in answer.rests_on and answer.rcode == "REFUSED":
        return f"{name} lies outside {domain}: whoever the operator lets it ask has not answered yet."
    if BEYOND in answer.rests_on:
        return f"{name} lies outside {domain}: whoever the operator lets it ask says {answer.rcode}."
    if locate(question.name, config.forward) is None:
        return f"{name} lies outside {domain}, and the Corefile does not forward it."
    return f"{name} lies outside {domain}, and this cluster asks nobody outside."


def _not_external(question: Question, answer: Answer) -> str:
    if answer.rcode == "NXDOMAIN":
        return f"{question.name}: no Service of that name has an address that is reached from outside."
    return f"{question.name} exists, but holds no {question.type} record."


# -- nothing there -------------------------------------------------------------------------------------------


def _nobody_at(question: Question) -> Why:
    address = reversed_address(question.name)
    if not address:
        return Why(_NO_FORM, f"{question.name} is not the reverse of a whole address.")
    return Why(_FOUND, f"No Service and no published endpoint has the address {address}.")


def _no_pod_address(request: Request, config: DnsConfig) -> Why:
    if config.pods == "disabled":
        return Why(_NO_FORM, "Names under pod are switched off in this cluster's DNS.")
    if not request.service:
        return Why(_PLACE, f"{request.namespace} is a namespace: only dashed addresses under it have records.")
    return Why(_FOUND, f"{request.service} is no dashed address of a pod, as 10-244-0-7 is.")


def _no_service(request: Request, world: World) -> Why:
    pod = world.find(PODS, request.namespace, request.service)
    if pod is not None:
        return Why(_ALMOST, _pod_alone(pod))
    names = [key.name for key in world.bucket(SERVICES, request.namespace)]
    hint = _meant(request.service, names)
    if hint:
        return Why(_ALMOST, f"No Service {request.service} in {request.namespace}.{hint}")
    for namespace in _namespaces(world):
        if world.find(SERVICES, namespace, request.service) is not None:
            text = f"No Service {request.service} in {request.namespace}; {namespace} has one: ask for "
            return Why(_ALMOST, f"{text}{request.service}.{namespace}.")
    rank = _NO_ENDPOINT if request.endpoint or request.port else _NO_SERVICE
    return Why(rank, f"No Service {request.service} in {request.namespace}.")


def _pod_alone(pod: Obj) -> str:
    name, spec = objects.name(pod), objects.spec(pod)
    if spec.get("hostname") and spec.get("subdomain"):
        return f"{name} is a pod: its name is {spec['hostname']}.{spec['subdomain']}."
    return f"{name} is a pod, and a pod has a name only below a Service."


def _empty(request: Request, service: Obj, world: World) -> str:
    """A headless Service (or an alias to an address) that gives no name."""
    name, spec = request.service, objects.spec(service)
    if spec.get("type") == "ExternalName":
        return f"{name} leads to {spec.get('externalName')}: an address, where only a name can stand."
    selector = spec.get("selector") or {}
    if not selector:
        return f"{name} selects nothing: it has no selector and no published endpoint."
    pods = world.selected(PODS, request.namespace, selector)
    if not pods:
        return f"{name} selects nothing: no pod has {_pairs(selector)}."
    living = [pod for pod in pods if objects.status(pod).get("phase") not in ("Succeeded", "Failed")]
    if not living:
        return f"{name} has no name to give: {_these(pods, 'has ended', 'have ended')}."
    if not any(objects.status(pod).get("podIP") for pod in living):
        return f"{name} has no name to give: {_these(living, 'has no address yet', 'have no address yet')}."
    if not any(objects.is_pod_ready(pod) and not objects.is_terminating(pod) for pod in living):
        if spec.get("publishNotReadyAddresses"):
            return f"{name} has no endpoint yet: its EndpointSlice is being written."
        text = f"{name} has no name to give: {_these(living, 'is not Ready', 'are not Ready')}"
        return f"{text}, and publishNotReadyAddresses is off."
    return f"{name} has no endpoint yet: its EndpointSlice is being written."


def _no_port(request: Request, service: Obj) -> str:
    if objects.spec(service).get("type") == "ExternalName":
        return f"{request.service} is an alias: nothing has a name below it."
    declared = [
        f"_{port['name']}._{(port.get('protocol') or 'TCP').lower()}"
        for port in objects.spec(service).get("ports") or ()
        if port.get("name")
    ]
    has = f"it has {_listed(declared)}" if declared else "its ports have no names"
    return f"{request.service} has no port _{request.port}._{request.protocol}: {has}."


def _no_endpoint(request: Request, service: Obj, world: World) -> str:
    """ENDPOINT.SERVICE does not exist though the Service does."""
    label, name, spec = request.endpoint, request.service, objects.spec(service)
    if spec.get("type") == "ExternalName":
        return f"{name} is an alias: nothing has a name below it."
    pod = _pod_called(label, request.namespace, world)
    if pod is None:
        return _no_pod(label, request, world)
    shown, pod_spec, selector = objects.name(pod), objects.spec(pod), spec.get("selector") or {}
    if selector and not _has(pod, selector):
        return f"{shown} is not in {name}: it selects {_pairs(selector)}."
    address = objects.status(pod).get("podIP")
    if objects.status(pod).get("phase") in ("Succeeded", "Failed"):
        return f"{shown} has ended, and an ended pod has no name."
    if not address:
        return f"No name until the pod has an address: {shown} is {objects.status(pod).get('phase') or 'Pending'}."
    if plain_address(label.replace("-", ".")) or not pod_spec.get("hostname"):
        known_as = f"{address.replace('.', '-').replace(':', '-')}.{name}"
        if not pod_spec.get("hostname") and label != known_as.split(".")[0]:
            return f"{shown} has no hostname: its name here is {known_as}."
    elif pod_spec.get("subdomain") != name:
        return _other_subdomain(pod, name)
    if objects.is_terminating(pod):
        return f"{shown} is terminating, so its name is gone."
    if not objects.is_pod_ready(pod):
        return f"No name until the pod is Ready: {shown} is not, and publishNotReadyAddresses of {name} is off."
    return f"{shown} is Ready; its endpoint in {name} is being written."


def _other_subdomain(pod: Obj, service: str) -> str:
    shown, subdomain = objects.name(pod), objects.spec(pod).get("subdomain")
    owner = objects.controller_of(pod) or {}
    if owner.get("kind") == "StatefulSet":
        return f"{shown} has no name in {service}: serviceName of StatefulSet {owner.get('name')} is {subdomain}."
    said = f"its subdomain is {subdomain}" if subdomain else "it has no subdomain"
    return f"{shown} has no name in {service}: {said}."


def _no_pod(label: str, request: Request, world: World) -> str:
    """Nobody is called so: a seat above the replicas, a misspelling, or plainly nothing."""
    stem, _, ordinal = label.rpartition("-")
    owner = world.find(STATEFUL_SETS, request.namespace, stem) if ordinal.isdigit() else None
    if owner is not None:
        start = (objects.spec(owner).get("ordinals") or {}).get("start") or 0
        wanted = objects.spec(owner).get("replicas")
        wanted = 1 if wanted is None else wanted
        if not start <= int(ordinal) < start + wanted:
            return f"No pod {label}: {stem} has {wanted} {'replica' if wanted == 1 else 'replicas'}."
        return f"{label} does not exist yet: {stem} is to create it."
    known = {
        endpoint["hostname"]
        for piece in world.slices_of(request.namespace, request.service).values()
        for endpoint in published(piece)
        if endpoint.get("hostname")
    }
    return f"{request.service} has no endpoint {label}.{_meant(label, known)}"


def _pod_called(label: str, namespace: str, world: World) -> Obj | None:
    """The pod of that name or address, or whose hostname it is."""
    found = world.find(PODS, namespace, label)
    if found is not None:
        return found
    address = plain_address(label.replace("-", "."))
    if address:
        return next((pod for key, pod in world.by_address(PODS, address).items() if key.namespace == namespace), None)
    return next(
        (pod for pod in world.bucket(PODS, namespace).values() if objects.spec(pod).get("hostname") == label), None
    )


# -- something there, but not this ---------------------------------------------------------------------------


def _not_of_this_type(question: Question, request: Request, service: Obj) -> str:
    name, spec, type_ = request.service, objects.spec(service), question.type
    if spec.get("type") == "ExternalName":
        if type_ in ("A", "AAAA"):
            return f"{name} leads to {spec.get('externalName')}, which has no {type_} record here."
        return f"{name} is an alias to {spec.get('externalName')}: it has a CNAME record and no {type_}."
    if type_ in ("A", "AAAA"):
        family = "IPv6" if type_ == "AAAA" else "IPv4"
        addresses = cluster_addresses(spec)
        has = f"its address is {_listed(addresses)}" if addresses else f"none of its endpoints has an {family} address"
        return f"{name} has no {type_} record: {has}."
    if type_ == "SRV":
        return f"{name} has no SRV record: it names no port."
    return f"{name} exists, but holds no {type_} record."


def _left_out(question: Question, world: World, config: DnsConfig) -> list[str]:
    """Pods a headless Service selects and does not publish, with the reason."""
    place = locate(question.name, config.zones)
    request = parse(place.labels) if place is not None and not is_reverse(place.zone) else None
    if request is None or request.kind != "svc" or not request.service or request.endpoint:
        return []
    service = world.find(SERVICES, request.namespace, request.service)
    if service is None or cluster_addresses(objects.spec(service)):
        return []
    shown = {
        address
        for piece in world.slices_of(request.namespace, request.service).values()
        for endpoint in published(piece)
        for address in endpoint.get("addresses") or ()
    }
    missing = [
        pod
        for pod in world.selected(PODS, request.namespace, objects.spec(service).get("selector") or {})
        if objects.status(pod).get("podIP") not in shown
        and objects.status(pod).get("phase") not in ("Succeeded", "Failed")
    ]
    told = [f"{objects.name(pod)} is left out: {_unpublished(pod)}." for pod in missing[:SHOWN]]
    if len(missing) > SHOWN:
        told.append(f"{len(missing) - SHOWN} more are left out.")
    return told


def _unpublished(pod: Obj) -> str:
    if objects.is_terminating(pod):
        return "it is terminating"
    if not objects.status(pod).get("podIP"):
        return "it has no address yet"
    return "it is not Ready" if not objects.is_pod_ready(pod) else "its endpoint is being written"


# -- words ---------------------------------------------------------------------------------------------------


def _these(pods: Sequence[Obj], one: str, many: str) -> str:
    """ "web-0 is not Ready", "its 3 pods are not Ready"."""
    return f"{objects.name(pods[0])} {one}" if len(pods) == 1 else f"its {len(pods)} pods {many}"


def _pairs(selector: Mapping[str, Any]) -> str:
    return ",".join(f"{label}={value}" for label, value in sorted(selector.items()))


def _has(pod: Obj, selector: Mapping[str, Any]) -> bool:
    labels = objects.labels(pod)
    return all(labels.get(label) == value for label, value in selector.items())


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _namespaces(world: World) -> list[str]:
    return [key.name for key in world.bucket(NAMESPACES, "")]


def _meant(name: str, candidates: Iterable[str]) -> str:
    """ " Did you mean web?" for the nearest candidate at most two letters away, else nothing."""
    letters, best, nearest = set(name), "", 3 if len(name) > 4 else 2
    for number, candidate in enumerate(candidates):
        if number >= CONSIDERED:
            break
        if abs(len(candidate) - len(name)) < nearest and len(letters ^ set(candidate)) <= 4:
            distance = _distance(name, candidate, nearest)
            if distance < min(nearest, len(name)):
                best, nearest = candidate, distance
    return f" Did you mean {best}?" if best else ""


def _distance(one: str, other: str, enough: int) -> int:
    """Letters to insert, drop, change or swap with the next; `enough` or more is not counted further."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, wanted in enumerate(other, 1):
            steps = min(line[-1] + 1, above[column] + 1, above[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                steps = min(steps, before[column - 2] + 1)
            line.append(steps)
        if min(line) >= enough:
            return enough
        before, above = above, line
    return above[-1]
