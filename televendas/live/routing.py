"""The agents' socket among the site's; the Origin is checked before any of them."""

from typing import Any

from channels.sessions import CookieMiddleware
from django.urls import path

from televendas.live.address import PATH
from televendas.live.consumer import AgentConsumer


def websocket_routes() -> list[Any]:
    """Return the routes of this app's sockets."""
    # Any: Django's stubs know only views, and Channels routes ASGI applications.
    agents: Any = CookieMiddleware(AgentConsumer.as_asgi())
    return [path(PATH.removeprefix("/"), agents)]
