"""A step that needs a person: tried again under its old name, and written down who did."""

import pytest

from messaging.testing import deliver
from orders import presenter
from orders.adapters.bank import BankAwayError
from orders.domain import pipeline
from orders.domain.pipeline import Said
from orders.domain.states import Happening, State
from orders.models import Order, PersonTask, TaskTry
from orders.services import tasks
from orders.tests.bank_double import MemoryBank
from orders.tests.kit import NOW
from orders.tests.saga_kit import happen, missed, payment_at, reserved, state_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bank() -> MemoryBank:
    return MemoryBank()


def stuck(bank: MemoryBank) -> Order:
    """Return an order whose charge the bank did not take."""
    order = reserved(3)
    bank.failure = "INTERNAL"
    deliver(payment_at(bank), presenter.said(order, Said(pipeline.STOCK, "reserved"), {}, NOW))
    bank.failure = ""
    return order


def tried(bank: MemoryBank) -> PersonTask:
    request_id = PersonTask.objects.get(done_at=None).request_id
    return tasks.retry(request_id, bank, actor="ana", now=NOW)


class TestRetry:
    def test_of_a_payment_goes_on_where_it_stood(self, bank: MemoryBank) -> None:
        order = stuck(bank)

        task = tried(bank)

        assert (task.done_at, task.done_by) == (NOW, "ana")
        assert state_of(order) == State.PAID
        assert set(bank.asked) == {f"order:{order.id}:authorise"}
        assert order.events.get(happening=Happening.PAYMENT_APPROVED).actor == "ana"

    def test_that_fails_again_stays_on_the_list(self, bank: MemoryBank) -> None:
        stuck(bank)
        bank.failure = "UNAUTHENTICATED"

        task = tried(bank)

        assert (task.done_at, task.tries, task.reason) == (None, 2, "UNAUTHENTICATED")
        assert TaskTry.objects.get().actor == "ana"

    def test_while_the_bank_is_away_changes_nothing(self, bank: MemoryBank) -> None:
        order = stuck(bank)
        bank.is_away = True

        with pytest.raises(BankAwayError):
            tried(bank)

        assert state_of(order) == State.PAYING
        assert PersonTask.objects.get().done_at is None
        bank.is_away = False
        assert tried(bank).done_at == NOW
        assert TaskTry.objects.count() == 2

    def test_of_a_cancelled_orders_payment_goes_on_to_its_refund(self, bank: MemoryBank) -> None:
        order = stuck(bank)
        bank.failure = "INTERNAL"
        happen(order.id, Happening.CANCELLATION, reason="customer")
        told = presenter.said(order, Said(pipeline.NEW, "cancelled"), {}, NOW)
        deliver(payment_at(bank), told)
        bank.failure = ""

        tried(bank)

        assert state_of(order) == State.CANCELLED
        assert bank.refunded_cents == bank.charged_cents == order.total_cents

    def test_of_a_refund_makes_it_once(self, bank: MemoryBank) -> None:
        order = reserved(3)
        payment = payment_at(bank)
        deliver(payment, presenter.said(order, Said(pipeline.STOCK, "reserved"), {}, NOW))
        happen(order.id, Happening.PICKING_STARTED, details={"lines": []})
        missed(order, 2)
        bank.failure = "INTERNAL"
        deliver(payment, presenter.said(order, Said(pipeline.PICKING, "short"), {"lines": []}, NOW))
        bank.failure = ""

        task = tried(bank)
        again = tasks.retry(task.request_id, bank, actor="rui", now=NOW)

        assert (again.done_by, again.step) == ("ana", "refund")
        assert bank.refunded_cents == Order.objects.get().refunded_cents == 8990
        assert TaskTry.objects.count() == 1

    def test_of_what_ended_in_another_way_takes_it_off_the_list(self, bank: MemoryBank) -> None:
        stuck(bank)
        Order.objects.update(state=State.PAID)

        assert tried(bank).done_by == "ana"
        assert len(bank.asked) == 1

    def test_of_an_unknown_task_says_so(self, bank: MemoryBank) -> None:
        with pytest.raises(PersonTask.DoesNotExist):
            tasks.retry("nothing", bank, actor="ana", now=NOW)
