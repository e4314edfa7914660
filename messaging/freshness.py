"""Watches how old the newest record of a topic is: what the status of its writer may hide.

A connector can say that it runs while nothing has come from it for minutes. Where something passes
regularly (heartbeats), the age of the newest record tells whether the whole way is open.
"""

import threading
import time
from collections.abc import Iterable
from typing import Final

from messaging import metrics
from messaging.errors import TransientError
from messaging.tail import TopicTail

_POLL_SECONDS: Final = 0.5
_RETRY_SECONDS: Final = 1.0
_BATCH: Final = 500


class Freshness:
    """Follows one topic and knows the time of its newest record.

    `limit_seconds` is the age from which on it is called stale.
    """

    def __init__(self, topic: str, limit_seconds: float) -> None:
        """Prepare to watch; the broker is asked nothing yet."""
        self._topic = topic
        self._limit = limit_seconds
        self._newest_ms = 0
        self._ending = threading.Event()
        self._tail = TopicTail([topic])
        metrics.NEWEST_RECORD_AGE.labels(topic).set_function(self.age)

    def age(self) -> float:
        """Return the seconds since the newest record was written; infinite while none is known."""
        if not self._newest_ms:
            return float("inf")
        return max(0.0, time.time() - self._newest_ms / 1000)

    def trouble(self) -> str | None:
        """Say what is wrong: nothing came yet, or nothing for too long; None when all is well."""
        age = self.age()
        if age <= self._limit:
            return None
        return f"newest record {age:.0f} s old" if self._newest_ms else "no record yet"

    def run(self) -> None:
        """Watch until told to stop; a broker that is away, or a missing topic, is asked again."""
        while not self._ending.is_set() and not self._start():
            self._ending.wait(_RETRY_SECONDS)
        while not self._ending.is_set():
            self._note(record.timestamp_ms for record in self._tail.poll(_BATCH, _POLL_SECONDS))
        self._tail.close()

    def stop(self) -> None:
        """Have `run` return within a second."""
        self._ending.set()

    def _start(self) -> bool:
        try:
            self._tail.start()
            for (topic, partition), marks in self._tail.watermarks().items():
                last = self._tail.read_range(topic, partition, marks.high - 1, marks.high)
                self._note(record.timestamp_ms for record in last)
        except TransientError:
            return False
        return True

    def _note(self, timestamps: Iterable[int]) -> None:
        self._newest_ms = max(self._newest_ms, *timestamps, 0)
