"""placeholder"""

from __future__ import annotations

from channels.generic.websocket import AsyncWebsocketConsumer


class Live(AsyncWebsocketConsumer):
    channel_layer_alias = "none"
