"""Authorises payments: judged under the cards' locks, written with their events, or not at all.

Calls that come at once share a transaction: one thread judges and writes for all of them, and each
gets its own answer. Callers with a thread of their own lead in turn (`messaging.group_commit`),
those on an event loop leave it to its clerk (`services.clerk`).
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from django.db import connections

from bank_grpc.domain.charging import Charge
from bank_grpc.services import in_packets
from bank_grpc.services.decide import Decided, decide
from bank_grpc.services.requests import RequestReusedError
from messaging import trace
from messaging.group_commit import GroupCommit
from messaging.whole import TryAgainError, run_whole

LARGEST_BATCH: Final = 64
LONGEST_QUEUE: Final = 1000


class DeadlinePassedError(Exception):
    """The caller has given up before anything was done."""


class Answer(NamedTuple):
    """What the caller is told, at the first time and at every repetition."""

    payment_id: str
    refusal_code: str
    balance_after_cents: int | None
    amount_cents: int
    created_at: datetime

    @property
    def is_approved(self) -> bool:
        """Tell whether the card pays."""
        return not self.refusal_code


@dataclass(slots=True, eq=False)
class Entry:
    """One charge on its way; `deadline` is on the monotonic clock, and either end is set by then.

    `trace` is the caller's, since another thread may write the event.
    """

    charge: Charge
    now: datetime
    trace: str
    deadline: float | None
    decided: Decided | None = None
    failure: Exception | None = None

    def answer(self) -> Answer:
        """Return what was decided, or raise what `authorise` raises."""
        if self.failure is not None:
            # Shared by all of a batch: each caller raises one of its own.
            raise type(self.failure)(*self.failure.args) from self.failure
        decided = self.decided
        if decided is None:
            raise TryAgainError
        if decided.request_digest != self.charge.digest:
            raise RequestReusedError
        return Answer(
            decided.payment_id,
            decided.refusal_code,
            decided.balance_after_cents,
            decided.amount_cents,
            decided.created_at,
        )


def entry_of(charge: Charge, now: datetime, deadline: float | None) -> Entry:
    """Return `charge` on its way, in the trace of its caller."""
    return Entry(charge, now, trace.current() or trace.start(), deadline)


def authorise(charge: Charge, *, now: datetime, deadline: float | None = None) -> Answer:
    """Decide `charge`, or find what its key was answered before.

    Raises RequestReusedError when the key stands for another charge, TryAgainError when the
    database could not say (the same charge again then tells), DeadlinePassedError when `deadline`
    (monotonic) came before its turn, `group_commit.QueueFullError` when too many wait.
    """
    entry = entry_of(charge, now, deadline)
    _commits.submit(entry)
    return entry.answer()


def write(entries: Sequence[Entry]) -> None:
    """Decide a batch in one transaction, and note on each entry what became of it."""
    moment = time.monotonic()
    live = []
    for each in entries:
        if each.deadline is None or each.deadline > moment:
            live.append(each)
        else:
            each.failure = DeadlinePassedError()
    if live:
        _write_whole(live)


def _write_whole(entries: Sequence[Entry]) -> None:
    try:
        decided = _decide(entries)
    except TryAgainError as error:
        _fail(entries, error)
    except Exception as error:  # noqa: BLE001 - each waiter raises it in its own thread
        if len(entries) == 1:
            _fail(entries, error)
        else:
            # So that a charge which no table takes fails alone.
            for each in entries:
                _write_whole([each])
    else:
        for each, one in zip(entries, decided, strict=True):
            each.decided = one


def _decide(entries: Sequence[Entry]) -> list[Decided]:
    connection = connections["default"]
    charges = [each.charge for each in entries]
    has_failed = False
    if in_packets.takes(connection, charges):
        found = in_packets.decide(connection, charges, entries[-1].now, traces=_traces(entries))
        if found is not None:
            return found
        has_failed = True
    return run_whole(_work(entries, was_tried=has_failed))


def _traces(entries: Sequence[Entry]) -> dict[str, str]:
    return {each.charge.id: each.trace for each in entries}


class _work:  # noqa: N801 - called like the function that it stands for
    """One batch, and whether it has been tried before: only then are earlier answers looked up.

    Most keys are new, and the unique key finds those that are not.
    """

    def __init__(self, entries: Sequence[Entry], *, was_tried: bool) -> None:
        self._entries = entries
        self._was_tried = was_tried

    def __call__(self) -> list[Decided]:
        looks_back, self._was_tried = self._was_tried, True
        charges = [each.charge for each in self._entries]
        now, traces = self._entries[-1].now, _traces(self._entries)
        return decide(charges, now, traces=traces, looks_back=looks_back)


def _fail(entries: Sequence[Entry], error: Exception) -> None:
    for each in entries:
        each.failure = error


_commits: Final = GroupCommit(write, largest_batch=LARGEST_BATCH, longest_queue=LONGEST_QUEUE)
