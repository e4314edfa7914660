"""Where the browser of an order's page finds its socket: the link's own id and mac name it."""

from typing import Final

from django.http import HttpRequest

from config import sockets
from orders.links import mac_of

ROUTE: Final = "ws/orders/<str:order_id>/<str:mac>/"


def websocket_url(request: HttpRequest, order_id: str) -> str:
    """Return the socket's address for the page of `request`."""
    return sockets.websocket_url(request, f"/ws/orders/{order_id}/{mac_of(order_id)}/")
