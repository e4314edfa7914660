"""Which socket addresses there are, and what stands before them: Origin first, then session."""

from collections.abc import Sequence
from typing import Any

from channels.routing import URLRouter
from channels.security.websocket import WebsocketDenier
from channels.sessions import CookieMiddleware
from django.urls import path, re_path

from transactions.live.consumer import PanelConsumer
from transactions.live.handshake import OriginGuard


def websocket_application(others: Sequence[Any] = ()) -> Any:
    """Return the ASGI application of all sockets: the panel's and `others`, one guard for all."""
    # Any: Django's stubs know only views, and Channels routes ASGI applications.
    panels: Any = CookieMiddleware(PanelConsumer.as_asgi())
    nothing_here: Any = WebsocketDenier.as_asgi()
    routes: Any = [path("ws/panel/", panels), *others, re_path("", nothing_here)]
    return OriginGuard(URLRouter(routes))
