"""Compares what was answered with what the database and the topics hold, id by id."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar

from django.db import OperationalError, connection
from django.db.models import QuerySet

from transactions.events import TRANSACTIONS_RESULT
from transactions.models import Decision, Transaction
from transactions.simulation.ledger import Acceptance, Ledger
from transactions.simulation.topics import Carried

T = TypeVar("T")

_CHUNK: Final = 500
_LOOK_EVERY: Final = 0.25
_MOST_NAMED: Final = 10


@dataclass(slots=True)
class Report:
    """What the comparison found; nothing lost, doubled, wrong or unresolved is what is promised.

    Each finding is a line that names the transaction or the key. `repeats` are records that came
    again under the same event id, as at-least-once delivery allows.
    """

    accepted: int = 0
    rows: int = 0
    decided: int = 0
    approved: int = 0
    accepted_cents: int = 0
    decided_cents: int = 0
    repeats: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    unresolved: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Tell whether all is as it was promised."""
        return not (self.lost or self.doubled or self.wrong or self.unresolved)

    def count(self, kind: str) -> int:
        """Return how many transactions or keys the findings of a kind (`lost`, ...) name."""
        return len({line.partition(":")[0] for line in getattr(self, kind)})

    def findings(self) -> list[str]:
        """Return the first findings of each kind, as lines for people."""
        kinds = ("lost", "doubled", "wrong", "unresolved")
        return [f"{kind}: {line}" for kind in kinds for line in getattr(self, kind)[:_MOST_NAMED]]


def wait_until_decided(
    ids: Iterable[str], *, seconds: float, on_wait: Callable[[int], None] = lambda _: None
) -> int:
    """Wait until every transaction is decided; return how many are not after `seconds`.

    A database that is away is waited for like a decision that is late.
    """
    left = set(ids)
    deadline = time.monotonic() + seconds
    while True:
        try:
            for chunk in _chunks(sorted(left)):
                rows = Transaction.objects.filter(id__in=chunk).exclude(status="pending")
                left -= set(rows.values_list("id", flat=True))
        except OperationalError:
            connection.close()
        on_wait(len(left))
        if not left or time.monotonic() >= deadline:
            return len(left)
        time.sleep(_LOOK_EVERY)


def compare(
    ledger: Ledger,
    *,
    run: str,
    since: datetime,
    account_ids: Sequence[str],
    carried: dict[str, dict[str, Carried]],
) -> Report:
    """Return what became of the run's requests; `since` is when it began."""
    expected = ledger.expectations()
    report = Report(accepted=len(expected))
    report.wrong += ledger.contradictions
    report.unresolved += [f"{key}: {cause}" for key, cause in ledger.unknown.items()]
    _compare_rows(report, expected)
    _compare_decisions(report, expected)
    _compare_topics(report, expected, carried)
    _find_strangers(report, ledger, run=run, since=since, account_ids=account_ids)
    return report


def _compare_rows(report: Report, expected: dict[str, Acceptance]) -> None:
    found = _by_id(
        Transaction.objects.values_list("id", "account_id", "amount_cents", "status", "error_code"),
        expected,
    )
    report.rows = len(found)
    for transaction_id, promise in expected.items():
        report.accepted_cents += promise.amount_cents
        row = found.get(transaction_id)
        if row is None:
            report.lost.append(f"{transaction_id}: no row")
        elif row[3] == "pending":
            report.lost.append(f"{transaction_id}: not decided")
        elif row[1:] != (promise.account_id, promise.amount_cents, *_verdict(promise)):
            report.wrong.append(f"{transaction_id}: the row says {row[3]} {row[4]}")


def _compare_decisions(report: Report, expected: dict[str, Acceptance]) -> None:
    found = _by_id(
        Decision.objects.values_list("id", "account_id", "amount_cents", "status", "error_code"),
        expected,
    )
    report.decided = len(found)
    report.approved = sum(row[3] == "approved" for row in found.values())
    report.decided_cents = sum(row[2] for row in found.values())
    for transaction_id, promise in expected.items():
        row = found.get(transaction_id)
        if row is None:
            report.lost.append(f"{transaction_id}: no decision")
        elif row[1:] != (promise.account_id, promise.amount_cents, *_verdict(promise)):
            report.wrong.append(f"{transaction_id}: decided {row[3]} {row[4]}")


def _compare_topics(
    report: Report, expected: dict[str, Acceptance], carried: dict[str, dict[str, Carried]]
) -> None:
    for topic, by_id in carried.items():
        for transaction_id, promise in expected.items():
            record = by_id.get(transaction_id)
            if record is None:
                report.lost.append(f"{transaction_id}: not on {topic}")
                continue
            report.repeats += record.records - 1
            if len(record.event_ids) > 1:
                report.doubled.append(f"{transaction_id}: {len(record.event_ids)} ids on {topic}")
            says = {(*_verdict(promise), promise.amount_cents)}
            if topic == TRANSACTIONS_RESULT.name and record.says != says:
                report.wrong.append(f"{transaction_id}: {topic} says {sorted(record.says)}")


def _find_strangers(
    report: Report, ledger: Ledger, *, run: str, since: datetime, account_ids: Sequence[str]
) -> None:
    """Look for rows of the run that no answer named: one key must not have two of them."""
    rows = Transaction.objects.filter(
        account_id__in=account_ids, created_at__gte=since, metadata__run=run
    )
    known = {promise.transaction_id for promise in ledger.by_key.values()}
    for transaction_id, metadata in rows.values_list("id", "metadata").iterator():
        key = f"simulated-{run}-{metadata['number']}"
        # Of a key given up nothing was promised: it is unresolved already.
        if transaction_id not in known and key not in ledger.unknown:
            report.doubled.append(f"{transaction_id}: a second row under {key}")


def _verdict(promise: Acceptance) -> tuple[str, str]:
    return ("rejected", promise.expected) if promise.expected else ("approved", "")


def _by_id(rows: QuerySet[Any, Any], ids: Iterable[str]) -> dict[str, Any]:
    return {row[0]: row for chunk in _chunks(list(ids)) for row in rows.filter(id__in=chunk)}


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
