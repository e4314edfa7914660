"""Keeps answers that are dear to find, with their age, so that watching never costs much."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Generic, TypeVar

T = TypeVar("T")

# An answer rests for so many times what it took: counting may cost a twentieth of one core.
REST_FACTOR: Final = 20
SHORTEST_REST: Final = 1.0
_MOST_KEYS: Final = 1000


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What was found, and when the asking began: the answer is true as of then."""

    value: T
    as_of: datetime


class _Entry(Generic[T]):
    def __init__(self) -> None:
        self.asking = threading.Lock()
        self.answer: Answer[T] | None = None
        self.rests_until = 0.0


class Kept(Generic[T]):
    """Answers by key; whoever asks while one is being found gets the last one, and does not wait.

    Only the very first asking of a key waits for another's.
    """

    def __init__(self) -> None:
        """Start with no answers."""
        self._entries: OrderedDict[Hashable, _Entry[T]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, find: Callable[[], T]) -> Answer[T]:
        """Return the answer for `key`, found anew by `find` when the last one has rested."""
        entry = self._entry(key)
        known = entry.answer
        if known is not None and time.monotonic() < entry.rests_until:
            return known
        if not entry.asking.acquire(blocking=known is None) and known is not None:
            return known
        try:
            return self._find(entry, find)
        finally:
            entry.asking.release()

    def _find(self, entry: _Entry[T], find: Callable[[], T]) -> Answer[T]:
        if entry.answer is not None and time.monotonic() < entry.rests_until:
            return entry.answer
        as_of, start = datetime.now(UTC), time.monotonic()
        answer = Answer(find(), as_of)
        end = time.monotonic()
        entry.rests_until = end + max(SHORTEST_REST, REST_FACTOR * (end - start))
        entry.answer = answer
        return answer

    def _entry(self, key: Hashable) -> _Entry[T]:
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            while len(self._entries) > _MOST_KEYS:
                self._entries.popitem(last=False)
            return entry
