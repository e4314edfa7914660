"""Django's WSGI handler with a shorter way for the API's operations."""

import threading
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIEnvironment

from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.http import HttpResponse

from config.middleware import OPERATIONS


class _Held(threading.local):
    """The connections of the thread that asks, which are the same ones for all its life."""

    def __init__(self) -> None:
        """Find them, without connecting any."""
        self.connections = connections.all()


_held: Final = _Held()


class Application(WSGIHandler):
    """Answers operations of the API without Django's signals, everything else as Django does.

    Of what hangs on these signals an operation needs one thing, that a connection which broke or
    grew old is not used again; that is done here. Its answer goes to the server as bytes instead
    of piece by piece, unless it is a stream.
    """

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        """Answer one request."""
        if not environ["PATH_INFO"].startswith(OPERATIONS):
            return super().__call__(environ, start_response)
        for connection in _held.connections:
            connection.close_if_unusable_or_obsolete()
        answer = self.get_response(self.request_class(environ))
        start_response(f"{answer.status_code} {answer.reason_phrase}", list(answer.items()))
        return [answer.content] if isinstance(answer, HttpResponse) else answer
