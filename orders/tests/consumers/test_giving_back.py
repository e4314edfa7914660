"""What the payment gives back: all of a cancelled order, a part of a short one, and each once."""

from typing import Any

import pytest
from uuid_utils.compat import uuid7

from messaging.errors import TransientError
from messaging.testing import deliver
from orders.consumers.payment import Payment
from orders.domain.states import Happening, State
from orders.models import Order, PersonTask, RefundDue
from orders.tests.bank_double import MemoryBank
from orders.tests.consumers.payment_kit import cancelled, paid, short, stock_held, told, words
from orders.tests.saga_kit import happen, missed, ordered, reserved, state_of

pytestmark = pytest.mark.django_db(transaction=True)


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
