"""A payment on a card's statement, and a page's words, for the tests of a card's pages."""

import re
from typing import Any

from bank_grpc.models import StatementLine
from bank_grpc.services.cards import IssuedCard
from bank_grpc.tests.services.kit import NOW, pay


def posted(card: IssuedCard, cents: int = 8990) -> None:
    """Pay by the card, and have it on the statement."""
    paid = pay(card, cents)
    StatementLine.objects.create(
        movement_id=paid.payment_id,
        card_id=card.card_id,
        transaction_id=paid.payment_id,
        kind="payment",
        amount_cents=cents,
        store="Padaria",
        description="bread",
        authorised_at=NOW,
        posted_at=NOW,
        balance_after_cents=paid.balance_after_cents or 0,
        partition=0,
        offset=StatementLine.objects.count(),
    )


def text_of(answer: Any) -> str:
    """Return a page's words in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
