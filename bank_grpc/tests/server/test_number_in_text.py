"""A card's number that a shop puts into the description over gRPC is kept nowhere in clear."""

from typing import Any

import grpc
import pytest

from bank_grpc.models import Payment
from bank_grpc.services import cards
from bank_grpc.tests.server import calls
from bank_grpc.tests.server.calls import CODE, Metadata, authorise
from bank_grpc.tests.server.test_payment_service import call, request
from messaging.models import OutboxMessage

pytestmark = pytest.mark.django_db(transaction=True)


def written(number: str, way: str) -> str:
    """Return a text with the number as people write it."""
    groups = [number[at : at + 4] for at in range(0, len(number), 4)]
    return {"plain": f"card {number}", "blanks": f"#7 by {' '.join(groups)}"}[way]


def kept() -> str:
    rows = OutboxMessage.objects.values_list("payload", flat=True)
    told = [bytes(each or b"").decode() for each in rows]
    return " ".join([*told, *Payment.objects.values_list("description", flat=True)])


@pytest.mark.parametrize("way", ["plain", "blanks"])
def test_on_the_old_wire_it_pays_and_is_starred(
    channel: grpc.Channel, card: cards.IssuedCard, way: str
) -> None:
    text = written(card.plastic.number, way)

    answers = [call(channel, request(card, description=text), key="k") for _ in range(2)]

    assert answers[0] == answers[1]
    assert answers[0][0] is CODE.OK
    assert text not in kept()
    assert card.plastic.number not in kept()
    assert "*" * 4 in Payment.objects.get().description


def test_in_authorise_it_is_starred_too(
    channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
) -> None:
    asked: Any = authorise(card, description=written(card.plastic.number, "plain"))

    assert calls.call(channel, "Authorise", asked, shop)[0] is CODE.OK
    assert card.plastic.number not in kept()


def test_other_digits_stay(channel: grpc.Channel, card: cards.IssuedCard) -> None:
    call(channel, request(card, description="order 1234567890123456789"))

    assert Payment.objects.get().description == "order 1234567890123456789"
