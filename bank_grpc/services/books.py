"""Writes decided money into the books: rows, ledger entries that sum to zero, the balance."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Case, F, Value, When

from bank_grpc.models import Card, LedgerEntry
from bank_grpc.models.ledger import CASH

Kind = LedgerEntry.Kind


class LimitExceededError(Exception):
    """A balance would pass its limit: the database was not as it was judged; judge again."""


def entries(
    operation_id: str, *, kind: Kind, card_id: str, store: str, amount_cents: int, at: datetime
) -> list[LedgerEntry]:
    """Return both sides of one movement; `amount_cents` is what the card owes more by it."""
    other = f"store:{store}" if store else CASH
    sides = ((f"card:{card_id}", amount_cents), (other, -amount_cents))
    return [
        LedgerEntry(
            operation_id=operation_id, account=account, kind=kind, amount_cents=cents, created_at=at
        )
        for account, cents in sides
    ]


def enter(movements: Sequence[LedgerEntry]) -> None:
    """Insert ledger entries and move the balances of their cards, in the running transaction.

    Raises LimitExceededError when a balance would pass its limit.
    """
    LedgerEntry.objects.bulk_create(movements)
    _move_balances(movements)


def _move_balances(movements: Iterable[LedgerEntry]) -> None:
    deltas: dict[str, int] = defaultdict(int)
    for entry in movements:
        side, _, card_id = entry.account.partition(":")
        if side == "card":
            deltas[card_id] += entry.amount_cents
    if not deltas:
        return
    delta = Case(*(When(pk=pk, then=Value(cents)) for pk, cents in sorted(deltas.items())))
    # More debt only within the limit; less of it always.
    moved = (
        Card.objects.filter(pk__in=sorted(deltas))
        .annotate(after=F("balance_cents") + delta)
        .filter(after__lte=F("limit_cents"))
        .update(balance_cents=F("balance_cents") + delta)
    )
    if moved != len(deltas):
        raise LimitExceededError
