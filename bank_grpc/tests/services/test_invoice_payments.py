"""What a holder pays in restores the limit at once, up to what is owed."""

from dataclasses import replace
from typing import Any

import pytest
from django.db.models import Sum
from uuid_utils.compat import uuid7

from bank_grpc.domain.limits import OverpaymentError
from bank_grpc.models import Card, InvoicePayment, LedgerEntry
from bank_grpc.services import cards
from bank_grpc.services.invoice_payments import InvoiceOrder, pay_invoice
from bank_grpc.services.requests import RequestReusedError
from bank_grpc.tests.services.kit import NOW, events, issued, pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(db: None) -> cards.IssuedCard:
    return issued()


def order(card: cards.IssuedCard, amount_cents: int, **changes: Any) -> InvoiceOrder:
    made = InvoiceOrder(
        card_id=card.card_id,
        month="2026-11",
        amount_cents=amount_cents,
        scope="holder",
        request_key=str(uuid7()),
    )
    return replace(made, **changes)


def test_the_limit_is_back_at_once(card: cards.IssuedCard) -> None:
    pay(card, 100_000)
    assert not pay(card, 1).is_approved

    paid = pay_invoice(order(card, 40_000), now=NOW)

    assert paid.balance_after_cents == 60_000
    assert pay(card, 40_000).is_approved
    assert LedgerEntry.objects.aggregate(total=Sum("amount_cents"))["total"] == 0
    event = events()[2]
    assert (event["kind"], event["store"], event["status"]) == ("invoice_payment", "", "approved")
    assert event["transaction_id"] == paid.id


def test_more_than_is_owed_is_refused(card: cards.IssuedCard) -> None:
    pay(card, 500)

    with pytest.raises(OverpaymentError):
        pay_invoice(order(card, 501), now=NOW)

    assert not InvoicePayment.objects.exists()
    assert Card.objects.get().balance_cents == 500


def test_a_repetition_is_paid_once(card: cards.IssuedCard) -> None:
    pay(card, 500)
    asked = order(card, 500)

    assert pay_invoice(asked, now=NOW).id == pay_invoice(asked, now=NOW).id
    assert Card.objects.get().balance_cents == 0


def test_the_same_key_for_another_sum_is_an_error(card: cards.IssuedCard) -> None:
    pay(card, 500)
    asked = order(card, 100)
    pay_invoice(asked, now=NOW)

    with pytest.raises(RequestReusedError):
        pay_invoice(replace(asked, amount_cents=101), now=NOW)


def test_an_unknown_card_is_none(card: cards.IssuedCard) -> None:
    with pytest.raises(Card.DoesNotExist):
        pay_invoice(order(card, 1, card_id="unknown"), now=NOW)
