"""The statements of a batch of decisions, by hand: an ORM would cost more than all the rest."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

from bank_grpc.domain.charging import Verdict
from bank_grpc.domain.guessing import Guesses
from bank_grpc.services.books import LimitExceededError
from messaging import bulk

Insert = tuple[str, tuple[str, ...], list[bulk.Row]]
_PAYMENTS: Final = "bank_payment"
_PAYMENT_COLUMNS: Final = (
    "id",
    "scope",
    "request_key",
    "request_digest",
    "store",
    "description",
    "order_id",
    "amount_cents",
    "instalments",
    "status",
    "refusal_code",
    "refunded_cents",
    "created_at",
)
# None where no card was found.
_CARD_COLUMNS: Final = ("card_id", "balance_after_cents", "limit_cents")
_ENTRIES: Final = "bank_ledger_entry"
_ENTRY_COLUMNS: Final = ("operation_id", "account", "kind", "amount_cents", "created_at")
_NUMBERS: Final = (
    "SELECT fingerprint, card_id, last4, replaced_at IS NULL, expiration_month, expiration_year"
    " FROM bank_card_number WHERE fingerprint IN ({})"
)
# In the order of their ids, so that two transactions never wait for each other in a ring.
_LOCKED_CARDS: Final = (
    "SELECT id, status, limit_cents, balance_cents, wrong_codes, wrong_code_at FROM bank_card"
    " WHERE id IN (SELECT card_id FROM bank_card_number WHERE fingerprint IN ({})) ORDER BY id{}"
)
_GUESSES: Final = "UPDATE bank_card SET wrong_codes = {}, wrong_code_at = {} WHERE id = '{}'"


def numbers(connection: BaseDatabaseWrapper, fingerprints: Collection[str]) -> Sequence[Any]:
    """Return (fingerprint, card id, last4, whether current, month, year) of the known ones."""
    return _rows(connection, _NUMBERS, sorted(fingerprints))


def locked_cards(connection: BaseDatabaseWrapper, fingerprints: Collection[str]) -> Sequence[Any]:
    """Return (id, status, limit, balance, wrong codes, when) of the cards, locked until commit.

    The cards are those that have, or once had, these numbers.
    """
    # SQLite has the whole database locked since the transaction's beginning.
    lock = " FOR UPDATE" if connection.vendor == "mysql" else ""
    return _rows(connection, _LOCKED_CARDS, sorted(fingerprints), lock)


def guess_updates(guesses: Mapping[str, Guesses]) -> list[str]:
    """Return the statements that note the guesses at cards, by card id, whose rows are locked."""
    # Ids that the database itself has just given, numbers and times: nothing to escape.
    return [
        _GUESSES.format(
            each.wrong,
            f"'{bulk.stored_time(each.last_at)}'" if each.last_at else "NULL",
            card_id,
        )
        for card_id, each in guesses.items()
    ]


def insert_payments(
    connection: BaseDatabaseWrapper, verdicts: Iterable[Verdict], now: datetime
) -> None:
    """Insert a row for each decision; raises IntegrityError for a key that has its answer."""
    for table, columns, rows in payment_rows(verdicts, now):
        bulk.insert_rows(connection, table, columns, rows)


def payment_rows(verdicts: Iterable[Verdict], now: datetime) -> list[Insert]:
    """Return table, columns and rows of the decisions; those of unknown cards apart."""
    at = bulk.stored_time(now)
    known: list[bulk.Row] = []
    unknown: list[bulk.Row] = []
    for each in verdicts:
        row = _payment_row(each, at)
        if each.card_id is None:
            unknown.append(row)
        else:
            card = (each.card_id, str(each.balance_after_cents), str(each.limit_cents))
            known.append((*row, *card))
    found = [
        (_PAYMENTS, _PAYMENT_COLUMNS + _CARD_COLUMNS, known),
        (_PAYMENTS, _PAYMENT_COLUMNS, unknown),
    ]
    return [each for each in found if each[2]]


def _payment_row(verdict: Verdict, at: str) -> tuple[str, ...]:
    charge = verdict.charge
    return (
        charge.id,
        charge.scope,
        charge.request_key,
        charge.digest,
        charge.store,
        charge.description,
        charge.order_id,
        str(charge.amount_cents),
        str(charge.instalments),
        "rejected" if verdict.refusal else "approved",
        str(verdict.refusal),
        "0",
        at,
    )


def enter(connection: BaseDatabaseWrapper, approved: Sequence[Verdict], now: datetime) -> None:
    """Insert both sides of each payment and move the balances.

    Raises LimitExceededError when a balance would pass its limit.
    """
    if not approved:
        return
    bulk.insert_rows(connection, *entry_rows(approved, now))
    _move_balances(connection, approved)


def entry_rows(approved: Iterable[Verdict], now: datetime) -> Insert:
    """Return table, columns and rows of both sides of each payment."""
    at = bulk.stored_time(now)
    rows: list[bulk.Row] = []
    for each in approved:
        charge, cents = each.charge, str(each.charge.amount_cents)
        rows.append((charge.id, f"card:{each.card_id}", "payment", cents, at))
        rows.append((charge.id, f"store:{charge.store}", "payment", f"-{cents}", at))
    return _ENTRIES, _ENTRY_COLUMNS, rows


def deltas_of(approved: Iterable[Verdict]) -> dict[str, int]:
    """Return by how many cents the balance of each card moves."""
    deltas: dict[str, int] = defaultdict(int)
    for each in approved:
        deltas[str(each.card_id)] += each.charge.amount_cents
    return deltas


def _move_balances(connection: BaseDatabaseWrapper, approved: Iterable[Verdict]) -> None:
    deltas = deltas_of(approved)
    case = f"CASE id {'WHEN %s THEN %s ' * len(deltas)}END"
    branches = [value for pair in deltas.items() for value in pair]
    sql = (
        f"UPDATE bank_card SET balance_cents = balance_cents + {case}"  # noqa: S608  # placeholders
        f" WHERE id IN ({_marks(len(deltas))}) AND balance_cents + {case} <= limit_cents"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*branches, *deltas, *branches])
        if cursor.rowcount != len(deltas):
            raise LimitExceededError


def _rows(
    connection: BaseDatabaseWrapper, sql: str, values: Sequence[str], *more: str
) -> Sequence[Any]:
    if not values:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(sql.format(_marks(len(values)), *more), values)
        found: Sequence[Any] = cursor.fetchall()
    return found


def _marks(count: int) -> str:
    return ", ".join(["%s"] * count)
