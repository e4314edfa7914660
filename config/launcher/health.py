"""Waits until every process says by itself that it is ready."""

import time
from collections.abc import Callable, Iterable

import httpx

from config.launcher.plan import Program

_PROBE_SECONDS = 2.0
_PAUSE_SECONDS = 0.2


def is_ready(url: str) -> bool:
    """Tell whether the readiness probe at `url` answers with success."""
    try:
        return httpx.get(url, timeout=_PROBE_SECONDS, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def wait_for(
    programs: Iterable[Program],
    *,
    seconds: float,
    on_wait: Callable[[list[str]], None] = lambda _names: None,
    goes_on: Callable[[], bool] = lambda: True,
) -> list[str]:
    """Ask until all are ready, `seconds` have passed or `goes_on` says no; return who is not.

    `on_wait` is told after each round who is waited for.
    """
    waiting = [program for program in programs if program.health_url]
    end = time.monotonic() + seconds
    while waiting and goes_on() and time.monotonic() < end:
        waiting = [program for program in waiting if not is_ready(program.health_url)]
        on_wait([program.name for program in waiting])
        if waiting:
            time.sleep(_PAUSE_SECONDS)
    return [program.name for program in waiting]
