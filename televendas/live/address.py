"""Where an agent's own browser finds the socket."""

from typing import Final

from django.http import HttpRequest

from config import sockets

PATH: Final = "/ws/televendas/"


def websocket_url(request: HttpRequest) -> str:
    """Return the socket's address for the page of `request`."""
    return sockets.websocket_url(request, PATH)
