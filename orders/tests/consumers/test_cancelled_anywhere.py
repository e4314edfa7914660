"""A cancellation in every state that allows one: the stock is back, and so is all the money."""

from collections.abc import Callable

import pytest

from messaging.testing import deliver, drain
from orders import presenter
from orders.consumers.reservation import Reservation
from orders.domain import pipeline
from orders.domain.pipeline import Said, may_be_cancelled
from orders.domain.states import Happening, State
from orders.models import HoldStatus, Order, StockHold
from orders.tests.bank_double import MemoryBank
from orders.tests.kit import NOW
from orders.tests.saga_kit import (
    VERDICT,
    happen,
    held,
    ordered,
    payment_at,
    reserved,
    shelf,
    state_of,
)

pytestmark = pytest.mark.django_db(transaction=True)


def with_happenings(*happenings: Happening) -> Callable[[MemoryBank], Order]:
    """Return what brings a placed order to where these lead, stock held where one says so."""

    def story(_bank: MemoryBank) -> Order:
        order = ordered()
        for each in happenings:
            if each is Happening.STOCK_RESERVED:
                held(order)
            else:
                is_clear = each is Happening.FRAUD_CLEAR
                happen(order.id, each, details=VERDICT if is_clear else {})
        return order

    return story


def paid(bank: MemoryBank) -> Order:
    order = reserved()
    deliver(payment_at(bank), presenter.said(order, Said(pipeline.STOCK, "reserved"), {}, NOW))
    return order


def in_picking(bank: MemoryBank) -> Order:
    order = paid(bank)
    happen(order.id, Happening.PICKING_STARTED, details={"lines": []})
    return order


_H = Happening
STORIES: dict[State, Callable[[MemoryBank], Order]] = {
    State.PLACED: with_happenings(),
    State.HELD: with_happenings(_H.STOCK_RESERVED),
    State.CLEARED: with_happenings(_H.FRAUD_CLEAR),
    State.IN_REVIEW: with_happenings(_H.FRAUD_DOUBTFUL),
    State.HELD_IN_REVIEW: with_happenings(_H.FRAUD_DOUBTFUL, _H.STOCK_RESERVED),
    State.RESERVED: with_happenings(_H.FRAUD_CLEAR, _H.STOCK_RESERVED),
    State.PAYING: with_happenings(_H.FRAUD_CLEAR, _H.STOCK_RESERVED, _H.PAYMENT_BEGUN),
    State.PAID: paid,
    State.PICKING: in_picking,
}


def test_there_is_a_story_for_each_state_that_allows_it() -> None:
    assert set(STORIES) == {state for state in State if may_be_cancelled(state)}


@pytest.mark.parametrize("state", STORIES)
def test_leaves_nothing_held_and_nothing_charged(state: State) -> None:
    bank = MemoryBank()
    order = STORIES[state](bank)
    assert state_of(order) == state

    happen(order.id, Happening.CANCELLATION, reason="customer")
    drain(Reservation, payment_at(bank))

    order.refresh_from_db()
    assert (order.state, order.reason) == (State.CANCELLED, "customer")
    assert shelf() == (100, 0)
    assert bank.charged_cents == bank.refunded_cents == order.refunded_cents
    assert not StockHold.objects.exclude(status=HoldStatus.RELEASED).exists()
