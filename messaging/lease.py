"""Leases: one process at a time may do a thing, judged by the database's clock alone.

Only the database compares times, so clocks that differ between machines do not matter. The holder
counts on its own monotonic clock from before it asked, and takes its right to end a fifth of its
time before the database lets anybody else have it: it has stopped before another starts.
`generation` rises with every taking, and a write that names an old one changes nothing.
"""

import logging
import os
import secrets
import socket
import threading
from typing import Final

from django.conf import settings
from django.db import Error, connections

from messaging import metrics
from messaging.clock import Clock, SystemClock
from messaging.dialects import Dialect, dialect
from messaging.models import Lease as LeaseRow

# Of the lease's duration: after which share it is renewed, and which share is given up at the end.
RENEWED_AFTER: Final = 0.2
MARGIN: Final = 0.2

_log = logging.getLogger(__name__)


class Lease:
    """The right called `name`, as this process sees it.

    `held` may be asked by any thread; everything else belongs to the one that opened it.
    """

    def __init__(
        self,
        name: str,
        *,
        using: str = "default",
        seconds: float | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Hold nothing yet; `using` names the database that judges.

        It lasts `seconds`, MESSAGING_LEASE_SECONDS where none are given, and is renewed meanwhile.
        """
        self.name = name
        self.holder = f"{socket.gethostname()[:80]}:{os.getpid()}:{secrets.token_hex(8)}"
        self.generation = 0
        self._using = using
        self._seconds = seconds or settings.MESSAGING_LEASE_SECONDS
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._renewed_at = self._ends_at = float("-inf")

    @property
    def held(self) -> bool:
        """Say whether this process may still act; it asks nobody and is never late."""
        with self._lock:
            return self._clock.monotonic() < self._ends_at

    def acquire(self) -> bool:
        """Take the lease if nobody holds it; a second taking by the same process works too."""
        LeaseRow.objects.using(self._using).get_or_create(
            name=self.name, defaults={"holder": "", "expires_at": "1970-01-01T00:00:00Z"}
        )
        words = self._words
        asked_at = self._clock.monotonic()
        taken = self._execute(
            f"UPDATE messaging_lease SET holder = %s, generation = generation + 1,"  # noqa: S608  # the dialect's own words
            f" expires_at = {words.later} WHERE name = %s"
            f" AND (expires_at <= {words.now} OR holder = %s)",
            [self.holder, self._seconds, self.name, self.holder],
        )
        if taken:
            row = LeaseRow.objects.using(self._using).get(name=self.name)
            self.generation = row.generation
            self._extend(asked_at)
            metrics.LEASE_HELD.labels(self.name).set(1)
            _log.info("lease taken", extra={"lease": self.name, "generation": self.generation})
        else:
            # Also after it ran out unnoticed, as in a process that was frozen.
            metrics.LEASE_HELD.labels(self.name).set(0)
        return bool(taken) and self.held

    def keep(self) -> bool:
        """Renew when it is time to; return whether this process may still act.

        A database that is away is not an error here: the lease just runs on until it ends.
        """
        if not self.held:
            return False
        asked_at = self._clock.monotonic()
        if asked_at - self._renewed_at >= RENEWED_AFTER * self._seconds:
            try:
                self._renew(asked_at)
            except Error as error:
                connections[self._using].close_if_unusable_or_obsolete()
                _log.warning("lease not renewed", extra={"lease": self.name, "cause": str(error)})
        return self.held

    def release(self) -> None:
        """Let the next one have it at once, if it is still ours."""
        self._end()
        self._execute(
            f"UPDATE messaging_lease SET expires_at = {self._words.now}"  # noqa: S608  # the dialect's own words
            " WHERE name = %s AND holder = %s AND generation = %s",
            [self.name, self.holder, self.generation],
        )

    def _renew(self, asked_at: float) -> None:
        renewed = self._execute(
            f"UPDATE messaging_lease SET expires_at = {self._words.later}"  # noqa: S608  # the dialect's own words
            " WHERE name = %s AND holder = %s AND generation = %s",
            [self._seconds, self.name, self.holder, self.generation],
        )
        if renewed:
            self._extend(asked_at)
        else:
            self._end()
            _log.warning("lease lost", extra={"lease": self.name, "generation": self.generation})

    def _extend(self, asked_at: float) -> None:
        with self._lock:
            self._renewed_at = asked_at
            self._ends_at = asked_at + self._seconds * (1 - MARGIN)

    def _end(self) -> None:
        metrics.LEASE_HELD.labels(self.name).set(0)
        with self._lock:
            self._renewed_at = self._ends_at = float("-inf")

    @property
    def _words(self) -> Dialect:
        return dialect(connections[self._using].vendor)

    def _execute(self, sql: str, params: list[str | float]) -> int:
        with connections[self._using].cursor() as cursor:
            cursor.execute(sql, params)
            return int(cursor.rowcount)
