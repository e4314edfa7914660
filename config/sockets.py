"""Where a page's own browser finds the sockets: one host and port for all, a path for each."""

from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest


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
