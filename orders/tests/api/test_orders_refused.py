"""Orders that `/orders` refuses: errors that name the field, and an end to guessing codes."""

from contextlib import suppress
from typing import Any

import pytest

from orders.adapters.bank import BankAwayError, RefusedError
from orders.api.tries import CallerGate, LockedError
from orders.models import Customer, Order
from orders.tests.api.caller import Caller, an_order, expect_problem
from orders.tests.kit import made_product
from orders.tests.people import NUMBER, ToldBank

pytestmark = pytest.mark.django_db(transaction=True)


class TestRefusals:
    @pytest.mark.parametrize(
        ("changes", "code", "param"),
        [
            ({"lines": []}, "invalid_value", "lines"),
            ({"lines": "A"}, "wrong_type", "lines"),
            ({"lines": [{"sku": "A", "quantity": 1}] * 2}, "invalid_value", "lines[1].sku"),
            ({"lines": [{"sku": "A"}]}, "missing_field", "lines[0].quantity"),
            ({"lines": [{"sku": "A", "quantity": 0}]}, "invalid_value", "lines[0].quantity"),
            ({"lines": [{"sku": "A", "quantity": 1000}]}, "invalid_value", "lines[0].quantity"),
            ({"lines": [{"sku": "A", "quantity": True}]}, "wrong_type", "lines[0].quantity"),
            ({"lines": [{"sku": "Z", "quantity": 1}]}, "invalid_value", "lines[0].sku"),
            ({"lines": [{"sku": "A", "quantity": 1, "x": 1}]}, "unknown_field", "lines[0].x"),
            ({"customer": {"phone": "123"}}, "invalid_value", "customer.phone"),
            ({"customer": {"email": "maria"}}, "invalid_value", "customer.email"),
            ({"customer": {"document": "52998224724"}}, "invalid_value", "customer.document"),
            ({"customer": {"region": "XX"}}, "invalid_value", "customer.region"),
            ({"customer": {"name": "\ud800x"}}, "invalid_value", "customer.name"),
            ({"customer": {"address": f"Rua {NUMBER}"}}, "invalid_value", "customer.address"),
            ({"customer": {"name": None}}, "wrong_type", "customer.name"),
            ({"customer": {"nick": "m"}}, "unknown_field", "customer.nick"),
            ({"card": {"number": "4111 1111"}}, "invalid_value", "card.number"),
            ({"card": {"cvv": 123}}, "wrong_type", "card.cvv"),
            ({"card": {"expiration_month": 13}}, "invalid_value", "card.expiration_month"),
            ({"card": {"expiration_year": 31}}, "invalid_value", "card.expiration_year"),
            ({"card": {"holder": "X"}}, "invalid_value", "card.holder"),
            ({"telesales_opt_out": "yes"}, "wrong_type", "telesales_opt_out"),
            ({"currency": "BRL"}, "unknown_field", "currency"),
        ],
    )
    def test_name_the_field(self, caller: Caller, changes: Any, code: str, param: str) -> None:
        made_product("A")

        answer = caller.order(**changes)

        expect_problem(answer, 422, code, param)
        assert not Order.objects.exists()

    @pytest.mark.parametrize("name", ["customer", "lines", "card"])
    def test_name_what_is_missing(self, caller: Caller, name: str) -> None:
        body = an_order()
        del body[name]

        expect_problem(caller.post("/orders", body), 422, "missing_field", name)

    def test_read_no_other_body(self, caller: Caller) -> None:
        expect_problem(caller.post("/orders", b"[1"), 400, "malformed_json")
        expect_problem(caller.post("/orders", b"[1]"), 422, "wrong_type", "body")

    def test_a_wrong_card_says_why_and_keeps_nothing(self, caller: Caller, bank: ToldBank) -> None:
        made_product("A")
        bank.error = RefusedError("wrong_cvv")

        found = expect_problem(caller.order(key="k"), 422, "card_refused", "card")

        assert found["reason"] == "wrong_cvv"
        assert not Customer.objects.exists()
        bank.error = None
        assert caller.order(key="k").status_code == 202

    def test_a_bank_that_is_away_is_told(self, caller: Caller, bank: ToldBank) -> None:
        made_product("A")
        bank.error = BankAwayError()

        answer = caller.order(key="k")

        expect_problem(answer, 503, "bank_unavailable")
        assert answer["Retry-After"] == "1"
        assert not Customer.objects.exists()
        bank.error = None
        assert caller.order(key="k").status_code == 202


class TestGuessing:
    def test_ends_at_the_tenth_wrong_code_of_a_card_for_this_account_alone(
        self, caller: Caller, bank: ToldBank
    ) -> None:
        made_product("A")
        bank.error = RefusedError("wrong_cvv")
        for _ in range(10):
            expect_problem(caller.order(), 422, "card_refused", "card")

        bank.error = None
        locked_out = caller.order()

        expect_problem(locked_out, 429, "rate_limited")
        assert 0 < int(locked_out["Retry-After"]) <= 1800
        assert caller.order(card={"number": "4111111111111111"}).status_code == 202
        assert Caller("Outra").order().status_code == 202

    def test_ends_for_the_account_after_a_hundred_cards(
        self, caller: Caller, bank: ToldBank
    ) -> None:
        made_product("A")
        ordered = caller.order(key="before")
        for card in range(100):
            with suppress(LockedError):
                CallerGate(caller.account_id, f"{card:016}").count_refusal("unknown_card")

        answer = caller.order(card={"number": "4111111111111111"})

        expect_problem(answer, 429, "rate_limited")
        assert bank.verified[1:] == []
        assert caller.order(key="before").content == ordered.content

    def test_counts_before_it_tells(self, caller: Caller, bank: ToldBank) -> None:
        made_product("A")
        gate = CallerGate(caller.account_id, NUMBER)
        for _ in range(9):
            gate.count_refusal("wrong_cvv")
        verify = bank.verify

        def meanwhile(*given: Any, **more: Any) -> Any:
            gate.count_refusal("wrong_cvv")
            return verify(*given, **more)

        bank.error, bank.verify = RefusedError("wrong_cvv"), meanwhile  # type: ignore[method-assign]  # the double's own

        expect_problem(caller.order(), 429, "rate_limited")

    def test_leaves_refusals_that_teach_nothing_alone(self, caller: Caller, bank: ToldBank) -> None:
        made_product("A")
        bank.error = RefusedError("card_blocked")

        codes = {caller.order().status_code for _ in range(12)}

        assert codes == {422}
