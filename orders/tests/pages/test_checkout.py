"""`/shop/checkout/`: one order for one attempt, and nothing of a card is ever shown again."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client

from messaging.models import OutboxMessage
from orders.links import path_of
from orders.models import AccountOrder, Consent, Customer, Order
from orders.tests.pages.checkout_kit import kept_fields, made_coupon, send, typed
from orders.tests.pages.test_basket import held
from orders.tests.people import DOCUMENT, NUMBER, ToldBank

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_card_is_told(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert NUMBER not in caplog.text


class TestOrdering:
    def test_places_the_order_and_shows_its_page(self, buyer: Client, told: ToldBank) -> None:
        answer = send(buyer, typed(buyer))

        [order] = Order.objects.all()
        assert answer["Location"] == path_of(order)
        assert (order.total_cents, order.card_last4) == (17_980, NUMBER[-4:])
        assert told.verified[0]["amount_cents"] == 17_980
        assert held(buyer) == {}
        for secret in (NUMBER, "MARIA CANARIA", "12/31"):
            assert secret not in str(dict(buyer.session))
        page = buyer.get(answer["Location"]).content.decode()
        assert "Your goods are being set aside." in page
        assert NUMBER not in page

    def test_enters_the_person_and_tells_telesales_four_fields(
        self, buyer: Client, told: ToldBank
    ) -> None:
        send(buyer, typed(buyer))

        [customer] = Customer.objects.all()
        [consent] = Consent.objects.all()
        assert (customer.phone, customer.region) == ("+5511987654321", "SP")
        assert (consent.door, consent.telesales) == ("purchase", True)
        [told_of] = OutboxMessage.objects.filter(topic="customers")
        assert DOCUMENT.encode() not in bytes(told_of.payload or b"")

    def test_withholds_the_phone_of_who_opts_out(self, buyer: Client, told: ToldBank) -> None:
        send(buyer, typed(buyer, opt_out="on"))

        assert Customer.objects.get().telesales_opt_out
        assert not Consent.objects.get().telesales

    def test_a_double_press_is_one_order(self, buyer: Client, told: ToldBank) -> None:
        form = typed(buyer)

        first, second = send(buyer, form), send(buyer, form)

        assert first["Location"] == second["Location"]
        assert Order.objects.count() == 1

    def test_two_presses_at_once_are_one_order(self, buyer: Client, told: ToldBank) -> None:
        form = typed(buyer)
        before = dict(buyer.session.items())
        first = send(buyer, form)
        # The second press had read the session before the first one wrote it.
        session = buyer.session
        session.pop("attempts")
        session.update(before)
        session.save()

        assert send(buyer, form)["Location"] == first["Location"]
        assert Order.objects.count() == 1

    def test_is_in_the_list_of_who_is_signed_in(self, buyer: Client, told: ToldBank) -> None:
        user = User.objects.create_user("maria", password="x")
        buyer.force_login(user)

        send(buyer, typed(buyer))

        assert AccountOrder.objects.get().user_id == user.pk

    def test_the_enter_key_applies_a_coupon_that_is_not_priced_yet(
        self, buyer: Client, told: ToldBank
    ) -> None:
        made_coupon()

        priced = send(buyer, typed(buyer, coupon="dez", enter="1", applied=""))

        assert (priced.status_code, Order.objects.exists()) == (200, False)
        assert priced.context["discount_cents"] == 1798
        assert priced.context["applied"] == "DEZ"
        kept_fields(priced.content.decode())
        ordered = send(buyer, typed(buyer, coupon="dez", enter="1", applied="DEZ"))
        assert (ordered.status_code, Order.objects.get().coupon_code) == (302, "DEZ")

    def test_the_enter_key_orders_nothing_with_a_coupon_that_does_not_count(
        self, buyer: Client, told: ToldBank
    ) -> None:
        answer = send(buyer, typed(buyer, coupon="NADA", enter="1", applied=""))

        assert (answer.status_code, Order.objects.exists()) == (200, False)
        assert answer.context["applied"] == ""
        assert b"There is no such coupon." in answer.content

    def test_takes_a_coupon_off(self, buyer: Client, told: ToldBank) -> None:
        made_coupon()

        applied = send(buyer, typed(buyer, coupon=" dez ", apply="1"))
        kept_fields(applied.content.decode())
        assert applied.context["total_cents"] == 16_182
        form = typed(buyer, coupon="dez")
        answer = send(buyer, form)

        assert answer.status_code == 302
        assert Order.objects.get().total_cents == form["total"] == 16_182
