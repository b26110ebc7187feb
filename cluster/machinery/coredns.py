"""How a CoreDNS server is set, as values: what a Corefile says of the plugins that a cluster's DNS imitates.

A Corefile with anything that would not be followed is refused with a sentence, so what stands in the cluster is what
its DNS does. Plugins without effect on an answer (errors, health, prometheus …) are read over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Literal, NamedTuple

from cluster.machinery.corefile import CorefileError, Directive
from cluster.machinery.corefile import read as grammar
from cluster.machinery.selectors import EVERYTHING, Selector, SelectorError, parse

PodsMode = Literal["disabled", "insecure", "verified"]

REVERSE_ZONES = ("in-addr.arpa.", "ip6.arpa.")
LONGEST_TTL = 3600
SILENT = frozenset({"errors", "log", "debug", "health", "ready", "prometheus", "pprof", "loop", "reload", "trace"})
"""Plugins that change no answer."""
_FORWARD_OPTIONS = frozenset(
    {"max_concurrent", "policy", "expire", "health_check", "max_fails", "prefer_udp", "force_tcp", "next", "failover"}
    | {"tls", "tls_servername", "max_idle_conns"}
)
_ZONE = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*")


class Keeping(NamedTuple):
    """One half of the cache plugin: how long answers of a sort are kept, in seconds of the cluster's time."""

    most: int
    least: int = 5
    capacity: int = 9984
    excepted: tuple[str, ...] = ()
    """Zones whose names are never kept."""


class CacheRule(NamedTuple):
    """The cache plugin. A TTL beyond `most` is cut to it; one below `least` is raised."""

    success: Keeping = Keeping(3600)
    denial: Keeping = Keeping(1800)
    failure: int = 5
    zones: tuple[str, ...] = (".",)


class ExternalZones(NamedTuple):
    """The k8s_external plugin: SERVICE.NAMESPACE.ZONE for addresses that are reached from outside."""

    zones: tuple[str, ...]
    ttl: int = 5
    apex: str = "dns"
    headless: bool = False


class DnsConfig(NamedTuple):
    """Zones in lower case with their final dot. The defaults are the kubernetes plugin's own."""

    zones: tuple[str, ...] = ("cluster.local.",)
    """The first one that is no reverse zone is the cluster's domain: PTR records name it."""
    ttl: int = 5
    pods: PodsMode = "disabled"
    fallthrough: tuple[str, ...] = ()
    """Zones in which a name that does not exist is asked outside."""
    loadbalance: bool = False
    """Addresses change their order from reply to reply."""
    namespaces: frozenset[str] = frozenset()
    """Only these namespaces exist; empty: all do."""
    labels: Selector = EVERYTHING
    """Only Services, slices and pods with these labels exist."""
    namespace_labels: Selector = EVERYTHING
    """Only namespaces with these labels have names (reverse look-ups still answer)."""
    endpoint_pod_names: bool = False
    noendpoints: bool = False
    ignore_empty_service: bool = False
    multicluster: tuple[str, ...] = ()
    """Those of `zones` that hold what several clusters share."""
    zonal: bool = False
    """Headless Services have names for each topology zone."""
    external: ExternalZones | None = None
    cache: CacheRule | None = None
    forward: tuple[str, ...] = (".",)
    """Zones whose names may be asked outside, if the operator has named somebody to ask."""
    bind: tuple[str, ...] = ()
    """Addresses the server counts as its own; none: where the cluster runs it."""
    logs: bool = False
    """It writes a line of every query."""

    @property
    def domain(self) -> str:
        """The zone that PTR records and pods' search lists use."""
        return next((zone for zone in self.zones if not is_reverse(zone)), self.zones[0])


def is_reverse(zone: str) -> bool:
    """The zone holds addresses turned round."""
    return zone.endswith((".in-addr.arpa.", ".ip6.arpa.")) or zone in REVERSE_ZONES


def read(text: str) -> DnsConfig:
    """What a Corefile sets. CorefileError, with a sentence, where it cannot be followed."""
    blocks = grammar(text)
    if not blocks:
        raise CorefileError(1, text.strip()[:20], "A Corefile has a server block, such as `.:53 { … }`.")
    if len(blocks) > 1:
        raise blocks[1].error("One server block is followed, and this is the second.")
    server = blocks[0]
    for address in (server.name, *server.arguments):
        if address.rstrip(",") not in (".", ".:53", "dns://.", "dns://.:53"):
            raise server.error(f"The server block is for all names on port 53, `.:53`, not for {address}.")
    config = DnsConfig(forward=())
    seen: set[str] = set()
    for plugin in server.block:
        follow = _PLUGINS.get(plugin.name)
        if follow is None and plugin.name not in SILENT:
            followed = ", ".join(sorted({*_PLUGINS, *SILENT}))
            raise plugin.error(f"The plugin {plugin.name} is not imitated here. These are: {followed}.")
        if plugin.name in seen:
            raise plugin.error(f"{plugin.name} stands twice in one server block.")
        seen.add(plugin.name)
        if follow is not None:
            config = follow(config, plugin)
    if "kubernetes" not in seen:
        raise server.error("Without the plugin kubernetes the cluster's names would not exist.")
    return config._replace(logs="log" in seen)


# -- plugins -------------------------------------------------------------------------------------------------


def _kubernetes(config: DnsConfig, plugin: Directive) -> DnsConfig:
    config = config._replace(zones=_zones(plugin, plugin.arguments) or (".",))
    for option in plugin.block:
        follow = _KUBERNETES.get(option.name)
        if follow is None:
            raise option.error(f"kubernetes has no option {option.name} here. It has {', '.join(sorted(_KUBERNETES))}.")
        config = follow(config, option)
    if all(is_reverse(zone) for zone in config.zones):
        raise plugin.error("kubernetes needs a zone that is no reverse zone.")
    if config.namespaces and config.namespace_labels != EVERYTHING:
        raise plugin.error("namespaces and namespace_labels cannot both stand here.")
    for zone in config.multicluster:
        if zone not in config.zones:
            raise plugin.error(f"multicluster names {zone}, which is none of the plugin's zones.")
    return config


def _pods(config: DnsConfig, option: Directive) -> DnsConfig:
    mode = _one(option)
    modes: dict[str, PodsMode] = {"disabled": "disabled", "insecure": "insecure", "verified": "verified"}
    if mode not in modes:
        raise option.error(f"pods is disabled, insecure or verified, not {mode}.")
    return config._replace(pods=modes[mode])


def _fallthrough(config: DnsConfig, option: Directive) -> DnsConfig:
    return config._replace(fallthrough=_zones(option, option.arguments) or (".",))


def _ignore(config: DnsConfig, option: Directive) -> DnsConfig:
    if _one(option) != "empty_service":
        raise option.error("ignore has one value, empty_service.")
    return config._replace(ignore_empty_service=True)


def _namespaces(config: DnsConfig, option: Directive) -> DnsConfig:
    if not option.arguments:
        raise option.error("namespaces needs at least one.")
    return config._replace(namespaces=frozenset(option.arguments))


def _multicluster(config: DnsConfig, option: Directive) -> DnsConfig:
    return config._replace(multicluster=_zones(option, option.arguments))


def _as_is(config: DnsConfig, option: Directive) -> DnsConfig:
    """Options about how the real plugin reaches its API server."""
    return config


_KUBERNETES: dict[str, Callable[[DnsConfig, Directive], DnsConfig]] = {
    "pods": _pods,
    "fallthrough": _fallthrough,
    "ttl": lambda config, option: config._replace(ttl=_number(option, _one(option), 0, LONGEST_TTL)),
    "ignore": _ignore,
    "namespaces": _namespaces,
    "labels": lambda config, option: config._replace(labels=_selector(option)),
    "namespace_labels": lambda config, option: config._replace(namespace_labels=_selector(option)),
    "multicluster": _multicluster,
    "endpoint_pod_names": lambda config, option: _alone(option, config._replace(endpoint_pod_names=True)),
    "noendpoints": lambda config, option: _alone(option, config._replace(noendpoints=True)),
    "zonal": lambda config, option: _alone(option, config._replace(zonal=True)),
    "endpoint": _as_is,
    "tls": _as_is,
    "kubeconfig": _as_is,
    "apiserver_qps": _as_is,
    "apiserver_burst": _as_is,
    "apiserver_max_inflight": _as_is,
    "startup_timeout": _as_is,
}


def _k8s_external(config: DnsConfig, plugin: Directive) -> DnsConfig:
    zones = _zones(plugin, plugin.arguments)
    if not zones or any(is_reverse(zone) for zone in zones):
        raise plugin.error("k8s_external needs a zone of its own that is no reverse zone.")
    made = ExternalZones(zones)
    for option in plugin.block:
        match option.name:
            case "ttl":
                made = made._replace(ttl=_number(option, _one(option), 0, LONGEST_TTL))
            case "apex":
                made = made._replace(apex=_zones(option, (_one(option),))[0].rstrip("."))
            case "headless":
                _alone(option, config)
                made = made._replace(headless=True)
            case _:
                raise option.error(f"k8s_external has no option {option.name} here. It has apex, headless, ttl.")
    return config._replace(external=made)


def _cache(config: DnsConfig, plugin: Directive) -> DnsConfig:
    rule, arguments = CacheRule(), plugin.arguments
    if arguments and arguments[0].isdecimal():
        most = _number(plugin, arguments[0], 1, 86400)
        rule = rule._replace(success=Keeping(most), denial=Keeping(most))
        arguments = arguments[1:]
    rule = rule._replace(zones=_zones(plugin, arguments) or (".",))
    for option in plugin.block:
        match option.name:
            case "success":
                rule = rule._replace(success=_keeping(option, rule.success))
            case "denial":
                rule = rule._replace(denial=_keeping(option, rule.denial))
            case "servfail":
                rule = rule._replace(failure=_number(option, _one(option).removesuffix("s"), 0, 300))
            case "disable":
                rule = _disabled(rule, option)
            case _:
                raise option.error(
                    f"cache has no option {option.name} here. It has denial, disable, servfail, success."
                )
    return config._replace(cache=rule)


def _keeping(option: Directive, before: Keeping) -> Keeping:
    """CAPACITY [TTL [MINTTL]]"""
    numbers = [_number(option, word, 0, 10_000_000) for word in option.arguments]
    if not 1 <= len(numbers) <= 3:
        raise option.error(f"{option.name} takes a capacity, then a TTL, then the least TTL.")
    capacity, most, least = (*numbers, *(before.most, before.least)[len(numbers) - 1 :])
    return before._replace(capacity=max(1, capacity), most=most, least=least)


def _disabled(rule: CacheRule, option: Directive) -> CacheRule:
    """success|denial [ZONES…]"""
    which, *zones = option.arguments or ("",)
    excepted = _zones(option, zones) or (".",)
    if which == "success":
        return rule._replace(success=rule.success._replace(excepted=excepted))
    if which == "denial":
        return rule._replace(denial=rule.denial._replace(excepted=excepted))
    raise option.error("disable is followed by success or denial.")


def _forward(config: DnsConfig, plugin: Directive) -> DnsConfig:
    """FROM TO…: only FROM counts. Who is asked is the operator's to say, never a user's."""
    if len(plugin.arguments) < 2:
        raise plugin.error("forward names a zone and then whom to ask, as in `forward . /etc/resolv.conf`.")
    for option in plugin.block:
        if option.name not in _FORWARD_OPTIONS:
            raise option.error(
                f"forward has no option {option.name} here. It has {', '.join(sorted(_FORWARD_OPTIONS))}."
            )
    return config._replace(forward=_zones(plugin, plugin.arguments[:1]))


def _loadbalance(config: DnsConfig, plugin: Directive) -> DnsConfig:
    if plugin.arguments not in ((), ("round_robin",)) or plugin.block:
        raise plugin.error("loadbalance has one policy here, round_robin.")
    return config._replace(loadbalance=True)


def _bind(config: DnsConfig, plugin: Directive) -> DnsConfig:
    for word in plugin.arguments:
        try:
            ip_address(word)
        except ValueError:
            raise plugin.error(f"bind names addresses; {word} is none.") from None
    return config._replace(bind=plugin.arguments)


_PLUGINS: dict[str, Callable[[DnsConfig, Directive], DnsConfig]] = {
    "kubernetes": _kubernetes,
    "k8s_external": _k8s_external,
    "cache": _cache,
    "forward": _forward,
    "loadbalance": _loadbalance,
    "bind": _bind,
}


# -- arguments -----------------------------------------------------------------------------------------------


def _one(option: Directive) -> str:
    if len(option.arguments) != 1:
        raise option.error(f"{option.name} takes one value.")
    return option.arguments[0]


def _alone(option: Directive, config: DnsConfig) -> DnsConfig:
    if option.arguments or option.block:
        raise option.error(f"{option.name} stands alone.")
    return config


def _number(option: Directive, word: str, least: int, most: int) -> int:
    if not (word.isascii() and word.isdecimal() and len(word) < 10 and least <= int(word) <= most):
        raise option.error(f"{option.name}: {word} is no number from {least} to {most}.")
    return int(word)


def _zones(option: Directive, words: Iterable[str]) -> tuple[str, ...]:
    """Zones in lower case with their final dot. A network such as 10.0.0.0/8 is no zone here."""
    zones = []
    for word in words:
        name = word.rstrip(".")
        if word != "." and (not _ZONE.fullmatch(name) or len(name) > 253):
            raise option.error(f"{word} is no name of a zone.")
        zones.append(f"{name.lower()}.")
    return tuple(zones)


def _selector(option: Directive) -> Selector:
    """A label selector as kubectl takes it: "app=web,tier in (a, b),!old"."""
    try:
        return parse(" ".join(option.arguments))
    except SelectorError as error:
        raise option.error(f"{option.name}: {error}.") from None
