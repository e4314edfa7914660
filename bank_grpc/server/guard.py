"""Stands around every call: deadline, request id, trace, metrics, a log line, and no leaks.

One interceptor for all of it, because each costs the hot path. A call that did what it was asked
leaves no log line: the ledger tells of it, and a line costs as much as the payment.
"""

import threading
import time
from collections.abc import Callable
from typing import Any, Final

import grpc
import structlog
from structlog.contextvars import bind_contextvars
from uuid_utils import uuid7

from bank_grpc.server import metrics
from bank_grpc.server.endings import Code, EndedError, ending_of
from bank_grpc.server.fields import text_of
from bank_grpc.server.watch import Watch
from messaging import trace
from messaging.failures import Failure, classify
from messaging.processing import freshen

Handler = Any
Behaviour = Callable[[Any, grpc.ServicerContext], Any]
_REQUEST_ID: Final = "x-request-id"
_LONGEST_REQUEST_ID: Final = 64
# Its own services: tools and health checks do without.
_GUARDED: Final = ("/payment.", "/bank.v1.")
_logger = structlog.get_logger(__name__)


class Guard(grpc.ServerInterceptor):
    """Wraps the handlers of our services, each once; while the bank stops, turns calls away.

    They are turned away here, with UNAVAILABLE, because gRPC ends those that a stopping server has
    not yet matched with CANCELLED, which says that the caller itself had called it off.
    """

    def __init__(self, watch: Watch, draining: threading.Event) -> None:
        """Note in `watch` what is in hand; let nothing more in once `draining` is set."""
        self._watch = watch
        self._draining = draining
        # By the path: what serves the call, and what turns it away.
        self._known: dict[str, tuple[Handler, Handler]] = {}

    def intercept_service(
        self,
        continuation: Callable[[Any], Handler | None],
        details: grpc.HandlerCallDetails,
    ) -> Handler | None:
        """Return the handler of the call, guarded."""
        known = self._known.get(details.method)
        if known is None:
            handler = continuation(details)
            if handler is None or not details.method.startswith(_GUARDED):
                return handler
            known = self._known[details.method] = self._wrap(details.method, handler)
        return known[self._draining.is_set()]

    def _wrap(self, path: str, handler: Handler) -> tuple[Handler, Handler]:
        method = path.rpartition("/")[2]
        guarded = grpc.unary_unary_rpc_method_handler(
            _Guarded(method, handler.unary_unary, self._watch),
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )
        return guarded, grpc.unary_unary_rpc_method_handler(_TurnedAway(method, self._watch))


class _TurnedAway:
    """One method's handler while the server stops: its request is not even read."""

    def __init__(self, method: str, watch: Watch) -> None:
        self._ended = metrics.CALLS.labels(method, Code.UNAVAILABLE.name)
        self._watch = watch

    def __call__(self, _request: bytes, context: grpc.ServicerContext) -> Any:
        self._watch.turn_away()
        self._ended.inc()
        return context.abort(Code.UNAVAILABLE, "the bank is stopping; nothing was begun")


class _Guarded:
    """One method's handler, with the children of its metrics at hand."""

    def __init__(self, method: str, behaviour: Behaviour, watch: Watch) -> None:
        self._method = method
        self._behaviour = behaviour
        self._watch = watch
        self._succeeded = metrics.CALLS.labels(method, Code.OK.name)
        self._seconds = metrics.CALL_SECONDS.labels(method)

    def __call__(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._watch.begin(context)
        begun = time.monotonic()
        try:
            return self._answered(request, context)
        except EndedError as error:
            ending = error
        finally:
            self._seconds.observe(time.monotonic() - begun)
            self._watch.end(context)
        metrics.CALLS.labels(self._method, ending.code.name).inc()
        context.set_trailing_metadata(ending.metadata)
        return context.abort(ending.code, ending.text)

    def _answered(self, request: Any, context: grpc.ServicerContext) -> Any:
        answer = self._answer(request, context)
        self._succeeded.inc()
        return answer

    def _answer(self, request: Any, context: grpc.ServicerContext) -> Any:
        told = {name: value for name, value in context.invocation_metadata() or ()}  # noqa: C416 - a type of its own
        bind_contextvars(request_id=_request_id(told))
        with trace.use(trace.continue_from(_text(told, "traceparent"))):
            try:
                _refuse_too_late(context)
                return self._behaviour(request, context)
            except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets no text of it
                raise self._ending(error) from None

    def _ending(self, error: Exception) -> EndedError:
        known = ending_of(error) or _passing(error)
        if known is None:
            _logger.error("call_failed", method=self._method, error=type(error).__name__)
            return EndedError(Code.INTERNAL, "unforeseen; the log has it under the request id")
        _logger.info("call_ended", method=self._method, code=known.code.name)
        return known


def _passing(error: Exception) -> EndedError | None:
    """Return the end of a call whose database went away or was locked; the next finds it anew."""
    if classify(error) not in (Failure.TRANSIENT, Failure.OUTAGE):
        return None
    freshen("default")
    return EndedError(Code.UNAVAILABLE, "the bank cannot tell now; try again")


def _refuse_too_late(context: grpc.ServicerContext) -> None:
    left = context.time_remaining()
    if left is not None and left <= 0:
        raise EndedError(Code.DEADLINE_EXCEEDED, "the deadline has passed; nothing was begun")


def _request_id(told: dict[str, str | bytes]) -> str:
    given = _text(told, _REQUEST_ID) or ""
    is_usable = 0 < len(given) <= _LONGEST_REQUEST_ID and given.isascii() and given.isprintable()
    return given if is_usable else str(uuid7())


def _text(told: dict[str, str | bytes], name: str) -> str | None:
    value = told.get(name)
    return None if value is None else text_of(value)
