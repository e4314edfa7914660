"""A card's number that a shop puts into a text, key or id over gRPC is kept nowhere in clear."""

from typing import Any

import grpc
import pytest

from bank_grpc.models import Payment, PaymentToken
from bank_grpc.protos import bank_pb2
from bank_grpc.services import cards
from bank_grpc.tests.server import calls
from bank_grpc.tests.server.calls import CODE, Metadata, authorise
from bank_grpc.tests.server.test_payment_service import call, request
from messaging.models import OutboxMessage

pytestmark = pytest.mark.django_db(transaction=True)


def grouped(number: str, by: str = " ") -> str:
    """Return the number as it stands on the plastic."""
    return by.join(number[at : at + 4] for at in range(0, len(number), 4))


def written(number: str, way: str) -> str:
    """Return a text with the number as people write it."""
    return {"plain": f"card {number}", "blanks": f"#7 by {grouped(number)}"}[way]


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


def test_a_number_typed_with_blanks_is_starred_too(
    channel: grpc.Channel, card: cards.IssuedCard
) -> None:
    number = grouped(card.plastic.number)

    asked = request(card, number=number, description=f"card {number}")

    assert call(channel, asked)[2]["refusal-code"] == "unknown_card"
    assert number not in kept()


@pytest.mark.parametrize("by", ["", " ", "-", ".", "_"])
class TestWhatIsKeptAsItIsSent:
    def test_a_key_of_the_old_wire(
        self, channel: grpc.Channel, card: cards.IssuedCard, by: str
    ) -> None:
        number = grouped(card.plastic.number, by)

        code, text, _ = call(channel, request(card), key=f"order-7-{number}")

        assert code is CODE.INVALID_ARGUMENT
        assert (text or "").startswith("idempotency-key: ")
        assert number not in (text or "")
        assert not Payment.objects.exists()

    @pytest.mark.parametrize("field", ["request_id", "order_id"])
    def test_an_id_of_authorise(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata, by: str, field: str
    ) -> None:
        number = grouped(card.plastic.number, by)
        changes: Any = {field: f"order-7-{number}"}
        asked = authorise(card, **changes)

        code, error = calls.call(channel, "Authorise", asked, shop)

        assert code is CODE.INVALID_ARGUMENT
        assert error.details().startswith(f"{field}: ")
        assert number not in error.details()
        assert not Payment.objects.exists()

    def test_the_order_of_a_verified_card(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata, by: str
    ) -> None:
        asked = bank_pb2.VerifyCardRequest(
            card=calls.typed(card), amount_cents=100, order_id=grouped(card.plastic.number, by)
        )

        code, error = calls.call(channel, "VerifyCard", asked, shop)

        assert code is CODE.INVALID_ARGUMENT
        assert error.details().startswith("order_id: ")
        assert not PaymentToken.objects.exists()

    def test_a_shop_of_the_old_wire(
        self, channel: grpc.Channel, card: cards.IssuedCard, by: str
    ) -> None:
        store = f"Padaria {grouped(card.plastic.number, by)}"

        code, text, _ = call(channel, request(card, store=store))

        assert code is CODE.INVALID_ARGUMENT
        assert (text or "").startswith("store: ")
        assert not Payment.objects.exists()


def test_other_numbers_in_a_key_are_nobodys(channel: grpc.Channel, card: cards.IssuedCard) -> None:
    assert call(channel, request(card), key="order 4000001234567899")[0] is CODE.OK
    # Too short for a card's number: an unknown card's, under a key that happens to hold it.
    assert call(channel, request(card, number="1234"), key="order-1234")[2]["refusal-code"]
