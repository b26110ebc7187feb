"""Question and cluster in, answer out: what CoreDNS' kubernetes plugin says about names in its zones.

Pure: the serial of the SOA record, the server's own addresses and whoever is asked about names beyond the zones
(`outside`) are arguments. Sizes, flags of the query, the order of records and bytes are not known here.
"""

from __future__ import annotations

from cluster.dns import apex, external, reverse
from cluster.dns.answer import BEYOND, REFUSED, Answer, Outside, Question, Record
from cluster.dns.lookup import Item, Lookup, family
from cluster.dns.names import Place, locate, parse
from cluster.dns.settings import DnsConfig, is_reverse
from cluster.world import World

SCHEMA_VERSION = "1.1.0"
SCHEMA_TTL = 28800
LONGEST_CHAIN = 10
"""Aliases followed inside one zone before a chain counts as a loop."""

Found = list[Record] | None
"""Records of the asked type, [] when the name has none of it (NODATA), None when there is no such name (NXDOMAIN)."""


def answer(
    question: Question,
    world: World,
    config: DnsConfig,
    own_addresses: tuple[str, ...] = (),
    *,
    serial: int = 0,
    outside: Outside | None = None,
) -> Answer:
    """The whole answer to one question. `serial`: Unix seconds of the last change that names depend on."""
    if question.type in ("AXFR", "IXFR"):
        return REFUSED
    if outside is not None and not config.forward:
        outside = None
    if question.class_ != "IN" and outside is None:
        return REFUSED
    if config.external is not None:
        place = locate(question.name, config.external.zones)
        if place is not None:
            return external.answer(question, place, Lookup(world, config), config.external, own_addresses, serial)
    place = locate(question.name, config.zones)
    if place is None:
        return _beyond(question, config, outside)
    lookup = Lookup(world, config)
    soa = apex.soa(place, config.ttl, serial)
    if question.type == "SOA":
        return Answer("NOERROR", answer=(soa,)) if not place.labels else Answer("NOERROR", authority=(soa,))
    asked = _Asked(question, place, lookup, own_addresses, serial, outside)
    found = asked.records()
    rests_on = frozenset(lookup.rests_on)
    if found is None:
        if outside is not None and _falls_through(place, config):
            return _beyond(question, config, outside)
        return Answer("NXDOMAIN", authority=(soa,), rests_on=rests_on)
    if not found:
        return Answer("NOERROR", authority=(soa,), rests_on=rests_on)
    return Answer("NOERROR", answer=tuple(found), additional=tuple(asked.glue), tc=asked.cut, rests_on=rests_on)


def _beyond(question: Question, config: DnsConfig, outside: Outside | None) -> Answer:
    if outside is None or locate(question.name, config.forward) is None:
        return REFUSED
    return outside(question)._replace(rests_on=frozenset({BEYOND}))


def _falls_through(place: Place, config: DnsConfig) -> bool:
    return locate(".".join((*place.labels, place.zone)), config.fallthrough) is not None


class _Asked:
    """One question inside one zone, with the glue that gathers while it is answered."""

    def __init__(
        self,
        question: Question,
        place: Place,
        lookup: Lookup,
        own_addresses: tuple[str, ...],
        serial: int,
        outside: Outside | None,
    ) -> None:
        self.question = question
        self.place = place
        self.lookup = lookup
        self.own_addresses = own_addresses
        self.serial = serial
        self.outside = outside
        self.ttl = lookup.config.ttl
        self.glue: list[Record] = []
        self.cut = False

    def records(self) -> Found:
        """By type; every type not named here is one that nothing has."""
        type_ = self.question.type
        if self.place.labels == ("ns", "dns") and self.place.spelled == self.place.zone:
            return self._own_name()
        if type_ == "TXT":
            return self._text()
        if type_ == "NS" and not self.place.labels:
            return self._name_servers()
        if type_ == "PTR" and is_reverse(self.place.zone) and self.place.labels:
            return self._pointers()
        items = self._items(self.place)
        if items is None:
            return None
        if type_ in ("A", "AAAA"):
            return self._addresses(self.question.name, items, type_, ())
        if type_ == "SRV":
            return self._locations(items)
        if type_ == "CNAME":
            aliases = [item.host for item in items if item.alias]
            return [Record(self.question.name, self.ttl, "CNAME", host) for host in aliases[:1]]
        return []

    def _items(self, place: Place) -> list[Item] | None:
        config = self.lookup.config
        imported = place.zone in config.multicluster
        request = parse(place.labels, imported=imported, zonal=config.zonal)
        if request is None:
            return None
        if request.kind and is_reverse(place.zone):
            return None
        return self.lookup.items(request, imported=imported)

    # -- addresses and aliases -----------------------------------------------------------------------------

    def _addresses(self, owner: str, items: list[Item], type_: str, chain: tuple[str, ...]) -> list[Record]:
        """Each address once; an alias with what it leads to, or nothing when it leads nowhere inside the zone."""
        found: dict[str, Record] = {}
        for item in items:
            if item.alias:
                for record in self._followed(owner, item.host, type_, chain):
                    found.setdefault(str(record), record)
            elif item.host and family(item.host) == type_ and item.host not in found:
                found[item.host] = Record(owner, self.ttl, type_, item.host)
        return list(found.values())

    def _followed(self, owner: str, host: str, type_: str, chain: tuple[str, ...]) -> list[Record]:
        alias = Record(owner, self.ttl, "CNAME", host)
        place = locate(host, (self.place.zone,))
        if place is None:
            return [alias, *self._elsewhere(host, type_)]
        seen = (*chain, owner.lower())
        if host.lower() in seen or len(seen) > LONGEST_CHAIN:
            return []
        items = self._items(place)
        further = self._addresses(host, items, type_, seen) if items else []
        return [alias, *further] if further else []

    def _elsewhere(self, host: str, type_: str) -> tuple[Record, ...]:
        """The server asks itself, so another of its zones answers, or whoever it forwards to."""
        question = Question(host, type_)
        config = self.lookup.config
        found = answer(
            question, self.lookup.world, config, self.own_addresses, serial=self.serial, outside=self.outside
        )
        self.lookup.rests_on |= found.rests_on
        self.cut = self.cut or found.tc
        return found.answer

    # -- the other types -----------------------------------------------------------------------------------

    def _locations(self, items: list[Item]) -> list[Record]:
        """SRV: equal weights that sum to about 100, each target and port once, all addresses as glue."""
        weight = max(1, 100 // len(items)) if items else 0
        located: dict[str, Record] = {}
        glue: dict[tuple[str, str], Record] = {}
        for item in items:
            if item.alias or item.port is None:
                continue
            target = f"{item.target}.{self.place.spelled}"
            data = f"0 {weight} {item.port} {target}"
            located.setdefault(data, Record(self.question.name, self.ttl, "SRV", data))
            glue.setdefault((target, item.host), Record(target, self.ttl, family(item.host), item.host))
        self.glue = list(glue.values())
        return list(located.values())

    def _text(self) -> Found:
        if self.place.labels == ("dns-version",) and not is_reverse(self.place.zone):
            return [Record(self.question.name, SCHEMA_TTL, "TXT", f'"{SCHEMA_VERSION}"')]
        return [] if self._items(self.place) else None

    def _pointers(self) -> Found:
        names = reverse.names(self.question.name, self.lookup)
        domain = self.lookup.config.domain
        return [Record(self.question.name, self.ttl, "PTR", f"{name}.{domain}") for name in names] or None

    def _name_servers(self) -> list[Record]:
        if self.place.spelled != self.place.zone:
            return []  # CoreDNS compares the apex by its letters here
        servers = apex.name_servers(self.place, self.lookup, self.own_addresses)
        self.glue = [Record(name, self.ttl, family(address), address) for name, address in servers]
        names = dict.fromkeys(name for name, _ in servers)
        return [Record(self.question.name, self.ttl, "NS", name) for name in names]

    def _own_name(self) -> Found:
        """ns.dns under the zone: the server's own addresses."""
        type_ = self.question.type
        if type_ in ("TXT", "PTR"):
            return None
        addresses = {address: None for _, address in apex.name_servers(self.place, self.lookup, self.own_addresses)}
        return [Record(self.question.name, self.ttl, type_, each) for each in addresses if family(each) == type_]
