"""Why a name answers as it does, in words for a person. Pure; looks at the cluster only after the answer is known.

Every sentence names the cause, not the rule: no pod has the label, the pod is not Ready, no such Service.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cluster.dns import hidden, missing
from cluster.dns.answer import BEYOND, Answer, Question
from cluster.dns.lookup import cluster_addresses, published
from cluster.dns.misspelling import meant
from cluster.dns.names import (
    ZONAL_LABEL,
    Place,
    Request,
    locate,
    of_the_internet,
    parse,
    reversed_address,
    undashed,
)
from cluster.dns.settings import DnsConfig, is_reverse
from cluster.machinery import objects
from cluster.machinery.objects import NAMESPACES, PODS, SERVICES, Obj
from cluster.world import World

SHOWN = 3
"""Pods named one by one before the rest becomes a number."""


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
    # A dotted name that fits nowhere may have been meant in any of these ways; one of the Internet not as a Service.
    if of_the_internet(asked[-1][0].name):
        told = [each for each in told if each.rank == _OUTSIDE] or told
    # Of a name that is none wherever it is looked for, what was typed is told of.
    formed = [each for each in told if each.rank != _NO_FORM] or told[-1:]
    return list(dict.fromkeys(each.text for each in formed))


def why(question: Question, answer: Answer, world: World, config: DnsConfig) -> Why:
    """Why one question got no record."""
    place = locate(question.name, config.zones)
    if answer.kept is not None:
        return Why(_FOUND if place is not None else _OUTSIDE, _remembered(question, answer))
    if answer.rcode == "REFUSED" and question.type in ("AXFR", "IXFR"):
        return Why(_FOUND, "Refused: nobody may copy the whole zone.")
    if config.external is not None and locate(question.name, config.external.zones) is not None:
        return Why(_FOUND, _not_external(question, answer))
    if place is not None and answer.rcode != "REFUSED":
        if question.type == "SOA":
            return Why(_PLACE, f"{_bare(question)} is no zone: the SOA record is {_bare(place.zone)}'s.")
        if is_reverse(place.zone):
            return _nobody_at(question, config)
    if place is None or BEYOND in answer.rests_on:
        return Why(_OUTSIDE, _outside(question, answer, config))
    if answer.rcode == "REFUSED":
        return Why(_FOUND, f"Refused: names have class IN here, not {question.class_}.")
    if place.zone in config.multicluster:
        return Why(_FOUND, f"{_bare(question)}: no ServiceImport gives this name a record of type {question.type}.")
    return _why_in_zone(question, place, answer, world, config)


def _why_in_zone(question: Question, place: Place, answer: Answer, world: World, config: DnsConfig) -> Why:
    request = parse(place.labels, zonal=config.zonal)
    if request is None:
        return Why(_NO_FORM, _no_form(question, place, config))
    if not request.namespace:
        if answer.rcode == "NXDOMAIN":
            return Why(_PLACE, f"{_bare(question)} holds nothing: of type {question.type} CoreDNS then says NXDOMAIN.")
        return Why(_PLACE, f"{_bare(question)} exists, but holds no {question.type} record.")
    if world.find(NAMESPACES, "", request.namespace) is None:
        return Why(_NO_NAMESPACE, f"No namespace {request.namespace}.{meant(request.namespace, _namespaces(world))}")
    if kept_out := hidden.namespace(request.namespace, world, config):
        return Why(_FOUND, kept_out)
    if request.kind == "pod":
        return _no_pod_address(question, request, answer, config)
    if not request.service:
        return Why(_PLACE, f"{request.namespace} is a namespace: only Services in it have records.")
    service = world.find(SERVICES, request.namespace, request.service)
    if service is None:
        return _no_service(request, world)
    if kept_out := hidden.service(request, world, config):
        return Why(_FOUND, kept_out)
    if request.topology:
        return Why(_FOUND, missing.not_in_topology(request, service))
    if answer.rcode == "NOERROR":
        return Why(_FOUND, _not_of_this_type(question, request, service, world))
    if request.endpoint:
        return Why(_FOUND, missing.no_endpoint(request, service, world, config))
    if (request.port or request.protocol) and not missing.declares(request, service):
        return Why(_FOUND, missing.no_port(request, service))
    return Why(_FOUND, missing.empty(request, service, world))


def _no_form(question: Question, place: Place, config: DnsConfig) -> str:
    """Labels that no name in a cluster has."""
    zone = _bare(place.zone)
    if place.labels == ("ns", "dns"):
        return f"{_bare(question)} is the DNS server, which has no {question.type} record of that spelling here."
    if place.labels[-1] not in ("svc", "pod"):
        hint = meant(place.labels[-1], ("svc", "pod"))
        return f"{_bare(question)} is no name of a cluster: svc or pod stands before {zone}.{hint}"
    if config.zonal and ZONAL_LABEL in place.labels:
        return f"{_bare(question)} is no name of a zone: pin or prefer stands before {ZONAL_LABEL}."
    if place.labels[-1] == "pod":
        return f"{_bare(question)} has too many labels: before a namespace stands a dashed address, as 10-244-0-7 is."
    return f"{_bare(question)} has too many labels: before a Service stands an endpoint, or _port._protocol."


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
    name, domain = question.name.rstrip(".") or "The root of all names", _bare(config.domain)
    if BEYOND in answer.rests_on and answer.rcode == "REFUSED":
        return f"{name} lies outside {domain}: whoever the operator lets it ask has not answered yet."
    if BEYOND in answer.rests_on:
        said = answer.rcode if answer.rcode != "NOERROR" else f"that it has no {question.type} record"
        return f"{name} lies outside {domain}: whoever the operator lets it ask says {said}."
    if locate(question.name, config.forward) is None:
        return f"{name} lies outside {domain}, and the Corefile does not forward it."
    hint = meant(".".join(name.split(".")[-len(domain.split(".")) :]), (domain,))
    return f"{name} lies outside {domain}, and this cluster asks nobody outside.{hint}"


def _not_external(question: Question, answer: Answer) -> str:
    if answer.rcode == "NXDOMAIN":
        return f"{_bare(question)}: no Service of that name has an address that is reached from outside."
    return f"{_bare(question)} exists, but holds no {question.type} record."


# -- nothing there -------------------------------------------------------------------------------------------


def _nobody_at(question: Question, config: DnsConfig) -> Why:
    address = reversed_address(question.name)
    if not address:
        return Why(_NO_FORM, f"{_bare(question)} is not the reverse of a whole address.")
    shown = " that the Corefile lets it see" if config.namespaces or config.labels.requirements else ""
    if config.noendpoints:
        return Why(_FOUND, f"No Service{shown} has the address {address}, and noendpoints stands in the Corefile.")
    return Why(_FOUND, f"No Service and no published endpoint{shown} has the address {address}.")


def _no_pod_address(question: Question, request: Request, answer: Answer, config: DnsConfig) -> Why:
    if not request.service and config.pods != "disabled":
        return Why(_PLACE, f"{request.namespace} is a namespace: only dashed addresses under it have records.")
    if answer.rcode == "NOERROR":
        family = "IPv6" if ":" in undashed(request.service) else "IPv4"
        return Why(_FOUND, f"{request.service} stands for an {family} address: it has no {question.type} record.")
    return Why(_NO_FORM if config.pods == "disabled" else _FOUND, hidden.pod(request, config))


def _no_service(request: Request, world: World) -> Why:
    pod = world.find(PODS, request.namespace, request.service)
    if pod is not None:
        return Why(_ALMOST, _pod_alone(pod))
    names = [key.name for key in world.bucket(SERVICES, request.namespace)]
    hint = meant(request.service, names)
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


# -- something there, but not this ---------------------------------------------------------------------------


def _not_of_this_type(question: Question, request: Request, service: Obj, world: World) -> str:
    name, spec, type_ = request.service, objects.spec(service), question.type
    if spec.get("type") == "ExternalName":
        if type_ in ("A", "AAAA"):
            return f"{name} leads to {spec.get('externalName')}, {_dead_end(request, spec, type_, world)}."
        return f"{name} is an alias to {spec.get('externalName')}: it has a CNAME record and no {type_}."
    if type_ in ("A", "AAAA"):
        family = "IPv6" if type_ == "AAAA" else "IPv4"
        if request.endpoint:
            return f"{request.endpoint} of {name} has no {type_} record: it has no {family} address."
        addresses = cluster_addresses(spec)
        has = (
            f"its address is {missing.listed(addresses)}"
            if addresses
            else f"none of its endpoints has an {family} address"
        )
        return f"{name} has no {type_} record: {has}."
    if type_ == "SRV":
        return f"{name} has no SRV record: it names no port."
    return f"{name} exists, but holds no {type_} record."


def _dead_end(request: Request, spec: Mapping[str, Any], type_: str, world: World) -> str:
    """Where an alias inside the cluster ends: in a circle, or at a name without such a record."""
    passed = {f"{request.service}.{request.namespace}"}
    while True:
        labels = str(spec.get("externalName") or "").lower().rstrip(".").split(".")
        service = world.find(SERVICES, labels[1], labels[0]) if len(labels) > 2 and labels[2] == "svc" else None
        spec = objects.spec(service) if service is not None else {}
        if spec.get("type") != "ExternalName":
            return f"which has no {type_} record here"
        if f"{labels[0]}.{labels[1]}" in passed:
            return "and from there in a circle"
        passed.add(f"{labels[0]}.{labels[1]}")


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


def _bare(name: Question | str) -> str:
    """Without the dot at the end; the root is one."""
    return (name if isinstance(name, str) else name.name).rstrip(".") or "."


def _namespaces(world: World) -> list[str]:
    return [key.name for key in world.bucket(NAMESPACES, "")]
