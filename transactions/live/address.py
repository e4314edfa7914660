"""Where a page's own browser finds the socket."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

PATH = "/ws/panel/"


def websocket_url(request: HttpRequest) -> str:
    """Return the socket's address for the page of `request`.

    By default the page's host at its port plus one; LIVE_WEBSOCKET_URL says otherwise.
    """
    configured: str = settings.LIVE_WEBSOCKET_URL
    if configured:
        return configured
    scheme = "wss" if request.is_secure() else "ws"
    page = urlsplit(f"//{request.get_host()}")
    hostname = page.hostname or ""
    host = f"[{hostname}]" if ":" in hostname else hostname
    port = page.port or (443 if request.is_secure() else 80)
    return f"{scheme}://{host}:{port + 1}{PATH}"
