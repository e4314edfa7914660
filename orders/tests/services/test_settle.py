"""A refund that the bank will not make is settled by hand: once, with a note; the books tell."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from messaging.models import OutboxMessage
from messaging.testing import deliver
from orders import presenter
from orders.adapters.bank import BankFailedError, Refunded
from orders.domain import pipeline
from orders.domain.pipeline import Said
from orders.domain.states import Happening, State
from orders.models import Order, PersonTask, StockMovement, TaskTry
from orders.services import pay, tasks
from orders.services.audit import findings
from orders.services.concluding import conclude
from orders.services.settle import NotByHandError, TaskClosedError, settle
from orders.tests.bank_double import MemoryBank
from orders.tests.kit import NOW
from orders.tests.saga_kit import happen, missed, payment_at, reserved, state_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bank() -> MemoryBank:
    return MemoryBank()


def paid(bank: MemoryBank) -> Order:
    """Return an order of three at 89.90 that is paid."""
    order = reserved(3)
    deliver(payment_at(bank), presenter.said(order, Said(pipeline.STOCK, "reserved"), {}, NOW))
    return Order.objects.get(pk=order.pk)


def cancelled(bank: MemoryBank, order: Order) -> str:
    """Cancel a paid order whose refund the bank does not take; return the task's id."""
    bank.failure = "NOT_FOUND"
    happen(order.id, Happening.CANCELLATION, reason="customer")
    deliver(payment_at(bank), presenter.said(order, Said(pipeline.NEW, "cancelled"), {}, NOW))
    bank.failure = ""
    return str(PersonTask.objects.get(done_at=None).pk)


def short_of_one(bank: MemoryBank, order: Order) -> str:
    """Let one of the three be missing, and the bank not give it back; return the task's id."""
    happen(order.id, Happening.PICKING_STARTED, details={"lines": []})
    missed(order, 2)
    bank.failure = "NOT_FOUND"
    short = presenter.said(order, Said(pipeline.PICKING, "short"), {"lines": []}, NOW)
    deliver(payment_at(bank), short)
    bank.failure = ""
    return str(PersonTask.objects.get(done_at=None).pk)


def by_hand(request_id: str, note: str = "transfer 4711", actor: str = "ana") -> PersonTask:
    return settle(request_id, note=note, actor=actor, now=NOW)


class TestSettle:
    def test_ends_a_cancelled_order_as_its_refund_would(self, bank: MemoryBank) -> None:
        order = paid(bank)
        request_id = cancelled(bank, order)

        task = by_hand(request_id)

        order.refresh_from_db()
        assert (task.done_at, task.done_by, task.note) == (NOW, "ana", "transfer 4711")
        assert (order.state, order.refunded_cents) == (State.CANCELLED, order.charged_cents)
        assert order.events.get(happening=Happening.REFUND_MADE).actor == "ana"
        told = OutboxMessage.objects.filter(topic=pipeline.PAYMENT).latest("pk").payload
        assert b'"refunded"' in bytes(told or b"")
        assert bank.refunded_cents == 0

    def test_of_a_shortage_leaves_the_rest_of_the_order_alone(self, bank: MemoryBank) -> None:
        order = paid(bank)

        by_hand(short_of_one(bank, order))

        order.refresh_from_db()
        assert (order.state, order.refunded_cents) == (State.PICKING, 8990)

    def test_is_added_to_what_the_bank_gives_back_later(self, bank: MemoryBank) -> None:
        order = paid(bank)
        by_hand(short_of_one(bank, order))

        happen(order.id, Happening.CANCELLATION, reason="customer")
        deliver(payment_at(bank), presenter.said(order, Said(pipeline.NEW, "cancelled"), {}, NOW))

        order.refresh_from_db()
        assert (order.state, order.refunded_cents) == (State.CANCELLED, 3 * 8990)
        assert bank.refunded_cents == 2 * 8990
        assert [found for found in findings() if "refund" in found] == []

    def test_twice_by_the_same_person_changes_nothing_more(self, bank: MemoryBank) -> None:
        request_id = cancelled(bank, paid(bank))

        by_hand(request_id)
        by_hand(request_id)

        assert TaskTry.objects.get().note == "transfer 4711"
        with pytest.raises(TaskClosedError):
            by_hand(request_id, "another", "rui")

    def test_is_not_for_a_charge(self, bank: MemoryBank) -> None:
        order = reserved(3)
        bank.failure = "INTERNAL"
        deliver(payment_at(bank), presenter.said(order, Said(pipeline.STOCK, "reserved"), {}, NOW))

        with pytest.raises(NotByHandError):
            by_hand(f"order:{order.id}:authorise")

        assert state_of(order) == State.PAYING
        assert PersonTask.objects.get().done_at is None

    def test_wants_a_note(self, bank: MemoryBank) -> None:
        request_id = cancelled(bank, paid(bank))

        with pytest.raises(ValueError, match="note"):
            by_hand(request_id, "  ")

        assert PersonTask.objects.get().done_at is None

    def test_of_what_the_bank_has_finished_says_so(self, bank: MemoryBank) -> None:
        request_id = cancelled(bank, paid(bank))
        tasks.retry(request_id, bank, actor="rui", now=NOW)

        with pytest.raises(TaskClosedError):
            by_hand(request_id)


class TestMeanwhile:
    """A colleague's retry was at the bank while the refund was settled by hand."""

    def test_a_refund_that_the_bank_made_after_all_is_found_by_the_check(
        self, bank: MemoryBank
    ) -> None:
        order = paid(bank)
        request_id = cancelled(bank, order)
        step = pay.GiveBack(
            order_id=order.id, request_id=request_id, amount_cents=1, payment_id=order.payment_id
        )
        by_hand(request_id)

        with transaction.atomic():
            conclude(step, Refunded("refund 1", order.charged_cents), now=NOW)

        order.refresh_from_db()
        assert order.refunded_cents == order.charged_cents
        assert [found for found in findings() if "by hand and by the bank" in found]

    def test_a_failure_does_not_open_the_task_again(self, bank: MemoryBank) -> None:
        order = paid(bank)
        request_id = cancelled(bank, order)
        step = pay.GiveBack(
            order_id=order.id, request_id=request_id, amount_cents=1, payment_id=order.payment_id
        )
        by_hand(request_id)

        with transaction.atomic():
            conclude(step, BankFailedError("NOT_FOUND"), now=NOW)

        assert PersonTask.objects.get().note == "transfer 4711"


class TestCheck:
    def test_lists_what_was_settled_by_hand(self, bank: MemoryBank) -> None:
        order = paid(bank)
        by_hand(cancelled(bank, order))
        # The stock comes back by the event that was told.
        happen(order.id, Happening.STOCK_RELEASED)
        StockMovement.objects.create(product_id="CAFE-1KG", kind="receipt", quantity=100, at=NOW)
        said = StringIO()

        call_command("check_orders", stdout=said)

        assert "1 refunds, 269.70 in all" in said.getvalue()
        assert f"order {order.id}: 269.70" in said.getvalue()
