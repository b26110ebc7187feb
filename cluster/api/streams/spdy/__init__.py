"""SPDY/3.1, as far as kubectl's port-forward speaks it inside a WebSocket: the server's side of many streams in one.

Pure: bytes in, events out; and what to say, as bytes. Connections and WebSockets are not known here.
"""

from __future__ import annotations

from cluster.api.streams.spdy.frames import BadFrame
from cluster.api.streams.spdy.session import Data, Ended, Event, Opened, Session

__all__ = ["BadFrame", "Data", "Ended", "Event", "Opened", "Session"]
