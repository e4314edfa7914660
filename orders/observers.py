"""Lets the saga's board know when a service waits, without any consumer knowing the board.

It writes when something changes, never with every message: failures, the first success after them,
each dead letter. A success takes back what all partitions say, for they share a row; one that still
waits says so again at its next try, within seconds.
"""

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import F
from django.utils import timezone

from messaging.consumer import Message
from messaging.records import Record
from orders.models.signal import WorkerSignal

SERVICES: Final = (
    "reservation",
    "fraud",
    "payment",
    "picking",
    "notification",
    "reporting",
)


class BoardObserver:
    """Keeps the signal of the consumer whose process it lives in."""

    def __init__(self) -> None:
        """Know nothing yet: a process that was killed may have left a signal behind."""
        self._waits: bool | None = None

    def on_received(self, consumer: str, records: Sequence[Record]) -> None:
        """Receiving says nothing about getting anywhere."""

    def on_succeeded(self, consumer: str, messages: Sequence[Message[Any]]) -> None:
        """Take the signal back, if there may be one."""
        if messages and consumer in SERVICES and self._waits is not False:
            signals = WorkerSignal.objects.filter(name=consumer)
            signals.update(waits_since=None, error="", updated_at=timezone.now())
            self._waits = False

    def on_retried(self, consumer: str, record: Record, error: Exception) -> None:  # noqa: ARG002 - the protocol's
        """Say that the service waits, and for what kind of thing."""
        if consumer not in SERVICES:
            return
        now = timezone.now()
        signal = {"waits_since": now, "error": _named(error), "updated_at": now}
        if self._waits:
            # Another process may have gone on with its partitions, and taken it back.
            WorkerSignal.objects.filter(name=consumer, waits_since=None).update(**signal)
        else:
            WorkerSignal.objects.update_or_create(name=consumer, defaults=signal)
            self._waits = True

    def on_dead_lettered(self, consumer: str, record: Record, error: Exception) -> None:  # noqa: ARG002 - the protocol's
        """Count what a person has to look at."""
        if consumer in SERVICES:
            now = timezone.now()
            WorkerSignal.objects.get_or_create(name=consumer, defaults={"updated_at": now})
            signals = WorkerSignal.objects.filter(name=consumer)
            signals.update(dead_letters=F("dead_letters") + 1, updated_at=now)


def _named(error: Exception) -> str:
    """Return the class of what was behind an error; its text may say more than it should."""
    return type(error.__cause__ or error).__name__
