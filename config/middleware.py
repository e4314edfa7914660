"""The API's own short way through the middleware, with request id and trace.

A request under /api/ has no session, no cookie, no form and no page: what Django does for those is
left out, which is more than half of the cost of the stack. See docs/decisions.
"""

import re
from collections.abc import Callable
from typing import Final, cast

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch, resolve
from structlog import contextvars
from uuid_utils import uuid7

from config import errors
from config.problems import Fault
from messaging import trace

GetResponse = Callable[[HttpRequest], HttpResponse]
_API: Final = "/api/"
OPERATIONS: Final = "/api/v1/"
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_TOO_LARGE: Final = Fault(413, "body_too_large")


class ApiLaneMiddleware:
    """Gives requests under /api/ an id and a trace, and leads them past the pages' middleware."""

    def __init__(self, get_response: GetResponse) -> None:
        """Take the way on through the pages' middleware; operations do not go there."""
        self.get_response = get_response
        # What a view or the addresses raise is answered here, so that it gets our headers too.
        self._view = cast("GetResponse", convert_exception_to_response(self._operate))
        self._fixed: dict[str, ResolverMatch] = {}
        # The variable is made at its first use: two first requests at once would make two of it.
        contextvars.reset_contextvars(**contextvars.bind_contextvars(request_id=""))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; pages, the API's own too, go on through the other middleware."""
        if not request.path_info.startswith(_API):
            return self.get_response(request)
        meta = request.META
        request_id = _request_id(meta.get("HTTP_X_REQUEST_ID"))
        request.request_id = request_id  # type: ignore[attr-defined]
        with trace.use(trace.continue_from(meta.get("HTTP_TRACEPARENT"))):
            tokens = contextvars.bind_contextvars(request_id=request_id)
            try:
                answer = self._answer(request)
            finally:
                contextvars.reset_contextvars(**tokens)
        # Past Django's setter, which looks at every letter: these are plain words of our own.
        store = answer.headers._store  # noqa: SLF001
        store["x-request-id"] = ("X-Request-Id", request_id)
        store["x-content-type-options"] = ("X-Content-Type-Options", "nosniff")
        store.setdefault("cache-control", ("Cache-Control", "no-store"))
        if not answer.streaming:
            length = str(len(answer.content))
            store.setdefault("content-length", ("Content-Length", length))
        return answer

    def _answer(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        length = meta.get("CONTENT_LENGTH")
        if length:
            if length.isdigit() and int(length) > settings.API_LARGEST_BODY:
                return errors.problem(request, _TOO_LARGE)
        elif "HTTP_TRANSFER_ENCODING" in meta:
            body = meta["wsgi.input"].read(settings.API_LARGEST_BODY + 1)
            if len(body) > settings.API_LARGEST_BODY:
                return errors.problem(request, _TOO_LARGE)
            request._body = body  # noqa: SLF001 - what Django reads
        if not request.path_info.startswith(OPERATIONS):
            return self.get_response(request)
        return self._view(request)

    def _operate(self, request: HttpRequest) -> HttpResponse:
        """Call the view, past every middleware; raises Resolver404, and what the view does."""
        path = request.path_info
        match = self._fixed.get(path) or self._resolve(path)
        request.resolver_match = match
        answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return answer

    def _resolve(self, path: str) -> ResolverMatch:
        """Find where an address leads; one without parameters is found but once."""
        match = resolve(path)
        if not match.kwargs and not match.args:
            self._fixed[path] = match
        return match


def _request_id(given: str | None) -> str:
    """Return the caller's own id where it is a short, plain word, else a new one."""
    if given is not None and _REQUEST_ID.fullmatch(given):
        return given
    return str(uuid7())
