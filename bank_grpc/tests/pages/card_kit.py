"""A payment on a card's statement, and a page's words, for the tests of a card's pages."""

import re
from typing import Any

from bank_grpc.models import Card, StatementLine
from bank_grpc.services.cards import IssuedCard
from bank_grpc.tests.services import books_kit
from bank_grpc.tests.services.kit import NOW, pay


def posted(card: IssuedCard, cents: int = 8990, *, store: str = "Padaria") -> None:
    """Pay by the card, and have it on the statement."""
    paid = pay(card, cents)
    books_kit.posted(
        Card.objects.get(pk=card.card_id),
        NOW,
        cents,
        movement_id=paid.payment_id,
        transaction_id=paid.payment_id,
        store=store,
        balance_after_cents=paid.balance_after_cents or 0,
        offset=StatementLine.objects.count(),
    )


def text_of(answer: Any) -> str:
    """Return a page's words in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
