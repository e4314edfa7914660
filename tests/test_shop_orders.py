"""From an order over REST, by the bank's own word, to the lean row of telesales; and back out."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.services import create_account
from bank_grpc.models import Payment, PaymentToken
from bank_grpc.server import serve
from bank_grpc.services.cards import IssuedCard, issue_card
from cards.installation import vault
from messaging.testing import drain
from orders.adapters import bank as banks
from orders.adapters.bank import BankFailedError, GrpcBank, Paid, RefusedError
from orders.models import Customer, Order
from orders.services import pay
from orders.services.demo import keep_demo_shop
from orders.services.owed import authorisation_id
from televendas.consumers.televendas import Televendas
from televendas.models import Customer as LeanCustomer

pytestmark = pytest.mark.django_db(databases=["default", "televendas"], transaction=True)

PERSON = {
    "name": "Zilda Andorinha",
    "phone": "+5511987650000",
    "email": "zilda@example.com",
    "document": "111.444.777-35",
    "address": "Rua do Sabiá, 7, Aracaju",
    "region": "SE",
}


@dataclass
class Shop:
    """The shop's client of the REST, a card to pay with, and where its bank listens."""

    credentials: str
    card: IssuedCard
    bank_address: str

    def order(self, **changes: Any) -> Any:
        """Return the answer to an order; `changes` are the person's, the card's or the body's."""
        plastic = self.card.plastic
        card = {
            "number": plastic.number,
            "holder": "ZILDA A",
            "expiration_month": plastic.expiration_month,
            "expiration_year": plastic.expiration_year,
            "cvv": changes.pop("cvv", plastic.cvv),
        }
        body = {
            "customer": {**PERSON, **changes.pop("customer", {})},
            "lines": [{"sku": "MEL-500G", "quantity": 2}],
            "card": card,
            **changes,
        }
        return Client().post(
            "/api/v1/orders",
            body,
            content_type="application/json",
            headers={"Authorization": f"Basic {self.credentials}"},
        )


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """Give a shop with goods, and a bank that runs and is asked over the wire."""
    running = serve.start("127.0.0.1:0")
    account, secret = create_account("Mercearia")
    address = f"127.0.0.1:{running.port}"
    wire = GrpcBank(address, account_id=account.id, secret=secret)
    monkeypatch.setattr(banks, "bank", lambda: wire)
    now = timezone.now()
    keep_demo_shop(now)
    card = issue_card(holder="Zilda", limit_cents=100_000, actor="test", now=now)
    yield Shop(b64encode(f"{account.id}:{secret}".encode()).decode(), card, address)
    running.stop()


def erased(customer_id: str) -> str:
    said = StringIO()
    call_command("erase_customer", customer_id, "--yes", "--wait", "0", stdout=said)
    return said.getvalue()


class TestOrders:
    def test_the_bank_gives_a_token_for_this_order_alone(self, shop: Shop) -> None:
        answer = shop.order()

        assert answer.status_code == 202
        order, token = Order.objects.get(), PaymentToken.objects.get()
        assert (token.order_id, token.amount_cents) == (order.id, order.total_cents)
        assert (order.card_brand, order.card_last4) == (
            "visa",
            shop.card.plastic.number[-4:],
        )

    def test_the_banks_no_is_an_error_of_the_card(self, shop: Shop) -> None:
        wrong = f"{(int(shop.card.plastic.cvv) + 1) % 1000:03}"

        answer = shop.order(cvv=wrong)

        assert answer.status_code == 422
        assert (answer.json()["code"], answer.json()["reason"]) == ("card_refused", "wrong_cvv")
        assert not Customer.objects.exists()

    def test_a_bank_that_is_gone_leaves_nothing(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        nobody = GrpcBank("127.0.0.1:9", account_id="shop", secret="x")
        monkeypatch.setattr(banks, "bank", lambda: nobody)

        answer = shop.order()

        assert (answer.status_code, answer.json()["code"]) == (503, "bank_unavailable")
        assert not Customer.objects.exists()


def charge_of(shop: Shop) -> pay.Charge:
    """Return the charge of a new order, as the payment asks for it."""
    shop.order()
    order = Order.objects.get()
    return pay.Charge(
        order_id=order.id,
        request_id=authorisation_id(order.id),
        amount_cents=order.total_cents,
        sealed_token=order.payment_token_sealed,
    )


class TestBank:
    def test_charges_once_by_the_token_and_gives_back(self, shop: Shop) -> None:
        shop.order()
        order = Order.objects.get()
        charge = {
            "request_id": f"order:{order.id}:authorise",
            "token": vault().open(order.payment_token_sealed, context=f"order:{order.id}"),
            "order_id": order.id,
            "amount_cents": order.total_cents,
            "description": f"order {order.id}",
        }

        paid = banks.bank().authorise(**charge)
        again = banks.bank().authorise(**charge)

        assert paid == again
        payment = Payment.objects.get()
        assert (payment.id, payment.amount_cents) == (paid.payment_id, order.total_cents)
        part = banks.bank().refund(paid.payment_id, request_id="r1", amount_cents=90)
        rest = banks.bank().refund(paid.payment_id, request_id="r2", amount_cents=10)
        assert (part.refunded_total_cents, rest.refunded_total_cents) == (90, 100)
        with pytest.raises(RefusedError, match="refund_exceeds_charge"):
            banks.bank().refund(paid.payment_id, request_id="r3", amount_cents=10**9)

    def test_refuses_a_token_for_another_amount(self, shop: Shop) -> None:
        shop.order()
        order = Order.objects.get()

        with pytest.raises(RefusedError) as raised:
            banks.bank().authorise(
                request_id="other",
                token=vault().open(order.payment_token_sealed, context=f"order:{order.id}"),
                order_id=order.id,
                amount_cents=order.total_cents + 1,
                description="x",
            )

        assert raised.value.reason == "token_mismatch"

    def test_a_charge_asked_in_vain_is_refused_for_good(self, shop: Shop) -> None:
        charge = charge_of(shop)

        refused = pay.ask_in_vain(charge, banks.bank())
        late = pay.ask(charge, banks.bank())

        assert isinstance(refused, RefusedError)
        assert isinstance(late, BankFailedError)
        assert (refused.reason, late.code) == ("token_mismatch", "INVALID_ARGUMENT")
        assert Payment.objects.get().status == Payment.Status.REJECTED
        assert PaymentToken.objects.get().payment is None

    def test_what_is_charged_is_not_refused_by_asking_in_vain(self, shop: Shop) -> None:
        charge = charge_of(shop)

        paid = pay.ask(charge, banks.bank())
        vain = pay.ask_in_vain(charge, banks.bank())

        assert isinstance(paid, Paid)
        assert isinstance(vain, BankFailedError)
        assert vain.code == "INVALID_ARGUMENT"
        assert Payment.objects.get().status == Payment.Status.APPROVED

    def test_a_shop_that_it_does_not_know_has_failed_not_been_refused(self, shop: Shop) -> None:
        stranger = GrpcBank(shop.bank_address, account_id="nobody", secret="x")

        with pytest.raises(BankFailedError, match="UNAUTHENTICATED"):
            stranger.refund("01a1fdd8-21fa-74e2-9cfa-2ea424a37380", request_id="r", amount_cents=1)


class TestTelesales:
    def test_sees_four_fields_of_the_buyer(self, shop: Shop) -> None:
        shop.order()

        drain(Televendas)

        lean = LeanCustomer.objects.get()
        assert (lean.source, lean.customer_id) == ("shop", Customer.objects.get().id)
        assert (lean.name, lean.phone, lean.region) == (
            "Zilda Andorinha",
            "+5511987650000",
            "SE",
        )

    def test_may_not_call_who_does_not_want_it(self, shop: Shop) -> None:
        shop.order(telesales_opt_out=True)

        drain(Televendas)

        lean = LeanCustomer.objects.get()
        assert (lean.phone, lean.phone_problem) == (None, "withheld")

    def test_follows_a_change_that_whoever_orders_may_make(self, shop: Shop) -> None:
        shop.order()
        # A no counts from anybody; a name is its owner's to change.
        shop.order(customer={"name": "Zilda Andorinha Lima"}, telesales_opt_out=True)

        drain(Televendas)

        lean = LeanCustomer.objects.get()
        assert (lean.name, lean.phone_problem) == ("Zilda Andorinha", "withheld")


class TestEraseCustomer:
    def test_shows_per_store_when_it_was_done(self, shop: Shop) -> None:
        shop.order()
        drain(Televendas)
        customer_id = Customer.objects.get().id

        before = erased(customer_id)
        drain(Televendas)
        after = erased(customer_id)

        assert [line.split("  ")[0] for line in before.splitlines()] == [
            "shop",
            "topic customers",
            "telesales",
            "mail log",
            "warehouse",
        ]
        assert before.count("not yet") == 2
        assert "erased at" in after
        assert "told at" in after
        assert "not readable since" in after
        assert "not yet" not in after
        assert LeanCustomer.objects.get().state == LeanCustomer.State.ERASED

    def test_who_buys_again_is_somebody_new_to_both(self, shop: Shop) -> None:
        shop.order()
        erased(Customer.objects.get().id)
        shop.order()

        drain(Televendas)

        present = LeanCustomer.objects.filter(state=LeanCustomer.State.PRESENT)
        assert present.get().customer_id == Customer.objects.get(erased_at=None).id

    def test_refuses_while_goods_are_packed(self, shop: Shop) -> None:
        shop.order()
        Order.objects.update(state="picked", status="picked")

        with pytest.raises(CommandError, match=Order.objects.get().id):
            erased(Customer.objects.get().id)

    def test_needs_somebody(self) -> None:
        with pytest.raises(CommandError, match="no such customer"):
            erased("nobody")
