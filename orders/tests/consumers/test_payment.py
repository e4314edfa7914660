"""The payment: when the bank is asked, what its answer does, and that nothing happens twice."""

from typing import Any

import pytest
from django.db import transaction

from messaging.errors import PoisonError, TransientError
from messaging.testing import deliver
from orders.consumers.payment import Payment
from orders.domain.states import Happening, State
from orders.models import HoldStatus, Order, PersonTask, StockHold
from orders.services import pay
from orders.services.concluding import conclude
from orders.tests.bank_double import MemoryBank
from orders.tests.consumers.payment_kit import cleared, stock_held, told, words
from orders.tests.kit import NOW, made_product
from orders.tests.saga_kit import VERDICT, happen, held, ordered, reserved, state_of

pytestmark = pytest.mark.django_db(transaction=True)


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
