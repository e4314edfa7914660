"""Keeps account of what was sent and what was answered, key by key."""

import threading
from collections import Counter
from dataclasses import dataclass, field

from transactions.simulation.traffic import Order


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A 202: which transaction it named, and what must become of it."""

    transaction_id: str
    account_id: str
    amount_cents: int
    expected: str


@dataclass(slots=True)
class Ledger:
    """What became of every order of a run; any thread may write.

    Without `remembers` only the counts are kept, for runs without end.
    """

    remembers: bool = True
    sent: int = 0
    accepted: int = 0
    replayed: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    retried: Counter[str] = field(default_factory=Counter)
    by_key: dict[str, Acceptance] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    contradictions: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note_sent(self) -> None:
        """Count a request that sets out, a repeat of an earlier key included."""
        with self._lock:
            self.sent += 1

    def note_retry(self, cause: str) -> None:
        """Count one try that gave no answer, or asked to come again."""
        with self._lock:
            self.retried[cause] += 1

    def note_accepted(
        self, order: Order, transaction_id: str, account_id: str, *, is_replay: bool
    ) -> None:
        """Keep the 202; the same key with another id is a contradiction."""
        with self._lock:
            self.replayed += is_replay
            self.accepted += not order.is_repeat
            if not self.remembers:
                return
            self.unknown.pop(order.key, None)
            mine = Acceptance(transaction_id, account_id, order.amount_cents, order.expected)
            kept = self.by_key.setdefault(order.key, mine)
            if kept != mine:
                self.contradictions.append(
                    f"{order.key}: {kept.transaction_id} and {transaction_id}"
                )

    def note_refused(self, code: str) -> None:
        """Count a refusal that no repetition would change, by its code."""
        with self._lock:
            self.refused[code] += 1

    def note_unknown(self, order: Order, cause: str) -> None:
        """Keep an order that was given up without an answer."""
        with self._lock:
            if order.key not in self.by_key:
                self.unknown[order.key] = cause

    def expectations(self) -> dict[str, Acceptance]:
        """Return what was accepted, by transaction id."""
        with self._lock:
            return {each.transaction_id: each for each in self.by_key.values()}
