"""From an order over REST to the money, by the bank's own word, and back where it fails."""

from collections.abc import Iterator

import pytest

from bank_grpc.models import Payment, PaymentToken
from cards.installation import vault
from orders.adapters import bank as banks
from orders.adapters.bank import BankFailedError, GrpcBank, Paid, RefusedError
from orders.models import Customer, Order
from orders.services import pay
from orders.services.owed import authorisation_id
from tests.shop import Shop, open_shop

pytestmark = pytest.mark.django_db(databases=["default", "televendas"], transaction=True)


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with open_shop(monkeypatch) as opened:
        yield opened


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
