"""Reservation and payment fail once at any fault point, at any pass: the order ends as ever."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import pytest
from django.db import transaction

from messaging import faultpoints
from messaging.faultpoints import ENVIRONMENT_VARIABLE
from messaging.models import DeadLetter, OutboxMessage
from messaging.outbox import publish
from messaging.testing import drain
from orders import presenter
from orders.consumers.reservation import Reservation
from orders.domain import pipeline
from orders.domain.states import Happening, State
from orders.models import HoldStatus, Order, StockHold
from orders.tests.bank_double import MemoryBank
from orders.tests.kit import NOW
from orders.tests.saga_kit import VERDICT, happen, missed, ordered, payment_at, shelf

pytestmark = pytest.mark.django_db(transaction=True)
POINTS = (
    "consumer.prepared",
    "consumer.called",
    "consumer.entered",
    "consumer.handled",
    "consumer.committed",
)
# More than any of the stories below passes at a point.
PASSES = (1, 2, 3, 5)


def goes_on(bank: MemoryBank) -> None:
    """Carry what was said to reservation and payment until all is quiet."""
    drain(Reservation, payment_at(bank))


def placed(quantity: int = 3) -> Order:
    order = ordered(quantity)
    with transaction.atomic():
        publish(presenter.placed(order, [], NOW), key=order.id)
    happen(order.id, Happening.FRAUD_CLEAR, details=VERDICT)
    return order


def cancelled_when_paid(bank: MemoryBank) -> Order:
    order = placed()
    goes_on(bank)
    happen(order.id, Happening.CANCELLATION, reason="customer")
    goes_on(bank)
    return order


def cancelled_while_paying(bank: MemoryBank) -> Order:
    order = placed()
    drain(Reservation)
    happen(order.id, Happening.PAYMENT_BEGUN)
    happen(order.id, Happening.CANCELLATION, reason="customer")
    goes_on(bank)
    return order


def picked_short(bank: MemoryBank) -> Order:
    order = placed()
    goes_on(bank)
    happen(order.id, Happening.PICKING_STARTED, details={"lines": []})
    missed(order, 2)
    happen(order.id, Happening.PICKING_DONE, details={"lines": []})
    goes_on(bank)
    return order


@dataclass(frozen=True)
class Story:
    """What happens to an order, and how it has to end: state, cents kept, units gone, words."""

    tell: Callable[[MemoryBank], Order]
    state: State
    kept: int
    gone: int
    words: list[str]


STORIES = [
    Story(cancelled_when_paid, State.CANCELLED, 0, 0, ["approved", "refunded"]),
    Story(cancelled_while_paying, State.CANCELLED, 0, 0, ["approved", "refunded"]),
    Story(picked_short, State.PICKED, 2 * 8990, 3, ["approved", "partly_refunded"]),
]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.tell.__name__)
def test_ends_alike(story: Story, point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, nth in enumerate(PASSES, start=1):
        monkeypatch.setattr(faultpoints, "_passes", {})
        monkeypatch.setenv(ENVIRONMENT_VARIABLE, f"{point}:{nth}:raise")
        bank = MemoryBank()

        order = story.tell(bank)

        order.refresh_from_db()
        assert order.state == story.state
        assert bank.charged_cents - bank.refunded_cents == story.kept
        assert order.charged_cents - order.refunded_cents == story.kept
        assert shelf() == (100 - number * story.gone, 0)
        closed = (HoldStatus.COMMITTED, HoldStatus.RELEASED)
        assert StockHold.objects.get(order=order).status in closed
        assert _said(order) == story.words
    assert not DeadLetter.objects.exists()


def _said(order: Order) -> list[str]:
    rows = OutboxMessage.objects.filter(topic=pipeline.PAYMENT, key=order.id).order_by("id")
    return [msgspec.json.decode(bytes(row.payload or b""))["status"] for row in rows]
