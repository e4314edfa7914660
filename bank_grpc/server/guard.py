"""Stands around every call: deadline, request id, trace, metrics, a log line, and no leaks.

One wrapper for all of it, because each costs the hot path. A call that did what it was asked
leaves no log line: the ledger tells of it, and a line costs as much as the payment.
"""

import asyncio
import inspect
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import grpc
import structlog
from structlog.contextvars import bind_contextvars, bound_contextvars
from uuid_utils import uuid7

from bank_grpc.server import metrics
from bank_grpc.server.endings import Code, EndedError, ending_of
from bank_grpc.server.fields import text_of
from bank_grpc.server.watch import Watch
from messaging import trace
from messaging.failures import Failure, classify
from messaging.processing import freshen

Handler = Any
Behaviour = Callable[[Any, Any], Any]
_REQUEST_ID: Final = "x-request-id"
_LONGEST_REQUEST_ID: Final = 64
_GRPCS_OWN: Final = "grpc."
_logger = structlog.get_logger(__name__)


class Guard(grpc.GenericRpcHandler):
    """The table of our services' methods, each guarded; while the bank stops, it turns calls away.

    It stands where a server is given services (`add_..._to_server`), and is given to the server as
    the one handler for all of them: an interceptor would be two more coroutines for each call.

    Calls are turned away here, with UNAVAILABLE, because gRPC ends those that a stopping server has
    not yet matched with CANCELLED, which says that the caller itself had called it off.
    """

    def __init__(self, watch: Watch, draining: threading.Event) -> None:
        """Note in `watch` what is in hand; let nothing more in once `draining` is set."""
        self._watch = watch
        self._draining = draining
        # By the path: what serves the call, and what turns it away.
        self._known: dict[str, tuple[Handler, Handler]] = {}

    def add_generic_rpc_handlers(self, handlers: Any) -> None:
        """Leave alone what `add_registered_method_handlers` is told in full."""

    def add_registered_method_handlers(self, service: str, handlers: Mapping[str, Handler]) -> None:
        """Take in the methods of `service`; gRPC's own, health and reflection, as they are."""
        for method, handler in handlers.items():
            is_ours = not service.startswith(_GRPCS_OWN)
            pair = self._wrap(method, handler) if is_ours else (handler, handler)
            self._known[f"/{service}/{method}"] = pair

    def service(self, details: grpc.HandlerCallDetails) -> Handler | None:
        """Return the handler of the call, guarded; None for what is not ours."""
        known = self._known.get(details.method)
        return known and known[self._draining.is_set()]

    def _wrap(self, method: str, handler: Handler) -> tuple[Handler, Handler]:
        kind = _OnLoop if inspect.iscoroutinefunction(handler.unary_unary) else _InThread
        guarded = grpc.unary_unary_rpc_method_handler(
            kind(method, handler.unary_unary, self._watch).call,
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )
        away = _TurnedAway(method, self._watch)
        return guarded, grpc.unary_unary_rpc_method_handler(away.call)


class _TurnedAway:
    """One method's handler while the server stops: its request is not even read."""

    def __init__(self, method: str, watch: Watch) -> None:
        self._ended = metrics.CALLS.labels(method, Code.UNAVAILABLE.name)
        self._watch = watch

    async def call(self, _request: bytes, context: Any) -> None:
        self._watch.turn_away()
        self._ended.inc()
        await context.abort(Code.UNAVAILABLE, "the bank is stopping; nothing was begun")


class _Guarded:
    """One method's handler, with the children of its metrics at hand."""

    def __init__(self, method: str, behaviour: Behaviour, watch: Watch) -> None:
        self._method = method
        self._behaviour = behaviour
        self._watch = watch
        self._succeeded = metrics.CALLS.labels(method, Code.OK.name)
        self._seconds = metrics.CALL_SECONDS.labels(method)

    def _begin(self, context: Any) -> float:
        self._watch.begin(context)
        return time.monotonic()

    def _end(self, context: Any, begun: float) -> None:
        self._seconds.observe(time.monotonic() - begun)
        self._watch.end(context)

    def _ending(self, error: Exception) -> EndedError:
        known = ending_of(error) or _passing(error)
        if known is None:
            _logger.error("call_failed", method=self._method, error=type(error).__name__)
            known = EndedError(Code.INTERNAL, "unforeseen; the log has it under the request id")
        else:
            _logger.info("call_ended", method=self._method, code=known.code.name)
        self._count(known.code.name)
        return known

    def _count(self, code: str) -> None:
        metrics.CALLS.labels(self._method, code).inc()


class _OnLoop(_Guarded):
    """A handler that is a coroutine: it waits for others, and never for the database itself."""

    async def call(self, request: Any, context: Any) -> Any:
        begun = self._begin(context)
        told = dict(context.invocation_metadata() or ())
        # A call is a task of its own, which takes the trace with it.
        trace.adopt(trace.continue_from(_text(told, "traceparent")))
        try:
            _refuse_too_late(context)
            answer = await self._behaviour(request, context)
        except asyncio.CancelledError:
            self._count(Code.CANCELLED.name)
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets no text of it
            # Bound only where a line is logged, for this task alone.
            bind_contextvars(request_id=_request_id(told))
            ending = self._ending(error)
        else:
            self._succeeded.inc()
            return answer
        finally:
            self._end(context, begun)
        return await context.abort(ending.code, ending.text, ending.metadata)


class _InThread(_Guarded):
    """A handler that may wait for the database: a thread of the server's pool runs it."""

    def call(self, request: Any, context: Any) -> Any:
        begun = self._begin(context)
        told = dict(context.invocation_metadata() or ())
        with (
            bound_contextvars(request_id=_request_id(told)),
            trace.use(trace.continue_from(_text(told, "traceparent"))),
        ):
            try:
                _refuse_too_late(context)
                answer = self._behaviour(request, context)
            except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets no text of it
                ending = self._ending(error)
                freshen("default")
            else:
                self._succeeded.inc()
                return answer
            finally:
                self._end(context, begun)
        return context.abort(ending.code, ending.text, ending.metadata)


def _passing(error: Exception) -> EndedError | None:
    """Return the end of a call whose database went away or was locked."""
    if classify(error) not in (Failure.TRANSIENT, Failure.OUTAGE):
        return None
    return EndedError(Code.UNAVAILABLE, "the bank cannot tell now; try again")


def _refuse_too_late(context: Any) -> None:
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
