"""The site as an ASGI application: Django's pages, and the live connection of each open picture."""

from __future__ import annotations

import os
from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
pages = get_asgi_application()

from dashboard.bodies import Bounded  # noqa: E402
from dashboard.live.consumer import Live  # noqa: E402  (models can be imported only once Django is set up)
from dashboard.origin import OwnOrigin  # noqa: E402

live: Any = Live.as_asgi()
sockets: Any = [re_path(r"^clusters/(?P<slug>[-\w]+)/live/?$", live)]

application = ProtocolTypeRouter(
    {"http": Bounded(pages), "websocket": OwnOrigin(AuthMiddlewareStack(URLRouter(sockets)))}
)
