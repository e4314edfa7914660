"""The same refund or invoice payment twice at once: one effect, and one answer to both."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from uuid_utils.compat import uuid7

from bank_grpc.models import Card, InvoicePayment, Refund
from bank_grpc.services.invoice_payments import InvoiceOrder, pay_invoice
from bank_grpc.services.refunds import RefundOrder, refund
from bank_grpc.tests.services.kit import NOW, STORE, issued, pay

pytestmark = pytest.mark.django_db(transaction=True)
_PATIENCE = 60
_CENTS = 10_000


@contextmanager
def locked(card_id: str) -> Iterator[None]:
    """Hold the card's row, so that whoever comes meanwhile stands before it."""
    with transaction.atomic():
        Card.objects.select_for_update().get(pk=card_id)
        yield


def both(card_id: str, work: Callable[[], str]) -> list[str]:
    """Return what two callers are told who have both looked before either could write."""
    told: list[str] = []

    def call() -> None:
        try:
            told.append(work())
        except Exception as error:  # noqa: BLE001 - whatever it is, it is not the answer
            told.append(repr(error))
        finally:
            connection.close()

    twins = [threading.Thread(target=call) for _ in range(2)]
    with locked(card_id):
        for each in twins:
            each.start()
        for each in twins:
            # Time to look and to stand before the lock; who comes later finds the answer.
            each.join(0.5)
        assert told == []
    for each in twins:
        each.join(_PATIENCE)
    return told


def test_a_twin_of_a_whole_refund_gets_the_answer_of_the_first() -> None:
    card = issued()
    order = RefundOrder(
        payment_id=pay(card, _CENTS).payment_id,
        store=STORE,
        amount_cents=_CENTS,
        scope="account",
        request_key=str(uuid7()),
    )

    told = both(card.card_id, lambda: refund(order, now=NOW).id)

    assert told == [Refund.objects.get().id] * 2
    assert Card.objects.get().balance_cents == 0


def test_a_twin_that_pays_all_that_is_owed_gets_the_answer_of_the_first() -> None:
    card = issued()
    pay(card, _CENTS)
    order = InvoiceOrder(
        card_id=card.card_id,
        month="2026-11",
        amount_cents=_CENTS,
        scope="holder",
        request_key=str(uuid7()),
    )

    told = both(card.card_id, lambda: pay_invoice(order, now=NOW).id)

    assert told == [InvoicePayment.objects.get().id] * 2
    assert Card.objects.get().balance_cents == 0
