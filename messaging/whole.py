"""Runs a unit of work whole for a page or an API, and whole again after a deadlock."""

from collections.abc import Callable
from typing import Final, TypeVar

import stamina
from django.db import IntegrityError

from messaging.failures import Failure, classify
from messaging.processing import freshen, unit_of_work

T = TypeVar("T")
# Callers wait five seconds at most for a twin or a lock, and are then told to try again.
_PATIENCE_SECONDS: Final = 5.0
_ATTEMPTS: Final = 8
_FIRST_WAIT_SECONDS: Final = 0.005
_LONGEST_WAIT_SECONDS: Final = 0.2
_JITTER_SECONDS: Final = 0.02


class TryAgainError(Exception):
    """The outcome is not known, or nothing was done: the same request under the same key tells."""


def run_whole(work: Callable[[], T], *, using: str = "default") -> T:
    """Run `work` in an outermost transaction and return what it returns.

    Its first write must insert a unique key, because a lost connection at COMMIT is tried again
    like a deadlock, and so is a twin that inserted that key first. Raises TryAgainError when the
    database stays away or locked; whatever else `work` raises has undone all of it.
    """
    try:
        for attempt in stamina.retry_context(
            on=_may_pass,
            attempts=_ATTEMPTS,
            timeout=_PATIENCE_SECONDS,
            wait_initial=_FIRST_WAIT_SECONDS,
            wait_max=_LONGEST_WAIT_SECONDS,
            wait_jitter=_JITTER_SECONDS,
        ):
            with attempt:
                freshen(using)
                with unit_of_work(using):
                    result = work()
    except Exception as error:  # What may not pass goes on as it is.
        if _may_pass(error):
            raise TryAgainError from error
        raise
    return result


def _may_pass(error: Exception) -> bool:
    is_twin = isinstance(error, IntegrityError)
    return is_twin or classify(error) in (Failure.TRANSIENT, Failure.OUTAGE)
