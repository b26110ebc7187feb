"""The site as an ASGI application: Django's pages, the live connection of each open picture, and the channel that
`runworker controllers` serves.
"""

from __future__ import annotations

import os
from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
pages = get_asgi_application()

from cluster.api.accounts import by_account_token  # noqa: E402
from cluster.api.app import PREFIX, KubernetesApi  # noqa: E402
from cluster.api.tokens import by_token  # noqa: E402
from cluster.containers import beside  # noqa: E402
from cluster.store import doorbell  # noqa: E402
from cluster.worker import consumer  # noqa: E402
from dashboard.apiuser import OwnSite, by_session  # noqa: E402
from dashboard.bodies import Bounded  # noqa: E402
from dashboard.lessons.consumer import LessonLive  # noqa: E402
from dashboard.live.consumer import Live  # noqa: E402  (models can be imported only once Django is set up)
from dashboard.origin import OwnOrigin  # noqa: E402

live: Any = Live.as_asgi()
lesson: Any = LessonLive.as_asgi()
sockets: Any = [
    re_path(r"^clusters/(?P<slug>[-\w]+)/live/?$", live),
    re_path(r"^lessons/(?P<slug>[-\w]+)/live/?$", lesson),
]

controllers: Any = consumer.ControllersConsumer.as_asgi(beside=beside.alone)

site = ProtocolTypeRouter(
    {
        "http": Bounded(pages),
        "websocket": OwnOrigin(AuthMiddlewareStack(URLRouter(sockets))),
        "channel": ChannelNameRouter({doorbell.CONTROLLERS: controllers}),
    }
)
api = OwnSite(KubernetesApi(by_token, by_account_token, by_session))


async def application(scope: Any, receive: Any, send: Any) -> None:
    """The API below its prefix, the site everywhere else."""
    chosen = api if scope["type"] in ("http", "websocket") and scope["path"].startswith(PREFIX) else site
    await chosen(scope, receive, send)
