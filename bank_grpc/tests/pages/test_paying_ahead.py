"""The page of an open invoice says where the money goes that is paid before it closes."""

import pytest
from django.test import Client

from bank_grpc.models import Invoice
from bank_grpc.services.cards import IssuedCard
from bank_grpc.tests.services.kit import NOW, pay

pytestmark = pytest.mark.django_db(transaction=True)
_HINT = "it goes to older ones first"


def test_an_open_invoice_tells_that_older_ones_come_first(
    owned: tuple[Client, IssuedCard],
) -> None:
    client, card = owned
    pay(card)
    path = f"/bank/cards/{card.card_id}/invoices/2026-11/"
    assert _HINT in client.get(path).content.decode()

    Invoice.objects.create(
        card_id=card.card_id,
        month="2026-11",
        closing_date=NOW.date(),
        due_date=NOW.date(),
        total_cents=10_000,
        minimum_cents=5_000,
        through_offset=-1,
        closed_at=NOW,
    )

    assert _HINT not in client.get(path).content.decode()
