"""An order whose token nobody can open ends as not paid, where the bank says that it is not."""

from dataclasses import replace

import pytest
from django.db import transaction

from messaging.testing import deliver
from orders import presenter
from orders.adapters.bank import BankAwayError, Paid
from orders.consumers.notification import Notification
from orders.consumers.reservation import Reservation
from orders.domain import pipeline
from orders.domain.pipeline import Said
from orders.domain.states import Happening, State
from orders.models import Order, PersonTask, TaskTry
from orders.services import pay, tasks
from orders.services.audit import findings
from orders.services.concluding import conclude
from orders.services.settle import TaskClosedError
from orders.services.unpaid import NotLostError, NotRefusedError, end_unpaid
from orders.tests.bank_double import MemoryBank
from orders.tests.kit import NOW
from orders.tests.saga_kit import happen, payment_at, reserved, shelf, state_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bank() -> MemoryBank:
    return MemoryBank()


def asked_for(bank: MemoryBank, order: Order) -> None:
    """Let the payment take its step."""
    deliver(payment_at(bank), presenter.said(order, Said(pipeline.STOCK, "reserved"), {}, NOW))


def without_token(bank: MemoryBank) -> Order:
    """Return an order of three that waits for a person, because its token's key is gone."""
    order = reserved(3)
    Order.objects.filter(pk=order.pk).update(payment_token_sealed="v1.gone.abcd")
    asked_for(bank, order)
    return order


def ended(bank: MemoryBank, note: str = "key of March is lost", actor: str = "ana") -> PersonTask:
    return end_unpaid(PersonTask.objects.get().pk, bank, note=note, actor=actor, now=NOW)


class TestEnd:
    def test_goes_the_way_of_every_refused_card(self, bank: MemoryBank) -> None:
        order = without_token(bank)

        task = ended(bank)

        order.refresh_from_db()
        assert (order.state, order.reason) == (State.PAYMENT_REFUSED, "token_lost")
        assert bank.charged_cents == order.charged_cents == 0
        assert (task.done_at, task.done_by, task.note) == (NOW, "ana", "key of March is lost")
        assert order.events.get(happening=Happening.PAYMENT_REJECTED).actor == "ana"
        assert TaskTry.objects.get().note == "key of March is lost"

    def test_frees_the_stock_and_tells_the_customer(self, bank: MemoryBank) -> None:
        order = without_token(bank)
        on_hand, _ = shelf()
        ended(bank)
        order.refresh_from_db()
        told = presenter.said(
            order, Said(pipeline.PAYMENT, "rejected"), {"payment_id": "", "amount_cents": 1}, NOW
        )

        deliver(Reservation, told)
        deliver(Notification, told)

        assert shelf() == (on_hand, 0)
        assert order.mails.get().notice == "payment_refused"
        assert [found for found in findings() if str(order.id) in found] == []

    def test_of_a_cancelled_order_cancels_it(self, bank: MemoryBank) -> None:
        order = without_token(bank)
        happen(order.id, Happening.CANCELLATION, reason="customer")

        ended(bank)

        order.refresh_from_db()
        assert (order.state, order.reason) == (State.CANCELLED, "customer")

    def test_leaves_nothing_that_could_still_be_charged(self, bank: MemoryBank) -> None:
        order = without_token(bank)
        with transaction.atomic():
            charge = pay.next_step(order.id, now=NOW)
        ended(bank)

        # The key is found again, and somebody had the step in hand.
        assert isinstance(charge, pay.Charge)
        sealed = reserved(1).payment_token_sealed
        late = pay.ask(replace(charge, sealed_token=sealed), bank)
        with transaction.atomic():
            conclude(charge, late, now=NOW)

        assert not isinstance(late, Paid)
        assert bank.charged_cents == 0
        assert state_of(order) == State.PAYMENT_REFUSED
        assert PersonTask.objects.get().done_by == "ana"

    def test_twice_by_the_same_person_changes_nothing_more(self, bank: MemoryBank) -> None:
        without_token(bank)

        ended(bank)
        ended(bank)

        assert TaskTry.objects.count() == len(bank.asked) == 1
        with pytest.raises(TaskClosedError):
            ended(bank, actor="rui")


class TestRefused:
    def test_where_the_bank_has_decided_the_charge_before(self, bank: MemoryBank) -> None:
        order = without_token(bank)
        # It went out, its answer was lost, and then the key was.
        bank.authorise(
            request_id=f"order:{order.id}:authorise",
            token="token",
            order_id=order.id,
            amount_cents=order.total_cents,
            description=f"order {order.id}",
        )

        with pytest.raises(NotRefusedError, match="INVALID_ARGUMENT"):
            ended(bank)

        task = PersonTask.objects.get()
        assert state_of(order) == State.PAYING
        assert (task.done_at, task.reason, task.note) == (None, "UnknownKeyError", "")
        assert TaskTry.objects.get().actor == "ana"

    def test_where_the_token_can_be_opened(self, bank: MemoryBank) -> None:
        order = reserved(3)
        bank.failure = "INTERNAL"
        asked_for(bank, order)
        bank.failure = ""

        with pytest.raises(NotLostError):
            ended(bank)

        assert state_of(order) == State.PAYING
        assert len(bank.asked) == 1
        assert not TaskTry.objects.exists()

    def test_for_a_refund(self, bank: MemoryBank) -> None:
        order = reserved(3)
        asked_for(bank, order)
        bank.failure = "NOT_FOUND"
        happen(order.id, Happening.CANCELLATION, reason="customer")
        deliver(payment_at(bank), presenter.said(order, Said(pipeline.NEW, "cancelled"), {}, NOW))
        bank.failure = ""

        with pytest.raises(NotLostError):
            ended(bank)

        assert state_of(order) == State.REFUNDING

    def test_without_a_note(self, bank: MemoryBank) -> None:
        without_token(bank)

        with pytest.raises(ValueError, match="note"):
            ended(bank, note="  ")

        assert bank.asked == []

    def test_while_the_bank_is_away_and_the_same_again_ends_it(self, bank: MemoryBank) -> None:
        order = without_token(bank)
        bank.is_away = True
        with pytest.raises(BankAwayError):
            ended(bank)
        assert state_of(order) == State.PAYING
        bank.is_away = False

        assert ended(bank).done_at == NOW
        assert tasks.retry(PersonTask.objects.get().pk, bank, actor="rui", now=NOW).done_by == "ana"
