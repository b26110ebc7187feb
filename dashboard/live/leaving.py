"""A socket that is known elsewhere, and is forgotten there however it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer


class Leaving(AsyncWebsocketConsumer):
    channel_layer_alias = "none"
    """No such layer: a channel per socket would make each of the layer's calls slower for all."""

    on_leaving: list[Callable[[], object]]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.on_leaving = []
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.leave()  # a fault, or the end of the process: nobody says goodbye then

    def leave(self) -> None:
        """Everything that knows this socket, and once."""
        while self.on_leaving:
            self.on_leaving.pop()()
