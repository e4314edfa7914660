"""`/shop/checkout/`: one order for one attempt, and nothing of a card is ever shown again."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from messaging.models import OutboxMessage
from messaging.whole import TryAgainError
from orders.adapters import bank as banks
from orders.adapters.bank import BankAwayError, RefusedError
from orders.links import path_of
from orders.models import AccountOrder, Consent, Coupon, Customer, Order, Product
from orders.tests.kit import made_product
from orders.tests.pages.test_basket import held, put
from orders.tests.people import DOCUMENT, NUMBER, ToldBank

pytestmark = pytest.mark.django_db(transaction=True)
CVV = "739"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> ToldBank:
    made = ToldBank()
    monkeypatch.setattr(banks, "bank", lambda: made)
    return made


@pytest.fixture
def buyer(client: Client) -> Client:
    """Give a browser with two packs of coffee in its basket."""
    made_product()
    put(client, quantity=2)
    return client


@pytest.fixture(autouse=True)
def _no_card_is_told(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert NUMBER not in caplog.text


def typed(client: Client, **changes: Any) -> dict[str, Any]:
    """Return the form as a buyer fills it in."""
    context = client.get("/shop/checkout/").context
    return {
        "attempt": context["attempt"],
        "total": context["total_cents"],
        "name": "Maria Canária",
        "email": "Maria@Example.com",
        "phone": "(11) 98765-4321",
        "document": "529.982.247-25",
        "address": "Rua das Flores, 10, São Paulo",
        "region": "SP",
        "number": f"{NUMBER[:4]} {NUMBER[4:]}",
        "holder": "MARIA CANARIA",
        "expiry": "12/31",
        "cvv": CVV,
        "coupon": "",
        **changes,
    }


def send(client: Client, form: dict[str, Any]) -> Any:
    return client.post("/shop/checkout/", form)


def made_coupon(**more: Any) -> Coupon:
    now = timezone.now()
    facts = {"valid_from": now - timedelta(days=1), "valid_until": now + timedelta(days=1)}
    return Coupon.objects.create(code="DEZ", percent=10, **{"uses": 5, **facts, **more})


def kept_fields(page: str) -> None:
    """Check that a page holds what was typed, and nothing of the card."""
    assert "Maria Canária" in page
    assert "Rua das Flores" in page
    for secret in (NUMBER[4:], NUMBER, CVV, "MARIA CANARIA", "12/31"):
        assert f'value="{secret}' not in page


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

    def test_takes_a_coupon_off(self, buyer: Client, told: ToldBank) -> None:
        made_coupon()

        applied = send(buyer, typed(buyer, coupon=" dez ", apply="1"))
        kept_fields(applied.content.decode())
        assert applied.context["total_cents"] == 16_182
        form = typed(buyer, coupon="dez")
        answer = send(buyer, form)

        assert answer.status_code == 302
        assert Order.objects.get().total_cents == form["total"] == 16_182


class TestRefusals:
    def test_marks_every_field_that_cannot_be_and_asks_no_bank(
        self, buyer: Client, told: ToldBank
    ) -> None:
        wrong = {
            "name": "",
            "email": "maria",
            "phone": "12",
            "document": "11111111111",
            "region": "XX",
            "number": "4000000000000001",
            "expiry": "13/31",
            "cvv": "12",
        }

        answer = send(buyer, typed(buyer, **wrong))

        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == set(wrong)
        assert told.verified == []

    def test_a_card_that_is_refused_is_marked_and_the_basket_kept(
        self, buyer: Client, told: ToldBank
    ) -> None:
        told.error = RefusedError("wrong_cvv")
        form = typed(buyer)

        answer = send(buyer, form)
        told.error = None
        again = send(buyer, {**form, "cvv": "111"})

        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"cvv"}
        kept_fields(answer.content.decode())
        assert again.status_code == 302
        assert Order.objects.count() == 1

    def test_too_many_refusals_pause_the_address(self, buyer: Client, told: ToldBank) -> None:
        told.error = RefusedError("unknown_card")
        form = typed(buyer)

        answers = [send(buyer, form).status_code for _ in range(11)]
        told.error = None
        last = send(buyer, form)

        assert answers == [422] * 10 + [429]
        assert (last.status_code, int(last["Retry-After"]) > 0) == (429, True)
        assert held(buyer) == {"CAFE-1KG": 2}

    def test_a_bank_that_is_away_is_503_and_costs_the_card_alone(
        self, buyer: Client, told: ToldBank
    ) -> None:
        told.error = BankAwayError()
        form = typed(buyer)

        answer = send(buyer, form)

        assert answer.status_code == 503
        assert answer["Retry-After"]
        kept_fields(answer.content.decode())
        assert held(buyer) == {"CAFE-1KG": 2}
        assert not Order.objects.exists()
        # A corrected address is another order: nothing was ordered under the attempt before.
        told.error = None
        changed = {"attempt": answer.context["attempt"], "address": "Rua Nova, 1, Santos"}
        assert send(buyer, {**form, **changed}).status_code == 302

    def test_an_outcome_that_is_not_known_keeps_the_attempt(
        self, buyer: Client, told: ToldBank
    ) -> None:
        told.error = TryAgainError()
        form = typed(buyer)

        answer = send(buyer, form)
        told.error = None

        assert (answer.status_code, answer.context["attempt"]) == (503, form["attempt"])
        kept_fields(answer.content.decode())
        assert send(buyer, form).status_code == 302

    def test_an_attempt_that_was_ordered_with_other_contents_is_not_ordered_again(
        self, buyer: Client, told: ToldBank
    ) -> None:
        form = typed(buyer)
        before = dict(buyer.session.items())
        send(buyer, form)
        session = buyer.session
        session.pop("attempts")
        session.update(before)
        session.save()

        answer = send(buyer, {**form, "address": "Rua Nova, 1, Santos"})

        assert answer.status_code == 422
        assert b"was sent before with other contents" in answer.content
        assert Order.objects.count() == 1

    def test_a_price_that_nobody_has_seen_is_not_charged(
        self, buyer: Client, told: ToldBank
    ) -> None:
        form = typed(buyer)
        Product.objects.update(price_cents=9990)

        answer = send(buyer, form)

        assert answer.status_code == 422
        assert b"The total has changed" in answer.content
        assert told.verified == []

    def test_goods_that_are_gone_lead_back_to_the_basket(
        self, buyer: Client, told: ToldBank
    ) -> None:
        form = typed(buyer)
        Product.objects.update(on_hand=1)

        assert send(buyer, form)["Location"] == "/shop/basket/"
        assert told.verified == []

    def test_an_empty_basket_cannot_be_paid(self, client: Client) -> None:
        assert client.get("/shop/checkout/")["Location"] == "/shop/basket/"

    def test_a_card_number_in_another_field_is_refused(self, buyer: Client, told: ToldBank) -> None:
        answer = send(buyer, typed(buyer, address=f"Rua das Flores {NUMBER}"))

        assert set(answer.context["form"].errors) == {"address"}
        assert NUMBER not in answer.content.decode()

    def test_a_coupon_that_does_not_count_says_why(self, buyer: Client, told: ToldBank) -> None:
        made_coupon(uses=1, used=1)

        answer = send(buyer, typed(buyer, coupon="DEZ"))
        unknown = send(buyer, typed(buyer, coupon="NADA", apply="1"))
        mistaken = send(buyer, typed(buyer, coupon=NUMBER, apply="1"))

        assert b"This coupon is used up." in answer.content
        assert b"There is no such coupon." in unknown.content
        assert NUMBER not in mistaken.content.decode()
        assert NUMBER not in str(dict(buyer.session))
        assert not Order.objects.exists()
