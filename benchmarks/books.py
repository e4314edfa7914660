"""Old books: the invariants over a million lines, and the invoices of cards with open months."""

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db import connection

from bank_grpc import selectors_invoices
from bank_grpc.models import Card
from bank_grpc.services.invariants.check import INVARIANTS, WINDOW, check_all
from bank_grpc.services.invariants.rule import Look
from benchmarks.harness import Benchmark, Sample, Variant, timed
from messaging.consumer import Message

LINES: Final = int(os.environ.get("TRILHO_BENCH_BOOK_LINES", "1000000"))
# One card has a tenth of all lines; each of the others a thousandth of the rest or so.
_LARGE: Final = LINES // 10
_OTHERS: Final = 900
_MONTHS: Final = 4
_CENTS: Final = 100
_NOW: Final = datetime(2026, 6, 20, 12, tzinfo=UTC)
_FIRST: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
_STEP_MICROSECONDS: Final = int((_NOW - _FIRST - WINDOW * 2) / timedelta(microseconds=1)) // LINES
_NOTES: Final = (
    f"{LINES:,} approved payments, as many statement lines and twice as many ledger entries, made"
    f" by the database itself; one card has {_LARGE:,} of them in four open months, {_OTHERS}"
    " others share the rest. Nothing is on the topic and nothing in the outbox, so that the"
    " invariants that read those are as quick as they can be. Units are the lines that are looked"
    " at; CPU is that of the asking process, beside the database's. Nothing here is asserted."
)
_SEQUENCE: Final = f"seq_1_to_{LINES}"
# Of the line number `seq`: which card's, and the how manyth of the card it is.
_CARD: Final = f"LPAD(IF(seq <= {_LARGE}, 0, 1 + (seq - {_LARGE} - 1) % {_OTHERS}), 36, '0')"
_COUNT: Final = f"IF(seq <= {_LARGE}, seq, 1 + (seq - {_LARGE} - 1) DIV {_OTHERS})"
_AT: Final = (
    f"'{_FIRST:%Y-%m-%d %H:%M:%S}' + INTERVAL"
    f" IF(seq <= {_LARGE}, seq * {LINES // _LARGE}, seq) * {_STEP_MICROSECONDS} MICROSECOND"
)
_ID: Final = "LPAD(seq, 36, '0')"
_FILL: Final = f"""
INSERT INTO bank_payment (id, scope, request_key, request_digest, card_id, store, description,
    order_id, amount_cents, instalments, status, refusal_code, balance_after_cents, limit_cents,
    refunded_cents, created_at)
SELECT {_ID}, 'store:Padaria', {_ID}, '', {_CARD}, 'Padaria', '', '', {_CENTS}, 1, 'approved', '',
    {_COUNT} * {_CENTS}, 0, 0, {_AT} FROM {_SEQUENCE};
INSERT INTO bank_ledger_entry (operation_id, account, kind, amount_cents, created_at)
SELECT {_ID}, CONCAT('card:', {_CARD}), 'payment', {_CENTS}, {_AT} FROM {_SEQUENCE};
INSERT INTO bank_ledger_entry (operation_id, account, kind, amount_cents, created_at)
SELECT {_ID}, 'store:Padaria', 'payment', -{_CENTS}, {_AT} FROM {_SEQUENCE};
INSERT INTO bank_statement_line (movement_id, card_id, transaction_id, kind, amount_cents, store,
    description, instalments, authorised_at, posted_at, balance_after_cents, `partition`, `offset`)
SELECT {_ID}, {_CARD}, {_ID}, 'payment', {_CENTS}, 'Padaria', '', 1, {_AT}, {_AT},
    {_COUNT} * {_CENTS}, 0, seq FROM {_SEQUENCE};
UPDATE bank_card SET balance_cents = {_CENTS} *
    (SELECT COUNT(*) FROM bank_statement_line WHERE card_id = bank_card.id);
ANALYZE TABLE bank_payment, bank_ledger_entry, bank_statement_line, bank_card
"""


class _NothingPosted:
    """A topic of which the statement's group has read nothing."""

    def posted(self) -> Mapping[int, tuple[int, int]]:
        """Return no partition."""
        return {}

    def messages(
        self,
        partition: int,  # noqa: ARG002 - as the protocol has it
        start: int,  # noqa: ARG002
        stop: int,  # noqa: ARG002
    ) -> Iterator[tuple[int, int, list[Message[Any]]]]:
        """Yield nothing."""
        return iter(())


def benchmark() -> Benchmark:
    """Fill the books, and return what is asked of them."""
    _fill()
    each = {invariant.name: invariant for invariant in INVARIANTS}
    look = Look(_NothingPosted(), _NOW - WINDOW)
    large, ordinary = (Card.objects.get(pk=f"{number:036}") for number in (0, 1))
    one: Callable[[str], Callable[[], object]] = lambda name: partial(each[name].broken, look)  # noqa: E731
    told: list[tuple[str, Callable[[], object], int]] = [
        ("every invariant", _check_all, LINES),
        ("balance_runs_on", one("balance_runs_on"), LINES),
        ("line_has_its_payment", one("line_has_its_payment"), LINES),
        ("payment_has_two_entries", one("payment_has_two_entries"), LINES),
        ("invoices, a tenth of all lines", partial(_invoices, large), _LARGE),
        ("invoices, an ordinary card", partial(_invoices, ordinary), (LINES - _LARGE) // _OTHERS),
    ]
    return Benchmark(
        title="The bank's books with a million lines",
        unit="lines",
        variants=[Variant(name=name, run=partial(_run, act, lines)) for name, act, lines in told],
        notes=_NOTES,
        rounds=2,
    )


def _run(act: Callable[[], object], lines: int) -> Sample:
    done = timed(act, lines)
    return Sample(
        units=lines,
        seconds=done.seconds,
        cpu_seconds=done.cpu_seconds,
        extra={"seconds": done.seconds},
    )


def _check_all() -> None:
    outcomes = check_all(_NothingPosted(), now=_NOW)
    broken = [each.invariant.name for each in outcomes if not each.holds]
    if broken:
        raise RuntimeError(f"the books are wrong: {broken}")


def _invoices(card: Card) -> None:
    shown = selectors_invoices.invoices_of(card, now=_NOW)
    if len(shown) < _MONTHS or not all(each.total_cents for each in shown):
        raise RuntimeError("there are not four open months with lines")


def _fill() -> None:
    Card.objects.bulk_create(
        Card(
            id=f"{number:036}",
            holder=f"Holder {number}",
            limit_cents=10**12,
            closing_day=28,
            created_at=_FIRST,
        )
        for number in range(_OTHERS + 1)
    )
    with connection.cursor() as cursor:
        for statement in _FILL.split(";"):
            cursor.execute(statement)
