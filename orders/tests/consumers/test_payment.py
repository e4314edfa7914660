"""The payment: when the bank is asked, what its answer does, and that nothing happens twice."""

from typing import Any

import msgspec
import pytest
from django.db import transaction
from uuid_utils.compat import uuid7

from messaging.errors import PoisonError, TransientError
from messaging.models import OutboxMessage
from messaging.testing import deliver
from orders import presenter
from orders.consumers.payment import Payment
from orders.domain import pipeline
from orders.domain.pipeline import Said
from orders.domain.states import Happening, State
from orders.events import OrderEvent
from orders.models import HoldStatus, Order, PersonTask, RefundDue, StockHold
from orders.services import pay
from orders.services.concluding import conclude
from orders.tests.bank_double import MemoryBank
from orders.tests.kit import NOW, made_product
from orders.tests.saga_kit import (
    VERDICT,
    happen,
    held,
    missed,
    ordered,
    payment_at,
    reserved,
    state_of,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bank() -> MemoryBank:
    return MemoryBank()


@pytest.fixture
def payment(bank: MemoryBank) -> type[Payment]:
    return payment_at(bank)


def event(order: Order, topic: str, status: str, **details: Any) -> OrderEvent:
    return presenter.said(order, Said(topic, status), details, NOW)


def stock_held(order: Order) -> OrderEvent:
    return event(order, pipeline.STOCK, "reserved")


def cleared(order: Order) -> OrderEvent:
    return event(order, pipeline.FRAUD, "clear", **VERDICT)


def cancelled(order: Order) -> OrderEvent:
    return event(order, pipeline.NEW, "cancelled")


def short(order: Order) -> OrderEvent:
    return event(order, pipeline.PICKING, "short", lines=[])


def told() -> list[dict[str, Any]]:
    rows = OutboxMessage.objects.filter(topic=pipeline.PAYMENT).order_by("id")
    return [msgspec.json.decode(bytes(row.payload or b"")) for row in rows]


def words() -> list[str]:
    return [each["status"] for each in told()]


def paid(payment: type[Payment], quantity: int = 2) -> Order:
    order = reserved(quantity)
    deliver(payment, stock_held(order))
    return Order.objects.get(pk=order.pk)


class TestCharge:
    @pytest.mark.parametrize("last", [stock_held, cleared])
    def test_follows_stock_and_verdict_in_whatever_order_they_came(
        self, bank: MemoryBank, payment: type[Payment], last: Any
    ) -> None:
        order = ordered()
        if last is stock_held:
            happen(order.id, Happening.FRAUD_CLEAR, details=VERDICT)
            deliver(payment, cleared(order))
            assert bank.asked == []
            held(order)
        else:
            held(order)
            deliver(payment, stock_held(order))
            assert bank.asked == []
            happen(order.id, Happening.FRAUD_CLEAR, details=VERDICT)

        deliver(payment, last(order))

        found = Order.objects.get()
        assert (found.state, found.charged_cents, found.payment_id) == (
            State.PAID,
            order.total_cents,
            "payment 1",
        )
        assert bank.asked == [f"order:{order.id}:authorise"]
        assert bank.tokens == {"token"}
        assert StockHold.objects.get().status == HoldStatus.PAYING
        (said,) = told()
        assert (said["status"], said["payment_id"], said["amount_cents"]) == (
            "approved",
            "payment 1",
            order.total_cents,
        )

    def test_is_made_once_by_both_events(self, bank: MemoryBank, payment: type[Payment]) -> None:
        order = reserved()

        deliver(payment, stock_held(order))
        deliver(payment, cleared(order))

        assert words() == ["approved"]
        assert len(bank.asked) == 1

    def test_is_noted_once_by_two_who_asked_at_the_same_time(
        self, bank: MemoryBank, payment: type[Payment]
    ) -> None:
        order = reserved()
        with transaction.atomic():
            steps = [pay.next_step(order.id, now=NOW) for _ in range(2)]
        outcomes = [(step, pay.ask(step, bank)) for step in steps if step is not None]

        with transaction.atomic():
            for step, outcome in outcomes:
                conclude(step, outcome, now=NOW)

        assert len(outcomes) == 2
        assert words() == ["approved"]
        assert bank.charged_cents == order.total_cents

    def test_that_is_refused_ends_the_order(self, bank: MemoryBank, payment: type[Payment]) -> None:
        bank.refusal = "over_limit"
        order = reserved()

        deliver(payment, stock_held(order))

        found = Order.objects.get()
        assert (found.state, found.reason, found.charged_cents) == (
            State.PAYMENT_REFUSED,
            "over_limit",
            0,
        )
        assert [(each["status"], each["reason"]) for each in told()] == [("rejected", "over_limit")]

    def test_waits_while_the_bank_is_away_and_refuses_nobody(
        self, bank: MemoryBank, payment: type[Payment]
    ) -> None:
        bank.is_away = True
        order = reserved()

        with pytest.raises(TransientError):
            deliver(payment, stock_held(order), event_id="one")
        assert state_of(order) == State.PAYING
        bank.is_away = False

        assert deliver(payment, stock_held(order), event_id="one")
        assert state_of(order) == State.PAID
        assert bank.asked == [f"order:{order.id}:authorise"] * 2

    def test_that_the_bank_does_not_take_waits_for_a_person(
        self, bank: MemoryBank, payment: type[Payment]
    ) -> None:
        bank.failure = "INVALID_ARGUMENT"
        order = reserved()

        assert deliver(payment, stock_held(order))

        assert state_of(order) == State.PAYING
        task = PersonTask.objects.get()
        assert (task.step, task.reason, task.request_id) == (
            "payment",
            "INVALID_ARGUMENT",
            f"order:{order.id}:authorise",
        )
        assert words() == []

    def test_with_a_token_that_nobody_can_open_waits_for_a_person(
        self, bank: MemoryBank, payment: type[Payment]
    ) -> None:
        order = reserved()
        Order.objects.update(payment_token_sealed="v1.gone.abcd")

        deliver(payment, stock_held(order))

        assert PersonTask.objects.get().reason == "UnknownKeyError"
        assert bank.asked == []

    def test_that_comes_through_later_takes_the_task_off_the_list(
        self, bank: MemoryBank, payment: type[Payment]
    ) -> None:
        bank.failure = "INTERNAL"
        order = reserved()
        deliver(payment, stock_held(order))
        bank.failure = ""

        deliver(payment, cleared(order))

        assert state_of(order) == State.PAID
        assert PersonTask.objects.get().done_at is not None

    @pytest.mark.parametrize("state", [State.HELD, State.CLEARED, State.CANCELLED, State.PAID])
    def test_is_not_asked_for_otherwise(
        self, bank: MemoryBank, payment: type[Payment], state: State
    ) -> None:
        order = ordered(state=state)

        deliver(payment, stock_held(order))
        deliver(payment, cleared(order))

        assert bank.asked == []

    def test_of_nothing_asks_nobody(self, bank: MemoryBank, payment: type[Payment]) -> None:
        order = reserved(total_cents=0)

        deliver(payment, stock_held(order))

        assert state_of(order) == State.PAID
        assert bank.asked == []

    def test_of_an_order_that_nobody_knows_is_poison(self, payment: type[Payment]) -> None:
        made_product()
        order = Order(id="nobody", version=1, state=State.PLACED, reason="")

        with pytest.raises(PoisonError, match="unknown_order"):
            deliver(payment, stock_held(order))


class TestCancelled:
    def test_after_the_payment_gives_everything_back(
        self, bank: MemoryBank, payment: type[Payment]
    ) -> None:
        order = paid(payment)
        happen(order.id, Happening.CANCELLATION, reason="customer")

        deliver(payment, cancelled(order))
        deliver(payment, cancelled(order))

        found = Order.objects.get()
        assert (found.state, found.refunded_cents) == (State.CANCELLED, order.total_cents)
        assert bank.refunded_cents == bank.charged_cents == order.total_cents
        assert words() == ["approved", "refunded"]
        assert told()[1]["refund_id"] == "refund 1"

    def test_while_the_bank_is_asked_is_settled_by_the_same_charge_and_a_refund(
        self, bank: MemoryBank, payment: type[Payment]
    ) -> None:
        order = reserved()
        bank.is_away = True
        with pytest.raises(TransientError):
            deliver(payment, stock_held(order), event_id="stock")
        happen(order.id, Happening.CANCELLATION, reason="customer")
        bank.is_away = False

        deliver(payment, cancelled(order))
        deliver(payment, stock_held(order), event_id="stock")

        assert state_of(order) == State.CANCELLED
        assert words() == ["approved", "refunded"]
        assert bank.refunded_cents == bank.charged_cents == order.total_cents
        assert set(bank.asked) == {f"order:{order.id}:authorise", f"order:{order.id}:cancel"}

    def test_while_the_bank_is_asked_costs_nothing_where_it_refuses(
        self, bank: MemoryBank, payment: type[Payment]
    ) -> None:
        order = reserved()
        happen(order.id, Happening.PAYMENT_BEGUN)
        happen(order.id, Happening.CANCELLATION, reason="customer")
        bank.refusal = "over_limit"

        deliver(payment, cancelled(order))

        found = Order.objects.get()
        assert (found.state, found.reason) == (State.CANCELLED, "customer")
        assert words() == ["rejected"]
        assert not RefundDue.objects.exists()

    def test_between_a_charge_and_its_note_is_taken_anew(
        self, bank: MemoryBank, payment: type[Payment]
    ) -> None:
        order = reserved()

        class Interrupted(payment):  # type: ignore[misc,valid-type]  # made by the fixture
            def call(self, intent: Any) -> Any:
                asked = super().call(intent)
                happen(order.id, Happening.CANCELLATION, reason="customer")
                return asked

        with pytest.raises(TransientError):
            deliver(Interrupted, stock_held(order), event_id="stock")
        assert state_of(order) == State.SETTLING

        deliver(payment, stock_held(order), event_id="stock")
        deliver(payment, cancelled(order))

        assert state_of(order) == State.CANCELLED
        assert bank.refunded_cents == bank.charged_cents == order.total_cents
        assert words() == ["approved", "refunded"]

    def test_refund_that_the_bank_does_not_make_waits_for_a_person(
        self, bank: MemoryBank, payment: type[Payment]
    ) -> None:
        order = paid(payment)
        happen(order.id, Happening.CANCELLATION, reason="customer")
        bank.failure = "INTERNAL"

        deliver(payment, cancelled(order))

        assert state_of(order) == State.REFUNDING
        assert PersonTask.objects.get().step == "refund"

    @pytest.mark.parametrize("state", [State.CANCELLED, State.PICKED])
    def test_asks_for_nothing_otherwise(
        self, bank: MemoryBank, payment: type[Payment], state: State
    ) -> None:
        order = ordered(state=state)

        deliver(payment, cancelled(order))

        assert bank.asked == []


class TestShort:
    def test_gives_back_what_was_not_found_and_goes_on(
        self, bank: MemoryBank, payment: type[Payment]
    ) -> None:
        order = paid(payment, 3)
        happen(order.id, Happening.PICKING_STARTED, details={"lines": []})
        missed(order, 2)

        event_id = str(uuid7())

        deliver(payment, short(order), event_id=event_id)
        deliver(payment, short(order), event_id=event_id)

        found = Order.objects.get()
        assert (found.state, found.refunded_cents) == (State.PICKING, 8990)
        assert words() == ["approved", "partly_refunded"]
        assert RefundDue.objects.get().request_id == f"order:{order.id}:short:{event_id}"

    def test_twice_gives_back_each_unit_once(
        self, bank: MemoryBank, payment: type[Payment]
    ) -> None:
        order = paid(payment, 4)
        happen(order.id, Happening.PICKING_STARTED, details={"lines": []})
        missed(order, 3)
        missed(order, 2)

        deliver(payment, short(order), event_id="one")
        deliver(payment, short(order), event_id="two")

        assert bank.refunded_cents == 2 * 8990
        assert words() == ["approved", "partly_refunded"]

    def test_before_a_cancellation_leaves_only_the_rest_to_give_back(
        self, bank: MemoryBank, payment: type[Payment]
    ) -> None:
        order = paid(payment, 3)
        happen(order.id, Happening.PICKING_STARTED, details={"lines": []})
        missed(order, 2)
        bank.is_away = True
        with pytest.raises(TransientError):
            deliver(payment, short(order), event_id="one")
        happen(order.id, Happening.CANCELLATION, reason="customer")
        bank.is_away = False

        deliver(payment, cancelled(order))
        assert state_of(order) == State.REFUNDING
        deliver(payment, short(order), event_id="one")

        found = Order.objects.get()
        assert (found.state, found.refunded_cents) == (State.CANCELLED, order.total_cents)
        assert bank.refunded_cents == order.total_cents
        assert words() == ["approved", "partly_refunded", "refunded"]

    def test_in_an_order_that_goes_back_as_a_whole_owes_no_part(
        self, bank: MemoryBank, payment: type[Payment]
    ) -> None:
        order = paid(payment, 3)
        happen(order.id, Happening.PICKING_STARTED, details={"lines": []})
        missed(order, 2)
        happen(order.id, Happening.CANCELLATION, reason="customer")

        deliver(payment, short(order))
        deliver(payment, cancelled(order))

        assert RefundDue.objects.count() == 1
        assert state_of(order) == State.CANCELLED
        assert bank.refunded_cents == order.total_cents
