"""What needs a person on the operators' pages: a refund settled by hand, an order unpaid."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client

from cards.installation import vault
from orders.adapters import bank as banks
from orders.domain.states import State
from orders.models import Order, PersonTask
from orders.tests.bank_double import MemoryBank
from orders.tests.kit import made_product
from orders.tests.pages.tasks_kit import task_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_limits")]


class TestTasks:
    def test_lists_what_needs_a_person(self, staff: Client) -> None:
        made_product()
        order = task_of("refund").order

        shown = staff.get("/saga/tasks/").content.decode()

        assert "NOT_FOUND" in shown
        assert f"/saga/tasks/order:{order.id}:cancel/retry/" in shown

    def test_one_that_is_not_there_cannot_be_tried(self, staff: Client) -> None:
        assert staff.post("/saga/tasks/none/retry/").status_code == 404
        assert staff.post("/saga/tasks/none/end/").status_code == 404

    def test_a_refund_is_settled_by_hand_and_stands_in_the_history(self, staff: Client) -> None:
        made_product()
        task = task_of("refund")
        asked = staff.get(f"/saga/tasks/{task.pk}/end/").content.decode()

        answer = staff.post(f"/saga/tasks/{task.pk}/end/", {"note": "transfer 4711"}, follow=True)

        shown = answer.content.decode()
        assert "89.90" in asked
        assert f'data-task="{task.pk}"' not in shown
        assert f'data-closed-task="{task.pk}"' in shown
        assert "transfer 4711" in shown
        assert "transfer 4711" in staff.get(f"/saga/orders/{task.order_id}/").content.decode()
        file = staff.get("/saga/tasks/history.csv?q=transfer")
        assert b"clerk,yes,transfer 4711" in b"".join(file.streaming_content)  # type: ignore[attr-defined]  # streamed
        assert f'data-closed-task="{task.pk}"' not in staff.get("/saga/tasks/?q=x").content.decode()

    def test_it_wants_a_note(self, staff: Client) -> None:
        made_product()
        task = task_of("refund")

        answer = staff.post(f"/saga/tasks/{task.pk}/end/", {"note": " "})

        assert answer.status_code == 422
        assert b"field-error" in answer.content
        assert PersonTask.objects.get().done_at is None

    def test_it_may_be_pressed_again_where_the_database_stays_locked(self, staff: Client) -> None:
        made_product()
        task = task_of("refund")

        def locked_up(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if "orders_task_try" in sql:
                raise OperationalError(1213, "Deadlock found when trying to get lock")
            return execute(sql, params, many, context)

        with connection.execute_wrapper(locked_up):
            answer = staff.post(f"/saga/tasks/{task.pk}/end/", {"note": "transfer 4711"})

        assert answer.status_code == 503
        assert 'value="transfer 4711"' in answer.content.decode()
        assert PersonTask.objects.get().done_at is None

    def test_a_charge_is_not_settled_by_hand(self, staff: Client) -> None:
        made_product()
        task = task_of("payment")

        answer = staff.post(f"/saga/tasks/{task.pk}/end/", {"note": "paid"}, follow=True)

        assert "only the bank can finish a charge" in answer.content.decode()
        assert f"/saga/tasks/{task.pk}/end/" not in answer.content.decode()
        assert PersonTask.objects.get().done_at is None

    @pytest.mark.parametrize("path", ["x/retry/", "x/end/", "x/unpaid/", "history.csv", ""])
    def test_are_for_staff_alone(self, client: Client, path: str) -> None:
        client.force_login(User.objects.create_user("somebody"))

        answers = [client.get(f"/saga/tasks/{path}"), client.post(f"/saga/tasks/{path}")]

        assert {answer.status_code for answer in answers} <= {403, 405}


class TestUnpaid:
    """A charge whose token nobody can open, as the orders of these tests have it."""

    @pytest.fixture
    def bank(self, monkeypatch: pytest.MonkeyPatch) -> MemoryBank:
        made_product()
        bank = MemoryBank()
        monkeypatch.setattr(banks, "bank", lambda: bank)
        return bank

    def test_is_offered_asked_about_and_stands_in_the_history(
        self, staff: Client, bank: MemoryBank
    ) -> None:
        task = task_of("payment")
        path = f"/saga/tasks/{task.pk}/unpaid/"
        assert path in staff.get("/saga/tasks/").content.decode()
        assert "Give up charging R$\u00a089.90?" in staff.get(path).content.decode()

        shown = staff.post(path, {"note": "key lost"}, follow=True).content.decode()

        assert "The order has ended as not paid." in shown
        assert f'data-task="{task.pk}"' not in shown
        assert f'data-closed-task="{task.pk}"' in shown
        assert "Not paid" in shown
        assert "key lost" in shown
        assert Order.objects.get().state == State.PAYMENT_REFUSED
        assert bank.asked == [task.pk]

    def test_leaves_what_the_bank_has_decided_before(self, staff: Client, bank: MemoryBank) -> None:
        task = task_of("payment")
        bank.authorise(
            request_id=task.pk,
            token="token",
            order_id=task.order_id,
            amount_cents=8990,
            description=f"order {task.order_id}",
        )

        answer = staff.post(f"/saga/tasks/{task.pk}/unpaid/", {"note": "key lost"})

        assert answer.status_code == 409
        assert "the bank has decided this charge before" in answer.content.decode()
        assert Order.objects.get().state == State.PAYING

    def test_says_what_to_do_where_it_did_not_end(self, staff: Client, bank: MemoryBank) -> None:
        task = task_of("payment")
        path = f"/saga/tasks/{task.pk}/unpaid/"
        assert "What to do now" not in staff.get(path).content.decode()
        bank.failure = "INVALID_ARGUMENT"

        refused = staff.post(path, {"note": "key lost"}).content.decode()
        again, listed = (staff.get(each).content.decode() for each in (path, "/saga/tasks/"))

        for shown in (refused, again):
            assert "What to do now" in shown
            assert f"<code>{task.pk}</code>" in shown
            assert "press Retry" in shown
            assert "give it back" in shown
        assert ": what to do now</a>" in listed
        assert Order.objects.get().state == State.PAYING

    def test_may_be_pressed_again_where_the_bank_is_away(
        self, staff: Client, bank: MemoryBank
    ) -> None:
        task = task_of("payment")
        bank.is_away = True

        answer = staff.post(f"/saga/tasks/{task.pk}/unpaid/", {"note": "key lost"})

        assert answer.status_code == 503
        assert 'value="key lost"' in answer.content.decode()
        assert PersonTask.objects.get().done_at is None

    def test_is_not_for_a_token_that_opens(self, staff: Client, bank: MemoryBank) -> None:
        task = task_of("payment")
        sealed = vault().seal("token", context=f"order:{task.order_id}")
        Order.objects.update(payment_token_sealed=sealed)
        path = f"/saga/tasks/{task.pk}/unpaid/"

        shown = staff.post(path, {"note": "key lost"}, follow=True).content.decode()

        assert path not in shown
        assert "the bank can still be asked" in shown
        assert bank.asked == []

    def test_wants_a_note(self, staff: Client, bank: MemoryBank) -> None:
        answer = staff.post(f"/saga/tasks/{task_of('payment').pk}/unpaid/", {"note": " "})

        assert (answer.status_code, bank.asked) == (422, [])
        assert b"field-error" in answer.content

    def test_of_what_is_not_there_is_not_there(self, staff: Client) -> None:
        assert staff.post("/saga/tasks/none/unpaid/").status_code == 404
