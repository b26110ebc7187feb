"""What a process does for containers' own programs, whoever serves and whoever decides: it carries out those that have
to be, keeps what they print and runs their probes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cluster import logs
from cluster.containers import attending, performing
from cluster.containers.attending import Attending
from cluster.containers.carrying import carry_out
from cluster.containers.performing import Performances
from cluster.containers.probing import Probing
from cluster.watch import Hub

Part = tuple[str, Callable[[], Awaitable[None]]]
"""(name, what runs until it is cancelled)."""


def parts(hub: Hub, *, spoken_to: bool = True) -> list[Part]:
    """From now on this process' own. `spoken_to`: people come here, so what is spoken to lives here too."""
    attended, performed = Attending(hub, carry_out, spoken_to=spoken_to), Performances()
    attending.use(attended)
    performing.use(performed)
    rooms: list[Part] = [("logs", logs.run), ("attending", attended.run), ("performing", performed.run)]
    return [*rooms, ("probing", Probing(hub).run)]


def alone(hub: Hub) -> list[Part]:
    """Of a process that has controllers and nobody who comes (`runworker controllers`)."""
    return parts(hub, spoken_to=False)


def end() -> None:
    """Nothing is carried out here any more."""
    attending.use(None)
    performing.use(None)
