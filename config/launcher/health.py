"""Waits until every process says by itself that it is ready."""

import http.client
import time
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from config.launcher.mariadb import answers_at
from config.launcher.plan import Program

_PROBE_SECONDS = 2.0
_PAUSE_SECONDS = 0.2


def is_ready(url: str) -> bool:
    """Tell whether the readiness probe at `url` answers with success; `mysql:` asks a server.

    Asked by the standard library's client: one that reads a store of certificates for each call
    takes from a start the very processor time that the processes wait for.
    """
    if url.startswith("mysql:"):
        return answers_at(url)
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.netloc, timeout=_PROBE_SECONDS)
    try:
        connection.request("GET", address.path)
        return 200 <= connection.getresponse().status < 300  # noqa: PLR2004 - HTTP's own classes
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


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
