"""The orders' sockets among the site's; the Origin is checked before any of them."""

from typing import Any

from django.urls import path

from orders.live.address import ROUTE
from orders.live.consumer import OrderConsumer


def websocket_routes() -> list[Any]:
    """Return the routes of this app's sockets."""
    # Any: Django's stubs know only views, and Channels routes ASGI applications.
    orders: Any = OrderConsumer.as_asgi()
    return [path(ROUTE, orders)]
