"""An order's timeline knows where its events lie, also once the outbox has forgotten them."""

from datetime import timedelta

import pytest
from django.db import transaction

from messaging.housekeeping import chores
from messaging.models import OutboxMessage
from orders.domain.states import Happening
from orders.models import Order, OrderEventRow
from orders.selectors_saga import timeline
from orders.services.act import Act, act, locked
from orders.services.places import note_places
from orders.tests.kit import NOW, made_order, made_product

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


def cancelled(*, is_sent: bool = True) -> Order:
    """Return an order whose cancellation lies at 3:41, or still waits for the relay."""
    made_product()
    order = made_order({"CAFE-1KG": 1})
    with transaction.atomic():
        act(locked(order.id), Act(happening=Happening.CANCELLATION, now=NOW, reason="customer"))
    if is_sent:
        OutboxMessage.objects.update(sent_at=NOW, partition=3, offset=41)
    return order


def places(order: Order) -> list[tuple[object, object]]:
    return [(each["partition"], each["offset"]) for each in timeline(order)]


class TestNotePlaces:
    def test_keeps_what_the_outbox_will_forget(self) -> None:
        order = cancelled()
        before = places(order)

        written = note_places(LATER)
        OutboxMessage.objects.all().delete()

        assert before == places(order) == [(3, 41)]
        assert (written, note_places(LATER)) == (1, 0)

    def test_waits_for_what_is_not_sent_yet(self) -> None:
        order = cancelled(is_sent=False)

        assert note_places(LATER) == 0
        assert places(order) == [(None, None)]

    @pytest.mark.parametrize("age", [timedelta(minutes=59), timedelta(days=9)])
    def test_leaves_the_new_and_the_forgotten_alone(self, age: timedelta) -> None:
        cancelled()

        assert note_places(NOW + age) == 0

    def test_is_a_chore_of_housekeeping(self) -> None:
        cancelled()
        (chore,) = (each for each in chores() if each.table == OrderEventRow._meta.db_table)

        assert chore.trim(LATER) == 1
