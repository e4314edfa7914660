"""The operators' pages: the stuck first, who waits, the drawn table, and a step tried again."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone

from cards.installation import vault
from messaging.errors import TransientError
from messaging.records import Record
from orders import selectors_saga
from orders.adapters import bank as banks
from orders.domain.pipeline import TABLE
from orders.domain.states import Happening, State
from orders.models import Order, PersonTask, RefundDue, WorkerSignal
from orders.observers import BoardObserver
from orders.services.act import Act, act, locked
from orders.tests.bank_double import MemoryBank
from orders.tests.kit import made_order, made_product

pytestmark = pytest.mark.django_db(transaction=True)
RECORD = Record(
    topic="pedido-novo",
    partition=0,
    offset=0,
    key=b"",
    value=b"",
    headers=(),
    timestamp_ms=0,
)


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_user("boss", is_staff=True))
    return client


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    selectors_saga.forget_limits()
    yield
    selectors_saga.forget_limits()


def waiting(state: State, hours: float) -> Order:
    return made_order(
        {"CAFE-1KG": 1}, state=state, state_since=timezone.now() - timedelta(hours=hours)
    )


def task_of(step: str) -> PersonTask:
    """Return a task about an order that was paid, or is being paid; a refund has its row."""
    is_refund, now = step == "refund", timezone.now()
    order = waiting(State.REFUNDING if is_refund else State.PAYING, 1)
    request_id = f"order:{order.id}:{'cancel' if is_refund else 'authorise'}"
    facts: dict[str, Any] = {"order": order, "created_at": now}
    if is_refund:
        Order.objects.filter(pk=order.pk).update(charged_cents=8990, payment_id="p")
        RefundDue.objects.create(request_id=request_id, amount_cents=8990, **facts)
    return PersonTask.objects.create(
        request_id=request_id, step=step, reason="NOT_FOUND", tried_at=now, **facts
    )


class TestBoard:
    def test_shows_the_stuck_first_in_their_lane(self, staff: Client) -> None:
        made_product()
        fresh, stuck = waiting(State.PAYING, 0), waiting(State.RESERVED, 2)
        waiting(State.DISPATCHED, 5)

        lanes = {lane.name: lane for lane in staff.get("/saga/").context["lanes"]}

        assert [card.order for card in lanes["payment"].cards] == [stuck, fresh]
        assert (lanes["payment"].count, lanes["payment"].stuck) == (2, 1)
        assert sum(lane.count for lane in lanes.values()) == 2

    def test_gives_the_lanes_alone_to_a_refresh(self, staff: Client) -> None:
        answer = staff.get("/saga/", headers={"HX-Request": "true"})

        assert b"data-board" in answer.content
        assert b"<html" not in answer.content

    def test_is_for_staff_alone(self, client: Client) -> None:
        client.force_login(User.objects.create_user("somebody"))

        assert client.get("/saga/").status_code == 403


class TestServices:
    def test_the_board_says_who_waits_until_it_goes_on(self, staff: Client) -> None:
        observer = BoardObserver()
        observer.on_retried("payment", RECORD, TransientError("the bank is away"))
        shown = staff.get("/saga/").content.decode()

        observer.on_succeeded("payment", [object()])  # type: ignore[list-item]  # only counted

        assert "payment waits" in shown
        assert "payment waits" not in staff.get("/saga/").content.decode()

    def test_a_signal_of_a_killed_process_is_taken_back_by_the_next(self) -> None:
        BoardObserver().on_retried("payment", RECORD, TransientError("away"))

        BoardObserver().on_succeeded("payment", [object()])  # type: ignore[list-item]  # only counted

        assert WorkerSignal.objects.get().waits_since is None

    def test_consumers_of_other_apps_are_none_of_its_business(self) -> None:
        BoardObserver().on_retried("processor", RECORD, TransientError("away"))

        assert not WorkerSignal.objects.exists()


class TestDrawing:
    def test_draws_every_cell(self, staff: Client) -> None:
        drawn = staff.get("/saga/pipeline/").content.decode()

        assert drawn.count("data-cell") == len(TABLE)
        assert drawn.count("data-state") == len(State)


class TestOrder:
    def test_tells_every_act(self, staff: Client) -> None:
        made_product()
        order = waiting(State.PLACED, 0)
        with transaction.atomic():
            what = Act(happening=Happening.CANCELLATION, now=timezone.now(), reason="customer")
            act(locked(order.id), what)

        shown = staff.get(f"/saga/orders/{order.id}/")

        (told,) = shown.context["timeline"]
        assert (told["row"].happening, told["row"].topic) == ("cancellation", "pedido-novo")

    def test_that_nobody_placed_is_not_there(self, staff: Client) -> None:
        assert staff.get("/saga/orders/none/").status_code == 404


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
        assert b"boss,yes,transfer 4711" in b"".join(file.streaming_content)  # type: ignore[attr-defined]  # streamed
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
