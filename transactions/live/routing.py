"""Which socket addresses there are, and what stands before them: Origin first, then session."""

from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from channels.security.websocket import WebsocketDenier
from django.urls import path, re_path

from transactions.live.consumer import PanelConsumer
from transactions.live.handshake import OriginGuard


def websocket_application() -> Any:
    """Return the ASGI application of all sockets."""
    panels = AuthMiddlewareStack(PanelConsumer.as_asgi())
    routes = [
        path("ws/panel/", panels),
        re_path("", WebsocketDenier.as_asgi()),
    ]
    return OriginGuard(URLRouter(routes))
