"""Answers probes and scrapes over HTTP, beside whatever the process does: loopback only."""

import json
import threading
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest

Check = Callable[[], str | None]
"""Says what is wrong, or None when all is well; answers at once."""

HALTED: Final = "halted"
"""Opens what a readiness probe says of a loop that waits for a person."""

LOOPBACK: Final = "127.0.0.1"
Answer = tuple[HTTPStatus, str, bytes]


def serve(
    port: int,
    *,
    alive: Mapping[str, Check] | None = None,
    ready: Mapping[str, Check] | None = None,
    registry: CollectorRegistry = REGISTRY,
) -> ThreadingHTTPServer:
    """Serve `/metrics`, `/healthz` (all of `alive`) and `/readyz` (all of `ready`) on `port`.

    A probe answers 200 or 503 with a JSON object of check to `ok` or what is wrong. It runs in a
    daemon thread; port 0 takes a free one, which `server_port` of the returned server names.
    Raises OSError when the port is taken.
    """
    answers: dict[str, Callable[[], Answer]] = {
        "/metrics": lambda: (HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest(registry)),
        "/healthz": lambda: probe(alive or {}),
        "/readyz": lambda: probe(ready or {}),
    }

    server = ThreadingHTTPServer((LOOPBACK, port), partial(_Handler, answers))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server


class _Handler(BaseHTTPRequestHandler):
    """One connection: its path picks the answer."""

    def __init__(self, answers: Mapping[str, Callable[[], Answer]], *arguments: Any) -> None:
        self._answers = answers
        # The base class answers while it is being made.
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Answer a probe or a scrape."""
        answer = self._answers.get(self.path.partition("?")[0])
        status, kind, body = answer() if answer else _NOT_FOUND
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        """Stay silent: a probe every few seconds is not news."""


def probe(checks: Mapping[str, Check]) -> Answer:
    """Run the checks and return the status, content type and body that tell of them."""
    troubles = {name: check() for name, check in checks.items()}
    is_well = not any(troubles.values())
    body = {name: trouble or "ok" for name, trouble in troubles.items()}
    status = HTTPStatus.OK if is_well else HTTPStatus.SERVICE_UNAVAILABLE
    return status, "application/json", json.dumps(body).encode()


_NOT_FOUND: Final[Answer] = (HTTPStatus.NOT_FOUND, "text/plain", b"/metrics /healthz /readyz\n")
