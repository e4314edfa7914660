"""Who may open a socket: the Origin first, before anything is looked up for it."""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.http.request import validate_host

from transactions.live import metrics

BAD_MESSAGE: Final = 4400
NO_SESSION: Final = 4401
FOREIGN_ORIGIN: Final = 4403
SERVICE_RESTART: Final = 1012
TRY_AGAIN: Final = 1013

Scope = Any
AsgiApplication = Callable[[Any, Any, Any], Awaitable[None]]

_DEFAULT_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}


class Refusal(AsyncWebsocketConsumer):
    """Accepts and closes at once: a browser tells a page the code only of an opened socket."""

    code = FOREIGN_ORIGIN

    async def connect(self) -> None:
        """Close with the code."""
        await self.accept()
        metrics.CLOSED.labels(self.code).inc()
        await self.close(self.code)


class OriginGuard:
    """Lets only pages of ours in; a client without an Origin is no browser, and needs a session.

    Browsers always send the Origin with a websocket, and it is they who would carry a victim's
    cookie into a foreign page's socket.
    """

    def __init__(self, application: AsgiApplication) -> None:
        """Guard `application`."""
        self._application = application

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Pass the connection on, or refuse it."""
        headers = {name: value.decode("latin-1") for name, value in scope.get("headers", ())}
        if is_allowed(headers.get(b"origin"), headers.get(b"host", ""), scope.get("scheme", "ws")):
            await self._application(scope, receive, send)
        else:
            refusal: AsgiApplication = Refusal.as_asgi()
            await refusal(scope, receive, send)


def is_allowed(origin: str | None, host: str, scheme: str) -> bool:
    """Say whether a page at `origin` may open a socket at `host` (its Host header).

    It may from the settings' origins, and from the socket's own host name, which must be one of
    ALLOWED_HOSTS, at the socket's port or the one below it, where the pages are.
    """
    if origin is None:
        return True
    if origin in settings.LIVE_ALLOWED_ORIGINS:
        return True
    try:
        page, socket = urlsplit(origin), urlsplit(f"{scheme}://{host}")
        page_port, socket_port = _port(page), _port(socket)
    except ValueError:
        return False
    if page.scheme not in {"http", "https"} or page.hostname != socket.hostname:
        return False
    is_ours = validate_host(_bracketed(socket.hostname or ""), settings.ALLOWED_HOSTS)
    return is_ours and page_port in {socket_port, socket_port - 1}


def _port(address: SplitResult) -> int:
    return address.port or _DEFAULT_PORTS.get(address.scheme, 0)


def _bracketed(hostname: str) -> str:
    return f"[{hostname}]" if ":" in hostname else hostname
