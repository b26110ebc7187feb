"""One call's connections: from an address through the proxy's rules to whoever is there. Looks each thing up once.

Holds dice, time and the proxy's memory of clients for the length of a call; `affinity` is what is left of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from cluster.config import ClusterConfig
from cluster.machinery.objects import NODES, Key, key, spec
from cluster.network import addresses, proxy
from cluster.network.proxy import Affinity, Caught, Chosen, Client
from cluster.requests.arriving import LOOPBACK, Arrival, Outcome, arrive, at_node, at_pods
from cluster.world import World

_FIRST_PORT, _PORTS = 32_768, 28_232


class Landing(NamedTuple):
    """Where one connection came to."""

    arrival: Arrival
    caught: Caught | None = None
    chosen: Chosen | None = None
    hairpin: bool = False
    """The client is the pod that was chosen."""


def port(pick: Callable[[int], int]) -> int:
    """One a client's system takes for a connection of its own."""
    return _FIRST_PORT + pick(_PORTS)


class Connections:
    def __init__(
        self,
        world: World,
        config: ClusterConfig,
        client: Client,
        itself: Key | None,
        pick: Callable[[int], int],
        now: float,
        affinity: Affinity,
    ) -> None:
        self.world, self.config, self.client, self.itself = world, config, client, itself
        self.pick, self.now, self.affinity = pick, now, affinity
        self._caught: dict[tuple[str, int, str], tuple[Caught, ...]] = {}
        self._arrived: dict[tuple[str, int, str], Arrival] = {}
        self._stays: dict[tuple[str, str], Chosen] = {}

    def catching(self, address: str, port: int, transport: str) -> tuple[Caught, ...]:
        """The rules such a connection meets."""
        asked = (address, port, transport)
        if asked not in self._caught:
            self._caught[asked] = proxy.catch(self.world, self.client, address, port, transport)
        return self._caught[asked]

    def land(self, address: str, port: int, transport: str) -> Landing:
        """Open one connection."""
        if address in LOOPBACK:
            return Landing(self._at_itself(port, transport))
        rules = self.catching(address, port, transport)
        if not rules:
            return Landing(self._arrive(address, port, transport))
        caught = rules[self.pick(len(rules))] if len(rules) > 1 else rules[0]
        if caught.rule.target != "endpoints":
            outcome: Outcome = "refused" if caught.rule.target == "REJECT" else "timeout"
            return Landing(Arrival(outcome, caught.rule.why, address, port), caught)
        chosen = self._choose(caught)
        endpoint = chosen.endpoint
        arrival = self._arrive(endpoint.address, endpoint.port, transport, inside=True)
        return Landing(arrival, caught, chosen, arrival.pod is not None and arrival.pod == self.itself)

    def _choose(self, caught: Caught) -> Chosen:
        place = (caught.node, caught.rules.name)
        if caught.rules.affinity and place in self._stays:
            return self._stays[place]  # all of a call happens at one moment: who was here stays
        chosen = proxy.choose(caught, self.client, self.pick, self.affinity, self.now)
        self.affinity = chosen.affinity
        if caught.rules.affinity:
            self._stays[place] = chosen._replace(kept=True)
        return chosen

    def _arrive(self, address: str, port: int, transport: str, *, inside: bool = False) -> Arrival:
        """`inside`: a node forwards it, whoever sent it."""
        asked = (address, port, transport)
        if asked not in self._arrived:
            client = self.client._replace(node=self.client.node or "a node") if inside else self.client
            self._arrived[asked] = arrive(self.world, self.config, client, address, port, transport, self.now)
        return self._arrived[asked]

    def _at_itself(self, port: int, transport: str) -> Arrival:
        if self.itself is None:
            return Arrival("refused", "Nothing listens on the machine outside that asks.", LOOPBACK[0], port)
        given = spec(self.world.get(self.itself) or {})
        node = key(NODES, "", str(given.get("nodeName") or ""))
        if given.get("hostNetwork") and self.world.get(node) is not None:
            return at_node(self.world, node, LOOPBACK[0], port, transport, self.now)
        return at_pods(self.world, (self.itself,), LOOPBACK[0], port, transport, self.now)

    def sender(self, landing: Landing) -> str:
        """Whom the server sees: the node, where its rules had to put their own address in, else the client."""
        caught = landing.caught
        if landing.arrival.address in LOOPBACK:
            return landing.arrival.address
        if caught is None:
            return self.client.address
        outer = caught.rule.door != "cluster IP" and caught.rules.masquerade
        return (self.node_address(caught.node) if outer or landing.hairpin else "") or self.client.address

    def node_address(self, node: str) -> str:
        found = self.world.find(NODES, "", node)
        return (addresses.node_addresses(found) or [""])[0] if found else ""
