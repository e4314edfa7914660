"""`/orders` over HTTP: accepted at once, errors that name the field, each account its own."""

import logging
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.db import connection, transaction

from messaging.testing.files import bytes_at_rest
from orders.adapters.bank import BankAwayError, RefusedError
from orders.api import bodies
from orders.api.tries import CallerGate, LockedError
from orders.domain.states import Happening, State
from orders.models import Coupon, Customer, Order, RefundDue
from orders.services.act import Act, act, locked
from orders.tests.api.caller import Caller, an_order, document, expect_problem
from orders.tests.kit import NOW, made_product
from orders.tests.people import DOCUMENT, NUMBER, ToldBank

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

    def test_takes_a_coupon_off(self, caller: Caller) -> None:
        made_product("A")
        Coupon.objects.create(
            code="DEZ", percent=10, valid_from=NOW, valid_until=NOW.replace(year=2099), uses=5
        )

        assert document(caller.order(coupon="dez"))["total"] == "161.82"
        found = expect_problem(caller.order(coupon="none"), 422, "coupon_invalid", "coupon")
        assert found["reason"] == "unknown"


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


class TestSecrecy:
    def test_keeps_and_logs_nothing_of_person_and_card(
        self, caller: Caller, bank: ToldBank, caplog: pytest.LogCaptureFixture
    ) -> None:
        made_product("A")
        customer = {"email": "canary-mail@example.com", "address": "Rua do Canario Amarelo, 77"}
        card = {"cvv": "8642"[:4], "holder": "CANARY HOLDER"}
        with caplog.at_level(logging.DEBUG):
            assert caller.order(key="k", customer=customer, card=card).status_code == 202
            caller.order(key="k", customer=customer, card={**card, "cvv": "8643"})
            caller.order(customer={**customer, "name": NUMBER}, card=card)
            bank.error = RefusedError("wrong_cvv")
            caller.order(customer=customer, card=card)
            bank.error = BankAwayError()
            caller.order(customer=customer, card=card)
            bank.error = RuntimeError("a bug of ours")
            assert caller.order(customer=customer, card=card).status_code == 500

        assert "a bug of ours" in caplog.text, "tracebacks are looked through, too"
        kept = _everything_kept()

        assert "Maria Canária".encode() in kept, "the scan finds what is there"
        secrets = (NUMBER, DOCUMENT, "529.982.247-25", "canary-mail", "Canario Amarelo")
        for secret in (*secrets, "CANARY HOLDER", '"8642"', "ptok_"):
            assert secret.encode() not in kept, secret
            assert secret.encode().hex().encode() not in kept, secret
            assert secret not in caplog.text, secret
        assert "Maria Canária" not in caplog.text

    def test_prints_nothing_of_them(self) -> None:
        body = an_order()
        order = bodies.read_order(body, account_id="shop", key="k", language="en")
        posted = msgspec.convert(body, bodies.PostedOrder)

        for printed in (repr(order), repr(order.card), repr(posted), repr(posted.card)):
            for value in (*body["customer"].values(), *map(str, body["card"].values())):
                # A month or a state's letters stand in any text.
                assert len(value) <= 2 or value not in printed


def _everything_kept() -> bytes:
    """Return every byte of the database: its files on SQLite, each table's text elsewhere."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        name = str(connection.settings_dict["NAME"])
        if "mode=memory" not in name:
            return bytes_at_rest(Path(f"{name}{end}") for end in ("", "-wal"))
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            if table.startswith(("orders_", "messaging_", "accounts_")):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                # As text: MariaDB gives bytes, whose repr would escape what is not ASCII.
                found.append("\x1f".join(map(_text, _cells(cursor.fetchall()))).encode())
    return b"\n".join(found)


def _cells(rows: Any) -> Any:
    return (cell for row in rows for cell in row)


def _text(cell: Any) -> str:
    return cell.decode(errors="replace") if isinstance(cell, bytes) else str(cell)


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
