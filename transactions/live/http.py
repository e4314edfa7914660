"""What the live process answers over HTTP: its metrics and its health; pages are WSGI's."""

from typing import Any, Final

from prometheus_client import REGISTRY, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from transactions.live import panel

_PLAIN: Final = "text/plain; charset=utf-8"
Answer = tuple[int, str, bytes]


async def answer_http(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ARG001 - ASGI's signature
    """Answer GET `/metrics`, `/healthz`, `/readyz`; anything else is not here."""
    status, content_type, body = _answer(scope["path"])
    if scope["method"] not in {"GET", "HEAD"}:
        status, content_type, body = 405, _PLAIN, b"method not allowed\n"
    headers = [(b"content-type", content_type.encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _answer(path: str) -> Answer:
    if path == "/metrics":
        return 200, CONTENT_TYPE_LATEST, generate_latest(REGISTRY)
    if path == "/healthz":
        return 200, _PLAIN, b"ok\n"
    if path == "/readyz":
        return _readiness()
    return 404, _PLAIN, b"only websockets are served here\n"


def _readiness() -> Answer:
    hub = panel.panel().hub
    if hub.is_ready and not hub.is_stale:
        return 200, _PLAIN, b"ready\n"
    return 503, _PLAIN, b"the topics cannot be read, or are far ahead\n"


async def live_and_die(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ARG001 - ASGI's signature
    """Start the panel with the process, so that it is warm before the first socket; stop it."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            panel.panel()
            await send({"type": "lifespan.startup.complete"})
        else:
            await panel.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
