"""Carries one W3C trace from the HTTP request through Kafka to the last consumer."""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_is_traceparent = re.compile(
    r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
).fullmatch
# Where the span stands in a traceparent: between the trace's id and the flags.
_SPAN_START = 36
_SPAN_END = 52
_current: ContextVar[str | None] = ContextVar("traceparent", default=None)


def current() -> str | None:
    """Return the traceparent of what runs now, or None outside any trace."""
    return _current.get()


def start() -> str:
    """Return the traceparent of a new, sampled trace."""
    both = _random_hex(24)
    return f"00-{both[:32]}-{both[32:]}-01"


def continue_from(traceparent: str | None) -> str:
    """Return a new span in the trace of `traceparent`; a missing or bad one starts a trace."""
    if traceparent is None or not _is_traceparent(traceparent):
        return start()
    return traceparent[:_SPAN_START] + _random_hex(8) + traceparent[_SPAN_END:]


def _random_hex(size: int) -> str:
    # Names, not secrets: the kernel is not asked, which would let go of the GIL at each request.
    number = random.getrandbits(size * 8) or 1
    return f"{number:0{size * 2}x}"


def adopt(traceparent: str) -> None:
    """Make `traceparent` the current one for as long as the running task or thread lives."""
    _current.set(traceparent)


@contextmanager
def use(traceparent: str) -> Iterator[str]:
    """Make `traceparent` the current one inside the block."""
    token = _current.set(traceparent)
    try:
        yield traceparent
    finally:
        _current.reset(token)
