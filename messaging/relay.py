"""The relay: brings what the outbox promised to Kafka, each key in order, nothing lost.

One relay works at a time, held to that by a lease. A row is marked sent only on the broker's
delivery report; a relay that dies in between sends it again, with the same event id, and the
inboxes drop the second one.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.db import Error, connections

from messaging import backoff, metrics
from messaging.backlog import Backlog, Lane, Report
from messaging.bell import Bell
from messaging.consumer import RetryPolicy
from messaging.errors import TransientError
from messaging.faultpoints import faultpoint
from messaging.lease import Lease
from messaging.sender import Outcome, Sender

BATCH_ROWS: Final = 2000
IDLE_SECONDS: Final = 0.02
STANDBY_SECONDS: Final = 0.25
GUARD_SECONDS: Final = 0.1
# What is in hand at SIGTERM may take this long; then it is left for the next relay.
GRACE_SECONDS: Final = 4.0
CENSUS_SECONDS: Final = 5.0
# From when on the probes speak of missing delivery reports, and of a loop that stands still.
PATIENCE_SECONDS: Final = 5.0
STALLED_SECONDS: Final = 30.0
# There is but one relay to come back, and everything waits for it.
RETRY: Final = RetryPolicy(longest_delay=timedelta(seconds=2))
FAULTPOINTS: Final = ("relay.selected", "relay.produced", "relay.reported", "relay.marked")

_log = logging.getLogger(__name__)


class Relay:
    """One relay process's work on the outbox of one database."""

    def __init__(self, *, using: str = "default", batch: int = BATCH_ROWS) -> None:
        """Prepare to work on the database called `using`, `batch` rows at a time."""
        self.lease = Lease("relay", using=using)
        self._using = using
        self._batch = batch
        self._backlog = Backlog(using)
        self._sender = Sender()
        self._parked: set[Lane] = set()
        self._unmarked: list[Report] = []
        self._stop = threading.Event()
        self._ended = threading.Event()
        self._stop_by = float("inf")
        self._census_at = 0.0
        self._failures = 0
        self._trouble: str | None = None
        self._turned_at = self._handed_over_at = time.monotonic()

    def stop(self) -> None:
        """Ask `run` to end: it finishes what is in hand, for at most `GRACE_SECONDS`."""
        self._stop_by = time.monotonic() + GRACE_SECONDS
        self._stop.set()

    def stalled(self) -> str | None:
        """Say so when the loop has not turned for long: a restart may help."""
        age = time.monotonic() - self._turned_at
        return f"no turn for {age:.0f} s" if age > STALLED_SECONDS else None

    def trouble(self) -> str | None:
        """Say what keeps rows from being sent for now, such as a broker or database away."""
        return self.stalled() or self._trouble

    def run(self) -> None:
        """Relay until `stop` is called, surviving that the database or the broker is away."""
        threading.Thread(target=self._guard, name="lease guard", daemon=True).start()
        while not self._stop.is_set():
            self._surviving(self._take_turn)
        self._surviving(self.close)
        self._ended.set()

    def _take_turn(self) -> None:
        if not self.lease.acquire():
            self._turned()
            self._stop.wait(STANDBY_SECONDS)
            return
        self._parked = self._backlog.parked()
        with Bell() as bell:
            while self.lease.keep() and not self._stop.is_set():
                sent = self.pump()
                self._turned()
                if not sent:
                    bell.wait(IDLE_SECONDS)

    def pump(self) -> int:
        """Send one batch; return how many rows were dealt with."""
        self._settle()
        if time.monotonic() >= self._census_at:
            self.take_census()
        rows = self._backlog.unsent(self._batch)
        self._handed_over_at = time.monotonic()
        # Asked after the reading, which may have taken long.
        if not rows or not self._may_go_on():
            return 0
        faultpoint("relay.selected")
        if self._parked:
            self._confirm_parked({(row.topic, row.key) for row in rows} & self._parked)
        outcome = self._sender.send(rows, self._parked, self._may_go_on)
        faultpoint("relay.reported")
        self._unmarked = outcome.reports
        self._settle()
        faultpoint("relay.marked")
        self._set_aside(outcome)
        return len(rows)

    def close(self) -> None:
        """Let go of everything: what is in hand is written down, the lease given on."""
        self._sender.close()
        self._settle()
        self.lease.release()

    def _settle(self) -> None:
        """Write down the reports in hand; they are kept until the database has taken them."""
        if self._unmarked:
            self._backlog.mark_sent(self._unmarked)
            metrics.OUTBOX_SENT.inc(len(self._unmarked))
            self._unmarked = []

    def _set_aside(self, outcome: Outcome) -> None:
        for reason, rows in outcome.set_aside.items():
            self._backlog.set_aside(rows, reason, self.lease)
            metrics.OUTBOX_REFUSED.labels(reason).inc(len(rows))
            places = {"reason": str(reason), "rows": len(rows), "first_id": rows[0].id}
            _log.error("outbox rows set aside", extra=places)

    def _confirm_parked(self, doubtful: set[Lane]) -> None:
        # A person may have released a key since we set its row aside.
        if doubtful:
            self._parked = self._backlog.parked()

    def take_census(self) -> None:
        """Count the backlog, and try again what waited for a topic that exists by now."""
        self._census_at = time.monotonic() + CENSUS_SECONDS
        depth = self._backlog.depth()
        metrics.OUTBOX_DEPTH.set(depth.rows)
        metrics.OUTBOX_OLDEST_SECONDS.set(depth.oldest_seconds)
        metrics.OUTBOX_SET_ASIDE.set(depth.set_aside)
        if depth.set_aside:
            missing = self._backlog.topics_missing()
            for topic in self._sender.existing(missing) if missing else ():
                self._backlog.release_topic(topic)
            self._parked = self._backlog.parked()

    def _may_go_on(self) -> bool:
        now = self._turned_at = time.monotonic()
        if now - self._handed_over_at > PATIENCE_SECONDS:
            self._trouble = f"no delivery report for {now - self._handed_over_at:.0f} s"
        return self.lease.keep() and now < self._stop_by

    def _turned(self) -> None:
        self._failures, self._trouble = 0, None
        self._turned_at = time.monotonic()

    def _surviving(self, act: Callable[[], None]) -> None:
        try:
            act()
        except (Error, TransientError) as error:
            self._failures += 1
            self._trouble, self._turned_at = type(error).__name__, time.monotonic()
            pause = backoff.delay(RETRY, self._failures)
            _log.warning("relay waits", extra={"cause": str(error), "seconds": round(pause, 1)})
            connections[self._using].close()
            self._stop.wait(pause)

    def _guard(self) -> None:
        # The client sends from threads of its own: whatever holds up ours, nothing may leave
        # this process once the lease has ended.
        while not self._ended.wait(GUARD_SECONDS):
            if not self.lease.held:
                self._sender.abandon()
