"""Structured logs: one JSON object a line, with the request, event and trace that it belongs to."""

import logging
import re
from collections.abc import Sequence
from typing import Any, Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from messaging import trace

_role = {"role": "command"}


def configure(role: str) -> None:
    """Name this process in every line that it logs, such as `web`, `relay`, `consumer results`."""
    _role["role"] = role
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def settings(
    level: str = "INFO", *, as_json: bool = True, secrets_behind: Sequence[str] = ()
) -> dict[str, Any]:
    """Return Django's LOGGING: everything to the standard error, as JSON or for a person's eye.

    `secrets_behind` are the beginnings of addresses of which the next part, of twenty letters and
    more, opens something: it is in no line, wherever one quotes the address. A `*` is any one part.
    """
    renderer: Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    renderer,
                    _without_secrets(secrets_behind),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": level},
        # Django's own handlers would say everything a second time, and those of the sockets'
        # server would say it in a form of their own, with the secrets.
        "loggers": {
            name: {"handlers": [], "propagate": True}
            for name in ("django", "uvicorn", "uvicorn.access")
        },
    }


def _without_secrets(beginnings: Sequence[str]) -> Processor:
    # On the whole line, because addresses stand in messages, in the text of requests and in traces.
    either = "|".join(re.escape(each).replace(r"\*", r"[\w-]+") for each in beginnings) or "(?!)"
    found = re.compile(rf"({either})[\w.~%-]{{20,}}")

    def hide(logger: WrappedLogger, name: str, line: Any) -> str:
        del logger, name
        return found.sub(r"\1[hidden]", line)

    return hide


def _without_query(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    # Django adds the request to the line of each that goes wrong, and the text of a request quotes
    # what was asked for, a person's name among it.
    del logger, name
    request: Any = event.get("request")
    if hasattr(request, "method") and hasattr(request, "path"):
        event["request"] = f"{request.method} {request.path}"
    return event


def _add_role(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    del logger, name
    event.setdefault("role", _role["role"])
    return event


def _add_trace(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    del logger, name
    traceparent = trace.current()
    if traceparent is not None:
        event["trace_id"] = traceparent.split("-")[1]
    return event


SHARED: Final[list[Processor]] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.stdlib.ExtraAdder(),
    _without_query,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _add_role,
    _add_trace,
]
logging.captureWarnings(capture=True)
