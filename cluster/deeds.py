"""What somebody asked or sent in a cluster: it changes nothing there, so no log tells of it. Values, and who listens.

The pages, the shell and the API's streams tell; where nobody listens that costs nothing. Belongs to the event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Literal, NamedTuple


class Deed(NamedTuple):
    """A DNS question, a request by name, or a connection to an address."""

    kind: Literal["question", "request", "connection"]
    by: str
    """namespace/pod; "namespace/" for any pod of it, "" for somebody outside."""
    what: str
    """The absolute name that was asked, the URL, or address:port."""
    type: str = ""
    """Of a question: A, SRV."""
    outcome: str = ""
    """The rcode, or what became of the request."""
    addresses: tuple[str, ...] = ()
    """Those in the answer; of requests, who answered."""
    times: int = 1
    at: float = 0.0
    """Cluster time."""


Make = Callable[[], Iterable[Deed]]
Listener = Callable[[str, Make], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> Callable[[], None]:
    """Call `listener(cluster, make)` for what is told from now on; returns the way to stop."""
    _listeners.append(listener)
    return partial(_listeners.remove, listener)


def tell(cluster: str, make: Make) -> None:
    """Say that something was done in the cluster of that name. `make` is called only by who wants to know."""
    for listener in tuple(_listeners):
        listener(cluster, make)
