"""Asks the broker how far consumers are behind, in the background, while somebody wants to know."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Final

from confluent_kafka import KafkaException

from messaging import registry
from messaging.clock import SystemClock
from messaging.errors import MessagingError
from messaging.lag import Lag, LagMeter
from transactions.live.kept import Answer

_EVERY_SECONDS: Final = 1.0
# Nobody asked for so long: the broker is left in peace.
_IDLE_SECONDS: Final = 30.0

_log = logging.getLogger(__name__)


class LagWatch:
    """Holds the last answer; `latest` never waits for the broker."""

    def __init__(self, measure: Callable[[], Sequence[Lag]]) -> None:
        """Ask by `measure`, once somebody wants to know."""
        self._measure = measure
        self._lock = threading.Lock()
        self._is_running = False
        self._wanted_at = 0.0
        self._latest: Answer[Sequence[Lag]] | None = None

    def latest(self) -> Answer[Sequence[Lag]] | None:
        """Return what was last found, or None when nothing has been found yet."""
        with self._lock:
            self._wanted_at = time.monotonic()
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._watch, name="lag-watch", daemon=True).start()
        return self._latest

    def _watch(self) -> None:
        while not self._is_over():
            as_of = datetime.now(UTC)
            try:
                self._latest = Answer(self._measure(), as_of)
            except (KafkaException, MessagingError) as error:
                _log.debug("no lag to be had: %s", error)
            time.sleep(_EVERY_SECONDS)

    def _is_over(self) -> bool:
        with self._lock:
            self._is_running = time.monotonic() - self._wanted_at < _IDLE_SECONDS
            return not self._is_running


@cache
def lag_watch() -> LagWatch:
    """Return this process's watch over every consumer that is declared."""
    meter: list[LagMeter] = []

    def measure() -> Sequence[Lag]:
        if not meter:
            meter.append(LagMeter(registry.consumers().values(), SystemClock()))
        return meter[0].measure()

    return LagWatch(measure)
