"""An account is known by its id: another of the same name is another, and a new name changes none.

Names are for people: two bakeries may share one, and staff may rename an account on any day.
"""

from typing import Any

import grpc
import pytest

from accounts.services import change_account, create_account
from bank_grpc.models import Card
from bank_grpc.protos import bank_pb2
from bank_grpc.services import cards
from bank_grpc.tests.server.calls import CODE, Metadata, authorise, call, typed, verified
from bank_grpc.tests.server.test_payment_service import call as call_wire
from bank_grpc.tests.server.test_payment_service import request

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def namesake(db: None) -> Metadata:
    """Give another account with the shop's name."""
    account, secret = create_account("Padaria")
    return (("account-id", account.id), ("account-secret", secret))


def rename(shop: Metadata) -> None:
    change_account(shop[0][1], name="Padaria e Confeitaria", active=True)


def refund(channel: grpc.Channel, payment_id: str, who: Metadata) -> Any:
    asked = bank_pb2.RefundRequest(payment_id=payment_id, request_id="f1", amount_cents=4_000)
    return call(channel, "Refund", asked, who)[0]


def fingerprint(channel: grpc.Channel, card: cards.IssuedCard, who: Metadata) -> str:
    asked = bank_pb2.VerifyCardRequest(card=typed(card), amount_cents=100, order_id="o1")
    found: str = call(channel, "VerifyCard", asked, who)[1].card_fingerprint
    return found


class TestNamesake:
    def test_gives_back_no_payment_of_the_others(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata, namesake: Metadata
    ) -> None:
        payment_id = call(channel, "Authorise", authorise(card), shop)[1].payment_id

        assert refund(channel, payment_id, namesake) is CODE.NOT_FOUND
        assert Card.objects.get().balance_cents == 10_000

    def test_cannot_compare_its_cards_with_the_others(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata, namesake: Metadata
    ) -> None:
        assert fingerprint(channel, card, shop) != fingerprint(channel, card, namesake)

    def test_cannot_charge_by_the_others_token(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata, namesake: Metadata
    ) -> None:
        by_token: dict[str, Any] = {"card": None, "payment_token": verified(channel, card, shop)}

        answer = call(channel, "Authorise", authorise(card, **by_token), namesake)[1]

        assert answer.refusal_code == "token_mismatch"


class TestRenamed:
    def test_gives_back_what_was_charged_before(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
    ) -> None:
        payment_id = call(channel, "Authorise", authorise(card), shop)[1].payment_id
        rename(shop)

        assert refund(channel, payment_id, shop) is CODE.OK

    def test_finds_the_answer_of_what_was_asked_before(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
    ) -> None:
        first = call(channel, "Authorise", authorise(card), shop)
        rename(shop)

        assert call(channel, "Authorise", authorise(card), shop) == first

    def test_charges_by_a_token_of_before(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
    ) -> None:
        by_token: dict[str, Any] = {"card": None, "payment_token": verified(channel, card, shop)}
        rename(shop)

        answer = call(channel, "Authorise", authorise(card, **by_token), shop)[1]

        assert answer.status == "approved"

    def test_knows_the_cards_of_before(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
    ) -> None:
        before = fingerprint(channel, card, shop)
        rename(shop)

        assert fingerprint(channel, card, shop) == before


class TestTheOldWire:
    """There a shop has nothing but its name, and REST's checkout says whose the payment is."""

    def paid(self, channel: grpc.Channel, card: cards.IssuedCard, key: str) -> str:
        return str(call_wire(channel, request(card), key=key)[2]["transaction-id"])

    def test_what_was_charged_in_a_shops_name_is_the_shops(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
    ) -> None:
        assert refund(channel, self.paid(channel, card, "checkout:7"), shop) is CODE.OK

    def test_a_checkout_by_rest_is_its_accounts_also_under_another_name(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata, namesake: Metadata
    ) -> None:
        payment_id = self.paid(channel, card, f"checkout:{shop[0][1]}:k")

        assert refund(channel, payment_id, namesake) is CODE.NOT_FOUND
        rename(shop)
        assert refund(channel, payment_id, shop) is CODE.OK
