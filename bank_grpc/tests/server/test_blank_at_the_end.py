"""A blank at the end of a name makes another name, on every database."""

import grpc
import pytest

from bank_grpc.models import Card, Payment
from bank_grpc.services import cards
from bank_grpc.tests.server import calls
from bank_grpc.tests.server.calls import CODE, Metadata, authorise
from bank_grpc.tests.server.test_payment_service import call, request

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_a_request(channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata) -> None:
    asked = [authorise(card, request_id=name) for name in ("r1", "r1 ", "r1  ", "r1 ")]

    answers = [calls.call(channel, "Authorise", each, shop) for each in asked]

    assert [code for code, _ in answers] == [CODE.OK] * 4
    assert answers[3] == answers[1]
    assert Payment.objects.count() == 3
    assert Card.objects.get().balance_cents == 30_000


def test_of_a_shop_of_the_old_wire(channel: grpc.Channel, card: cards.IssuedCard) -> None:
    for store in ("Padaria", "Padaria "):
        assert call(channel, request(card, 10.0, store=store), key="k")[0] is CODE.OK

    assert Card.objects.get().balance_cents == 2_000
