"""Lets metrics, audit and panels react to consumed messages without any consumer knowing them."""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from messaging import metrics
from messaging.consumer import Message
from messaging.records import Record

_logger = logging.getLogger("messaging.observers")


class Observer(Protocol):
    """Is told what happened; each method is called after the fact and may not block.

    Whatever an observer raises is counted and logged, and never fails a message.
    """

    def on_received(self, consumer: str, records: Sequence[Record]) -> None:
        """Learn that records came from the broker."""
        ...

    def on_succeeded(self, consumer: str, messages: Sequence[Message[Any]]) -> None:
        """Learn that the effect of messages is durable; those seen before are not among them."""
        ...

    def on_retried(self, consumer: str, record: Record, error: Exception) -> None:
        """Learn that a record failed and will be tried again."""
        ...

    def on_dead_lettered(self, consumer: str, record: Record, error: Exception) -> None:
        """Learn that a record failed for good and its letter is confirmed."""
        ...


class Observers:
    """All observers of one consumer, called one after the other, in the consumer's own thread."""

    def __init__(self, consumer: str, observers: Iterable[Observer]) -> None:
        """Tell `observers` about the consumer called `consumer`."""
        self._consumer = consumer
        self._observers = tuple(observers)
        self._failures = metrics.OBSERVER_FAILURES.labels(consumer)

    def received(self, records: Sequence[Record]) -> None:
        """Tell that records came."""
        for each in self._observers:
            self._tell(each.on_received, records)

    def succeeded(self, messages: Sequence[Message[Any]]) -> None:
        """Tell that messages were applied."""
        for each in self._observers:
            self._tell(each.on_succeeded, messages)

    def retried(self, record: Record, error: Exception) -> None:
        """Tell that a record will be tried again."""
        for each in self._observers:
            self._tell(each.on_retried, record, error)

    def dead_lettered(self, record: Record, error: Exception) -> None:
        """Tell that a record is dead."""
        for each in self._observers:
            self._tell(each.on_dead_lettered, record, error)

    def _tell(self, method: Callable[..., None], *facts: Any) -> None:
        try:
            method(self._consumer, *facts)
        except Exception:  # An observer's bug must not become the consumer's failure.
            self._failures.inc()
            _logger.exception("an observer failed in %s", getattr(method, "__qualname__", method))


def configured() -> list[Observer]:
    """Return a new instance of each class that the setting MESSAGING_OBSERVERS names."""
    return [import_string(path)() for path in settings.MESSAGING_OBSERVERS]
