"""`/orders` over HTTP: accepted at once, read and cancelled, and each account its own."""

import pytest
from django.db import transaction

from orders.domain.states import Happening, State
from orders.models import Coupon, Customer, Order, RefundDue
from orders.services.act import Act, act, locked
from orders.tests.api.caller import Caller, document, expect_problem
from orders.tests.kit import NOW, made_product

pytestmark = pytest.mark.django_db(transaction=True)
STEPS = ("stock", "fraud", "payment", "picking", "dispatch")


def paid(order_id: str) -> None:
    """Let the order be paid, as the saga would."""
    Order.objects.filter(pk=order_id).update(
        state=State.PAYING, charged_cents=17980, payment_id="p"
    )
    with transaction.atomic():
        details = {"payment_id": "p", "amount_cents": 17980}
        what = Act(happening=Happening.PAYMENT_APPROVED, now=NOW, details=details)
        act(locked(order_id), what)


class TestPlacing:
    def test_accepts_and_tells_where_to_look(self, caller: Caller) -> None:
        made_product("A")

        answer = caller.order()

        assert answer.status_code == 202
        found = document(answer)
        assert answer["Location"] == f"/api/v1/orders/{found['id']}"
        assert found.pop("created_at").endswith("Z")
        assert found == {
            "id": found["id"],
            "status": "placed",
            "reason": "",
            "total": "179.80",
            "refunded": "0.00",
            "lines": [{"sku": "A", "quantity": 2, "picked": None, "unit_price": "89.90"}],
            "steps": [
                {"step": step, "state": "waiting", "at": None, "reason": ""} for step in STEPS
            ],
        }
        order = Order.objects.get()
        assert (order.account_id, order.language) == (caller.account_id, "pt-br")

    def test_a_repeated_key_gives_the_first_answer_again(self, caller: Caller) -> None:
        made_product("A")
        first = caller.order(key="k")
        caller.post(f"/orders/{document(first)['id']}/cancel")

        again = caller.order(key="k")

        assert again.content == first.content
        assert (again.status_code, again["Location"]) == (202, first["Location"])
        assert again["Idempotent-Replayed"] == "true"
        assert "Idempotent-Replayed" not in first
        assert Order.objects.count() == 1

    def test_a_key_for_another_order_is_refused(self, caller: Caller) -> None:
        made_product("A")
        caller.order(key="k")

        answer = caller.order(key="k", customer={"region": "RJ"})

        found = expect_problem(answer, 422, "idempotency_key_reused", "Idempotency-Key")
        assert found["fields"] == ["customer.region"]

    def test_keeps_an_opt_out(self, caller: Caller) -> None:
        made_product("A")

        caller.order(telesales_opt_out=True)
        caller.order()

        assert Customer.objects.get().telesales_opt_out

    @pytest.mark.parametrize("coupon", ["\ud800", "X\u0000", "X" * 5000])
    def test_a_coupon_that_nobody_could_have_made_is_none(
        self, caller: Caller, coupon: str
    ) -> None:
        made_product("A")

        for key in ("k", None):
            answer = caller.order(key=key, coupon=coupon)

            expect_problem(answer, 422, "coupon_invalid", "coupon")
        assert not Order.objects.exists()

    def test_takes_a_coupon_off(self, caller: Caller) -> None:
        made_product("A")
        Coupon.objects.create(
            code="DEZ", percent=10, valid_from=NOW, valid_until=NOW.replace(year=2099), uses=5
        )

        assert document(caller.order(coupon="dez"))["total"] == "161.82"
        found = expect_problem(caller.order(coupon="none"), 422, "coupon_invalid", "coupon")
        assert found["reason"] == "unknown"


class TestReading:
    def test_gives_the_order(self, caller: Caller) -> None:
        made_product("A")
        placed = document(caller.order())

        assert document(caller.get(f"/orders/{placed['id']}")) == placed

    def test_shows_each_account_its_own_and_nothing_else(self, caller: Caller) -> None:
        made_product("A")
        others = [Caller(f"Loja {n}") for n in range(4)]
        owned = {each.account_id: document(each.order())["id"] for each in (caller, *others)}

        for each in (caller, *others):
            for account_id, order_id in owned.items():
                is_own = account_id == each.account_id
                assert each.get(f"/orders/{order_id}").status_code == (200 if is_own else 404)
                if not is_own:
                    answer = each.post(f"/orders/{order_id}/cancel")
                    expect_problem(answer, 404, "not_found")
        assert not Order.objects.exclude(state=State.PLACED).exists()

    @pytest.mark.parametrize("path", ["/products", "/orders/x"])
    def test_shows_nothing_to_nobody(self, caller: Caller, path: str) -> None:
        assert caller.client.get(f"/api/v1{path}").status_code == 401

    @pytest.mark.parametrize("path", ["/orders", "/orders/x/cancel"])
    def test_does_nothing_for_nobody(self, caller: Caller, path: str) -> None:
        answer = caller.client.post(f"/api/v1{path}", b"{}", content_type="application/json")
        assert answer.status_code == 401


class TestCancelling:
    def test_answers_with_the_order_and_again_the_same(self, caller: Caller) -> None:
        made_product("A")
        order_id = document(caller.order())["id"]
        paid(order_id)

        first = caller.post(f"/orders/{order_id}/cancel")
        again = caller.post(f"/orders/{order_id}/cancel")

        assert first.status_code == again.status_code == 202
        assert first.content == again.content
        found = document(first)
        assert (found["status"], found["reason"]) == ("cancelled", "customer")
        steps = {each["step"]: each["state"] for each in found["steps"]}
        assert steps["refund"] == "waiting"
        assert RefundDue.objects.get().amount_cents == 17980

    def test_is_too_late_for_what_is_picked(self, caller: Caller) -> None:
        made_product("A")
        order_id = document(caller.order())["id"]
        Order.objects.update(state=State.PICKED, status="picked")

        answer = caller.post(f"/orders/{order_id}/cancel")

        expect_problem(answer, 409, "too_late_to_cancel")
