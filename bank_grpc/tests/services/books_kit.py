"""Cards with a statement, for tests of what is made of it: posted by hand, at any time."""

from datetime import datetime
from itertools import count
from typing import Any

from uuid_utils.compat import uuid7

from bank_grpc.models import Card, InvoicePayment, StatementLine
from bank_grpc.tests.services.kit import NOW, issued

_offsets = count(1)


def card_made(at: datetime, closing_day: int = 10) -> Card:
    """Return a card that was issued at `at`."""
    card = Card.objects.get(pk=issued(10**9).card_id)
    card.created_at, card.closing_day = at, closing_day
    card.save(update_fields=["created_at", "closing_day"])
    return card


def posted(card: Card, at: datetime, amount_cents: int, **changes: Any) -> StatementLine:
    """Return a new last line of the card's statement."""
    identity = str(uuid7())
    values: dict[str, Any] = {
        "movement_id": identity,
        "card_id": card.id,
        "transaction_id": identity,
        "kind": "payment",
        "amount_cents": amount_cents,
        "store": "Padaria",
        "description": "bread",
        "authorised_at": at,
        "posted_at": at,
        "balance_after_cents": 0,
        "partition": 0,
        "offset": next(_offsets),
    }
    return StatementLine.objects.create(**(values | changes))


def paid_towards(card: Card, month: str, amount_cents: int, at: datetime) -> None:
    """Have the card's holder pay in towards the invoice of `month`, such as 2026-11."""
    key = str(uuid7())
    InvoicePayment.objects.create(
        id=key,
        scope="holder",
        request_key=key,
        request_digest="",
        card=card,
        month=month,
        amount_cents=amount_cents,
        balance_after_cents=0,
        created_at=at,
    )


__all__ = ["NOW", "card_made", "paid_towards", "posted"]
