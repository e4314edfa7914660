"""`POST /checkout`: over gRPC to a bank that runs, and what is told when it does not."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from bank_grpc.adapters import bank as banks
from bank_grpc.adapters.bank import BankAwayError, GrpcBank, Purchase
from bank_grpc.models import Checkout, Payment
from bank_grpc.server import serve
from bank_grpc.services import cards
from bank_grpc.services.checkout import CheckoutOrder, check_out
from bank_grpc.tests.api.people import Shop, ToldBank, document, expect_problem, purchase_of
from bank_grpc.tests.services.kit import NOW, issued

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """Give a shop, and a bank that runs and is asked over the wire."""
    running = serve.start("127.0.0.1:0")
    wire = GrpcBank(f"127.0.0.1:{running.port}")
    monkeypatch.setattr(banks, "bank", lambda: wire)
    yield Shop()
    running.stop()


@pytest.fixture
def card() -> cards.IssuedCard:
    return issued()


class TestPays:
    def test_answers_what_the_bank_has_approved(self, shop: Shop, card: cards.IssuedCard) -> None:
        answer = shop.check_out(purchase_of(card))

        assert answer.status_code == 201
        paid = document(answer)
        payment = Payment.objects.get()
        assert paid.pop("created_at").endswith("Z")
        assert paid == {
            "id": payment.id,
            "status": "approved",
            "amount": "89.70",
            "currency": "BRL",
            "description": "bread",
            "store": "Padaria",
            "card": {"brand": "visa", "last4": card.plastic.number[-4:]},
        }
        assert payment.request_key.startswith(f"checkout:{shop.account_id}:")

    def test_a_repeated_key_pays_once(self, shop: Shop, card: cards.IssuedCard) -> None:
        first = shop.check_out(purchase_of(card), key="k")
        again = shop.check_out(purchase_of(card), key="k")

        assert document(again) == document(first)
        assert again["Idempotent-Replayed"] == "true"
        assert Payment.objects.count() == 1
        assert "Idempotent-Replayed" not in first

    def test_without_a_key_each_request_pays(self, shop: Shop, card: cards.IssuedCard) -> None:
        shop.check_out(purchase_of(card))
        shop.check_out(purchase_of(card))

        assert Payment.objects.count() == 2
        assert not Checkout.objects.exists()

    def test_a_key_is_the_shops_own(self, shop: Shop, card: cards.IssuedCard) -> None:
        other = Shop("Livraria")

        assert shop.check_out(purchase_of(card), key="k").status_code == 201
        assert other.check_out(purchase_of(card, "1.00"), key="k").status_code == 201

    @pytest.mark.parametrize(
        ("changes", "amount", "reason"),
        [
            ({}, "1000.01", "over_limit"),
            ({"number": "4000000000000002"}, "1.00", "unknown_card"),
            ({"expiration_year": 2020}, "1.00", "card_expired"),
        ],
    )
    def test_a_refusal_names_the_reason_and_stays(
        self, shop: Shop, card: cards.IssuedCard, changes: Any, amount: str, reason: str
    ) -> None:
        body = purchase_of(card, amount, **changes)

        for replayed in (None, "true"):
            answer = shop.check_out(body, key="k")
            found = expect_problem(answer, 402, "payment_refused")
            assert found["reason"] == reason
            assert answer.get("Idempotent-Replayed") == replayed
        assert Payment.objects.count() == 1

    def test_a_wrong_cvv_and_a_blocked_card_are_refused(
        self, shop: Shop, card: cards.IssuedCard
    ) -> None:
        wrong = f"{(int(card.plastic.cvv) + 1) % 1000:03}"
        found = document(shop.check_out(purchase_of(card, cvv=wrong)))
        cards.block_card(card.card_id, actor="test", now=NOW)
        blocked = document(shop.check_out(purchase_of(card)))

        assert (found["reason"], blocked["reason"]) == ("wrong_cvv", "card_blocked")

    def test_a_key_for_another_request_is_refused(self, shop: Shop, card: cards.IssuedCard) -> None:
        shop.check_out(purchase_of(card), key="k")

        answer = shop.check_out(purchase_of(card, "1.00"), key="k")

        expect_problem(answer, 422, "idempotency_key_reused", "Idempotency-Key")

    @pytest.mark.parametrize(
        ("body", "code", "param"),
        [
            ({"amount": "0.00"}, "invalid_value", "amount"),
            ({"amount": "1.001"}, "invalid_value", "amount"),
            ({"amount": True}, "wrong_type", "amount"),
            ({"card": {"number": "4111 1111"}}, "invalid_value", "card.number"),
            ({"card": {"cvv": 123}}, "wrong_type", "card.cvv"),
            ({"card": {"expiration_month": 13}}, "invalid_value", "card.expiration_month"),
            ({"card": {"holder": "\x00\x00"}}, "invalid_value", "card.holder"),
            ({"description": "x" * 256}, "invalid_value", "description"),
            ({"colour": "red"}, "unknown_field", "colour"),
        ],
    )
    def test_names_what_has_not_the_right_shape(
        self, shop: Shop, card: cards.IssuedCard, body: Any, code: str, param: str
    ) -> None:
        sound = purchase_of(card)
        sent = {**sound, **body, "card": {**sound["card"], **body.get("card", {})}}

        expect_problem(shop.check_out(sent, key="k"), 422, code, param)
        assert not Payment.objects.exists()

    def test_wants_an_account(self, shop: Shop, card: cards.IssuedCard) -> None:
        shop.credentials = "bm9ib2R5Om5vdGhpbmc="

        expect_problem(shop.check_out(purchase_of(card)), 401, "authentication_failed")

    def test_keeps_and_logs_no_card(
        self, shop: Shop, card: cards.IssuedCard, caplog: pytest.LogCaptureFixture
    ) -> None:
        body = purchase_of(card, holder="CANARY HOLDER")
        with caplog.at_level(logging.DEBUG):
            answers = [
                shop.check_out(body, key="k"),
                shop.check_out({**body, "amount": "NaN"}),
                shop.check_out({**body, "description": f"by {card.plastic.number}"}),
                shop.check_out({**body, card.plastic.number: 1}),
            ]

        kept = _checkout_rows()
        assert "approved" in kept
        for secret in (card.plastic.number, "CANARY HOLDER"):
            assert secret not in kept
            assert secret not in caplog.text
            assert all(secret not in answer.content.decode() for answer in answers)


class TestBankAway:
    def test_is_not_kept_under_the_key(
        self, card: cards.IssuedCard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop, told = Shop(), ToldBank(answer=_away)
        monkeypatch.setattr(banks, "bank", lambda: told)

        away = shop.check_out(purchase_of(card), key="k")
        told.answer = lambda _purchase: "019"
        back = shop.check_out(purchase_of(card), key="k")

        expect_problem(away, 503, "bank_unavailable")
        assert int(away["Retry-After"]) >= 1
        assert (back.status_code, document(back)["id"]) == (201, "019")
        assert len({purchase.key for purchase in told.asked}) == 1

    def test_a_closed_port_is_a_bank_away(
        self, card: cards.IssuedCard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(banks, "bank", lambda: GrpcBank("127.0.0.1:1", seconds=0.3))

        expect_problem(Shop().check_out(purchase_of(card)), 503, "bank_unavailable")

    def test_a_checkout_killed_after_the_charge_finds_it_again(
        self, card: cards.IssuedCard
    ) -> None:
        told = ToldBank()

        class Killed(BaseException):
            """A process that ends between the bank's answer and ours."""

        class Ends(ToldBank):
            def pay(self, purchase: Purchase) -> str:
                told.pay(purchase)
                raise Killed

        order = _order(card)
        with pytest.raises(Killed):
            check_out(order, Ends())
        assert Checkout.objects.get().status is None

        answered = check_out(order, told)

        assert answered.is_approved
        assert list(told.charged.values()) == [answered.body["id"]]

    def test_the_bank_is_called_with_no_transaction_open(self, card: cards.IssuedCard) -> None:
        told = ToldBank(answer=lambda _: f"atomic: {connection.in_atomic_block}")

        assert check_out(_order(card), told).body["id"] == "atomic: False"


def _away(_purchase: Purchase) -> str:
    raise BankAwayError


def _order(card: cards.IssuedCard) -> CheckoutOrder:
    return CheckoutOrder(
        caller="shop",
        key="k",
        store="Padaria",
        amount_cents=100,
        description="",
        number=card.plastic.number,
        holder="Ana",
        expiration_month=card.plastic.expiration_month,
        expiration_year=card.plastic.expiration_year,
        cvv=card.plastic.cvv,
    )


def _checkout_rows() -> str:
    return repr(list(Checkout.objects.values()))
