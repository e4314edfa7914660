"""Money goes back at most as far as it came, once for each request."""

from dataclasses import replace
from typing import Any

import pytest
from django.db.models import Sum
from uuid_utils.compat import uuid7

from bank_grpc.domain.amounts import MalformedAmountError
from bank_grpc.domain.limits import RefundExceedsChargeError
from bank_grpc.models import Card, LedgerEntry, Payment, Refund
from bank_grpc.services import cards
from bank_grpc.services.refunds import RefundOrder, UnknownPaymentError, refund
from bank_grpc.services.requests import RequestReusedError
from bank_grpc.tests.services.kit import NOW, STORE, events, issued, pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(db: None) -> cards.IssuedCard:
    return issued()


def order(payment_id: str, amount_cents: int, **changes: Any) -> RefundOrder:
    made = RefundOrder(
        payment_id=payment_id,
        store=STORE,
        amount_cents=amount_cents,
        scope="account",
        request_key=str(uuid7()),
    )
    return replace(made, **changes)


def test_a_part_and_then_the_rest_go_back(card: cards.IssuedCard) -> None:
    paid = pay(card, 10_000)

    first = refund(order(paid.payment_id, 3_000), now=NOW)
    second = refund(order(paid.payment_id, 7_000), now=NOW)

    assert (first.refunded_total_cents, first.balance_after_cents) == (3_000, 7_000)
    assert (second.refunded_total_cents, second.balance_after_cents) == (10_000, 0)
    assert Card.objects.get().balance_cents == 0
    assert LedgerEntry.objects.aggregate(total=Sum("amount_cents"))["total"] == 0
    assert [event["kind"] for event in events()] == ["payment", "refund", "refund"]
    assert events()[1]["transaction_id"] == paid.payment_id
    assert events()[1]["refund_id"] == first.id


def test_more_than_is_left_is_refused_and_changes_nothing(card: cards.IssuedCard) -> None:
    paid = pay(card, 10_000)
    refund(order(paid.payment_id, 9_999), now=NOW)

    with pytest.raises(RefundExceedsChargeError):
        refund(order(paid.payment_id, 2), now=NOW)

    assert Payment.objects.get().refunded_cents == 9_999
    assert Refund.objects.count() == 1


def test_a_repetition_gives_back_once(card: cards.IssuedCard) -> None:
    asked = order(pay(card, 10_000).payment_id, 3_000)

    first, again = refund(asked, now=NOW), refund(asked, now=NOW)

    assert first.id == again.id
    assert Card.objects.get().balance_cents == 7_000


def test_the_same_key_for_another_refund_is_an_error(card: cards.IssuedCard) -> None:
    asked = order(pay(card, 10_000).payment_id, 3_000)
    refund(asked, now=NOW)

    with pytest.raises(RequestReusedError):
        refund(replace(asked, amount_cents=3_001), now=NOW)


def test_another_store_finds_no_payment(card: cards.IssuedCard) -> None:
    paid = pay(card)

    with pytest.raises(UnknownPaymentError):
        refund(order(paid.payment_id, 1, store="Livraria"), now=NOW)


def test_a_refused_payment_has_nothing_to_give_back(card: cards.IssuedCard) -> None:
    refused = pay(card, 100_001)

    with pytest.raises(UnknownPaymentError):
        refund(order(refused.payment_id, 1), now=NOW)


def test_a_blocked_card_takes_a_refund(card: cards.IssuedCard) -> None:
    paid = pay(card, 10_000)
    cards.block_card(card.card_id, actor="test", now=NOW)

    assert refund(order(paid.payment_id, 10_000), now=NOW).balance_after_cents == 0


@pytest.mark.parametrize("amount_cents", [0, -1])
def test_nothing_is_no_refund(card: cards.IssuedCard, amount_cents: int) -> None:
    with pytest.raises(MalformedAmountError):
        refund(order(pay(card).payment_id, amount_cents), now=NOW)
