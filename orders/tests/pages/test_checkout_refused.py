"""What `/shop/checkout/` refuses: the fields marked, the basket kept, the card not charged."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from messaging.whole import TryAgainError
from orders.adapters.bank import BankAwayError, RefusedError
from orders.links import path_of
from orders.models import Order, Product
from orders.tests.pages.checkout_kit import kept_fields, made_coupon, send, typed
from orders.tests.pages.test_basket import held
from orders.tests.people import NUMBER, ToldBank

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_card_is_told(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert NUMBER not in caplog.text


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

    def test_a_price_that_changes_while_it_is_pressed_is_not_charged_either(
        self, buyer: Client, told: ToldBank
    ) -> None:
        form = typed(buyer)

        def dearer(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if sql.startswith("INSERT") and "orders_request" in sql:
                Product.objects.update(price_cents=9990)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(dearer):
            answer = send(buyer, form)

        assert b"The total has changed" in answer.content
        assert answer.context["total_cents"] == 2 * 9990
        assert told.verified == []
        assert not Order.objects.exists()

    def test_a_price_that_changes_after_the_press_makes_no_second_order(
        self, buyer: Client, told: ToldBank
    ) -> None:
        before, form = dict(buyer.session), typed(buyer)
        send(buyer, form)
        session = buyer.session
        session.pop("attempts")
        session.update(before)
        session.save()
        Product.objects.update(price_cents=9990)

        answer = send(buyer, form)

        assert answer["Location"] == path_of(Order.objects.get())

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
