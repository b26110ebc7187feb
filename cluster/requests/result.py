"""What a client has at the end of a request. Pure."""

from __future__ import annotations

from typing import Literal, NamedTuple

from cluster.nodes.accesslog import Line
from cluster.nodes.messages import Response

Code = Literal["answered", "connected", "heard", "refused", "timeout", "no-name", "no-http", "no-tls"]

GOOD = frozenset({"answered", "connected", "heard"})


class Result(NamedTuple):
    code: Code
    text: str
    """For a person."""
    says: str = ""
    """What the client prints of it, where it failed."""
    response: Response | None = None
    lines: tuple[Line, ...] = ()
    """What the server writes into its log about it."""
