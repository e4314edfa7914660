"""What the sockets of all apps share: where a page finds them, and what is said to who has left."""

import logging
from collections.abc import Awaitable
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest

_log = logging.getLogger(__name__)


def websocket_url(request: HttpRequest, path: str) -> str:
    """Return the address of the socket at `path` for the page of `request`.

    By default the page's host at its port plus one; LIVE_WEBSOCKET_URL says another host.
    """
    configured: str = settings.LIVE_WEBSOCKET_URL
    if configured:
        return urlunsplit(urlsplit(configured)._replace(path=path))
    page = urlsplit(f"//{request.get_host()}")
    hostname = page.hostname or ""
    host = f"[{hostname}]" if ":" in hostname else hostname
    port = page.port or (443 if request.is_secure() else 80)
    scheme = "wss" if request.is_secure() else "ws"
    return f"{scheme}://{host}:{port + 1}{path}"


async def sent(message: Awaitable[None]) -> None:
    """Send to a socket, or nothing to one that has just left: who tells many goes on to the next.

    The disconnect event of who left does the rest.
    """
    try:
        await message
    except (OSError, RuntimeError):
        # The server's words for a client that left, and for one that is just leaving.
        _log.debug("a client left while it was told")
