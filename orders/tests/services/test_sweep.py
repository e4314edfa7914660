"""The sweeper: what waited too long ends, and nothing else does."""

import threading
from datetime import datetime, timedelta

import msgspec
import pytest
from django.utils import timezone

from messaging.errors import TransientError
from messaging.models import OutboxMessage
from messaging.records import Record
from orders.domain.fraud import Verdict
from orders.domain.states import Happening, State
from orders.models import FraudReceipt, HoldStatus, Order, StockHold, WorkerSignal
from orders.observers import BoardObserver
from orders.services import sweep
from orders.tests.kit import NOW
from orders.tests.saga_kit import VERDICT, happen, held, ordered, reserved, shelf, state_of

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(minutes=31)
RECORD = Record("estoque-reservado", 0, 0, None, None, 0)


def swept(now: datetime = LATER) -> int:
    return sweep.sweep(threading.Event(), lambda: now)


def doubtful(order: Order) -> None:
    """Let the order be judged doubtful at NOW."""
    FraudReceipt.objects.create(
        order=order,
        ruleset="r1",
        verdict=Verdict.REVIEW,
        score=55,
        facts="{}",
        readings="[]",
        judged_at=NOW,
    )
    happen(order.id, Happening.FRAUD_DOUBTFUL)


class TestExpiry:
    @pytest.mark.parametrize("is_cleared", [True, False])
    def test_gives_the_stock_back_and_ends_the_order(self, is_cleared: bool) -> None:
        order = reserved() if is_cleared else ordered()
        if not is_cleared:
            held(order)

        assert swept() == 1

        found = Order.objects.get()
        assert (found.state, found.reason) == (State.CANCELLED, "reservation_expired")
        assert shelf() == (100, 0)
        assert StockHold.objects.get().status == HoldStatus.RELEASED
        last = OutboxMessage.objects.order_by("-id")[0]
        told = msgspec.json.decode(bytes(last.payload or b""))
        assert (last.topic, told["status"]) == ("estoque-reservado", "expired")
        assert swept() == 0

    def test_waits_for_its_time(self) -> None:
        reserved()

        assert swept(NOW + timedelta(minutes=29)) == 0

    def test_leaves_an_order_alone_once_the_bank_may_have_been_asked(self) -> None:
        order = reserved()
        happen(order.id, Happening.PAYMENT_BEGUN)

        assert swept() == 0
        assert shelf() == (100, 2)

    def test_refuses_no_order_because_the_bank_is_away(self) -> None:
        order = reserved()
        WorkerSignal.objects.create(name="payment", waits_since=NOW, updated_at=NOW)

        assert swept() == 0

        assert StockHold.objects.get().expires_at == LATER + timedelta(minutes=30)
        WorkerSignal.objects.update(waits_since=None)
        assert swept() == 0
        assert state_of(order) == State.RESERVED

    def test_refuses_no_order_because_another_partition_of_payment_goes_on(self) -> None:
        order = reserved()
        now = timezone.now()
        StockHold.objects.update(expires_at=now - timedelta(minutes=1))
        board = BoardObserver()
        board.on_retried("payment", RECORD, TransientError("the bank is away"))

        # A cancelled order, or one without its verdict: nothing that the bank is asked for.
        board.on_succeeded("payment", [object()])  # type: ignore[list-item]  # only counted

        assert swept(timezone.now()) == 0
        assert state_of(order) == State.RESERVED
        long_after = timezone.now() + timedelta(minutes=31)
        assert swept(long_after) == 1

    @pytest.mark.parametrize("is_doubt_first", [True, False])
    def test_leaves_an_order_in_review_alone(self, is_doubt_first: bool) -> None:
        order = ordered()
        if is_doubt_first:
            doubtful(order)
            held(order)
        else:
            held(order)
            doubtful(order)

        assert swept() == 0
        assert state_of(order) == State.HELD_IN_REVIEW

    def test_gives_an_order_that_was_cleared_late_its_time_anew(self) -> None:
        order = ordered()
        held(order)
        doubtful(order)
        StockHold.objects.update(expires_at=NOW - timedelta(hours=40))

        happen(order.id, Happening.FRAUD_CLEAR, details=VERDICT)

        assert StockHold.objects.get().expires_at == NOW + timedelta(minutes=30)
        assert swept(NOW) == 0

    def test_ends_more_than_a_batch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sweep, "BATCH", 2)
        for _ in range(5):
            reserved(1)

        assert swept() == 5
        assert shelf() == (100, 0)

    def test_stops_when_it_is_told_to(self) -> None:
        reserved()
        stop = threading.Event()
        stop.set()

        assert sweep.sweep(stop, lambda: LATER) == 0


class TestReview:
    @pytest.mark.parametrize("is_held", [True, False])
    def test_that_nobody_decided_is_fraud_after_two_days(self, is_held: bool) -> None:
        order = ordered()
        if is_held:
            held(order)
        doubtful(order)

        assert swept(NOW + timedelta(hours=47)) == 0
        assert swept(NOW + timedelta(hours=49)) == 1

        found = Order.objects.get()
        assert (found.state, found.reason) == (State.FRAUD, "review_timeout")
        last = OutboxMessage.objects.order_by("-id")[0]
        told = msgspec.json.decode(bytes(last.payload or b""))
        assert (told["status"], told["score"], told["ruleset"]) == ("fraud", 55, "r1")
        assert swept(NOW + timedelta(hours=50)) == 0
