"""Somebody holds the card's row: callers are told to try again, never that they are refused."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import grpc
import pytest
from django.db import connection, transaction

from bank_grpc.models import Card, Payment
from bank_grpc.services import cards
from bank_grpc.tests.server.test_payment_service import CODE, call, request

pytestmark = pytest.mark.django_db(transaction=True)
_PATIENCE = 60


@contextmanager
def locked(card_id: str) -> Iterator[None]:
    """Hold the card's row, in a transaction of another connection."""
    is_held, may_go = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Card.objects.select_for_update().get(pk=card_id)
                is_held.set()
                may_go.wait(_PATIENCE)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert is_held.wait(_PATIENCE)
    try:
        yield
    finally:
        may_go.set()
        thread.join()


@pytest.mark.on_mariadb
def test_a_lock_that_stays_is_try_again_and_the_key_then_charges_once(
    channel: grpc.Channel, card: cards.IssuedCard
) -> None:
    with locked(card.card_id):
        held_up = call(channel, request(card, 10.0), key="k")[0]

    assert held_up is CODE.UNAVAILABLE
    codes = [call(channel, request(card, 10.0), key="k")[0] for _ in range(2)]
    assert codes == [CODE.OK, CODE.OK]
    assert Payment.objects.count() == 1
    assert Card.objects.get().balance_cents == 1000


def test_a_lock_that_goes_is_waited_for(channel: grpc.Channel, card: cards.IssuedCard) -> None:
    answers = []

    def pay() -> None:
        answers.append(call(channel, request(card, 10.0))[0])

    with locked(card.card_id):
        waiting = threading.Thread(target=pay)
        waiting.start()
        waiting.join(0.2)
        assert answers == []
    waiting.join(_PATIENCE)

    assert answers == [CODE.OK]
