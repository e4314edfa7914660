"""Payments by `bank.v1.BankService` over a real channel: who may call what, answers and codes."""

from typing import Any

import grpc
import pytest

from accounts.services import create_account
from bank_grpc.models import Card, Payment, Refund
from bank_grpc.protos import bank_pb2
from bank_grpc.services import cards
from bank_grpc.tests.server.calls import CODE, Metadata, authorise, call, holder_of, typed, verified

pytestmark = pytest.mark.django_db(transaction=True)
WRONG_TRIES = 10


class TestAuthorise:
    def test_charges_for_the_accounts_own_store(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
    ) -> None:
        code, answer = call(channel, "Authorise", authorise(card, instalments=3), shop)

        assert (code, answer.status, answer.balance_after_cents) == (CODE.OK, "approved", 10_000)
        payment = Payment.objects.get(pk=answer.payment_id)
        assert (payment.store, payment.request_key, payment.instalments) == ("Padaria", "r1", 3)

    def test_a_refusal_is_an_answer(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
    ) -> None:
        code, answer = call(channel, "Authorise", authorise(card, 100_001), shop)

        assert (code, answer.status, answer.refusal_code) == (CODE.OK, "rejected", "over_limit")

    def test_the_same_request_id_replays(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
    ) -> None:
        answers = [call(channel, "Authorise", authorise(card), shop)[1] for _ in range(2)]

        assert answers[0] == answers[1]
        assert Card.objects.get().balance_cents == 10_000

    def test_a_token_pays_its_order_once(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
    ) -> None:
        by_token: dict[str, Any] = {"card": None, "payment_token": verified(channel, card, shop)}

        answers = [
            call(channel, "Authorise", authorise(card, request_id=key, **by_token), shop)[1]
            for key in ("r1", "r1", "r2")
        ]

        assert [each.status for each in answers] == ["approved", "approved", "rejected"]
        assert answers[2].refusal_code == "token_used"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"amount_cents": 0}, "amount_cents"),
            ({"request_id": ""}, "request_id"),
            ({"request_id": "x" * 256}, "request_id"),
            ({"order_id": "x" * 65}, "order_id"),
            ({"instalments": 25}, "instalments"),
            ({"card": None}, "card"),
            ({"store": "Another"}, "store"),
            ({"card": None, "payment_token": "x" * 200}, "payment_token"),
        ],
    )
    def test_what_is_malformed_names_its_field(
        self,
        channel: grpc.Channel,
        card: cards.IssuedCard,
        shop: Metadata,
        changes: Any,
        field: str,
    ) -> None:
        code, error = call(channel, "Authorise", authorise(card, **changes), shop)

        assert code is CODE.INVALID_ARGUMENT
        assert error.details().startswith(field)
        assert not Payment.objects.exists()


class TestVerifyCard:
    def test_a_wrong_cvv_is_code_9_with_its_reason(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
    ) -> None:
        wrong = typed(card, cvv="999" if card.plastic.cvv != "999" else "998")
        asked = bank_pb2.VerifyCardRequest(card=wrong, amount_cents=100, order_id="o1")

        code, error = call(channel, "VerifyCard", asked, shop)

        assert code is CODE.FAILED_PRECONDITION
        assert dict(error.trailing_metadata())["refusal-code"] == "wrong_cvv"


class TestRefund:
    def refund(self, channel: grpc.Channel, payment: str, cents: int, who: Metadata) -> Any:
        asked = bank_pb2.RefundRequest(payment_id=payment, request_id="f1", amount_cents=cents)
        return call(channel, "Refund", asked, who)

    def test_gives_back_once(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
    ) -> None:
        payment = call(channel, "Authorise", authorise(card), shop)[1].payment_id

        answers = [self.refund(channel, payment, 4_000, shop)[1] for _ in range(2)]

        assert answers[0] == answers[1]
        assert answers[0].balance_after_cents == 6_000

    def test_more_than_is_left_is_code_9(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
    ) -> None:
        payment = call(channel, "Authorise", authorise(card), shop)[1].payment_id

        code, error = self.refund(channel, payment, 10_001, shop)

        assert (code, error.details()) == (CODE.FAILED_PRECONDITION, "refund_exceeds_charge")
        assert not Refund.objects.exists()

    def test_another_stores_payment_is_not_found(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
    ) -> None:
        payment = call(channel, "Authorise", authorise(card), shop)[1].payment_id
        account, secret = create_account("Livraria")
        other = (("account-id", account.id), ("account-secret", secret))

        assert self.refund(channel, payment, 1, other)[0] is CODE.NOT_FOUND


class TestIdentity:
    @pytest.mark.parametrize("method", ["Authorise", "VerifyCard", "Refund", "PayInvoice"])
    def test_money_calls_need_an_account(
        self, channel: grpc.Channel, db: None, method: str
    ) -> None:
        asked = getattr(bank_pb2, f"{method}Request")()

        assert call(channel, method, asked)[0] is CODE.UNAUTHENTICATED

    def test_a_wrong_secret_is_nobody(self, channel: grpc.Channel, shop: Metadata) -> None:
        wrong = (shop[0], ("account-secret", "wrong"))

        code, _ = call(channel, "Authorise", bank_pb2.AuthoriseRequest(), wrong)

        assert code is CODE.UNAUTHENTICATED

    def test_wrong_passwords_lock_like_wrong_secrets(
        self, channel: grpc.Channel, card: cards.IssuedCard
    ) -> None:
        right = holder_of(card)
        wrong = (right[0], ("password", "wrong"))
        asked = bank_pb2.GetCardRequest(card_id=card.card_id)

        for _ in range(WRONG_TRIES):
            assert call(channel, "GetCard", asked, wrong)[0] is CODE.UNAUTHENTICATED

        assert "locked" in call(channel, "GetCard", asked, right)[1].details()
