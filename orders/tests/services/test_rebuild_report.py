"""Rebuilding the warehouse gives the same bytes; comparing it finds what differs."""

from collections.abc import Iterator

import pytest

from orders.domain.states import State
from orders.events import OrderEvent
from orders.models import WarehouseLine, WarehouseOrder
from orders.services.rebuild_report import differing, digest, rebuild
from orders.tests.kit import made_order, made_product
from orders.tests.services.test_report import placed, take, whole_order

pytestmark = pytest.mark.django_db(databases=["default", "warehouse"], transaction=True)


class Topics:
    """The broker's part: what was told, here in another order, and twice."""

    def __init__(self, events: list[OrderEvent]) -> None:
        """Hold the events."""
        self._events = events

    def chunks(self) -> Iterator[list[OrderEvent]]:
        """Yield them backwards, two at a time, then the first one again."""
        backwards = self._events[::-1]
        for at in range(0, len(backwards), 2):
            yield backwards[at : at + 2]
        yield self._events[:1]


class TestRebuild:
    def test_gives_the_same_bytes(self) -> None:
        told = [*whole_order("o-1"), placed("o-2", region="RJ"), *whole_order("o-3")]
        take(told)
        before = digest()

        done = rebuild(Topics(told))

        assert (done.orders, digest()) == (3, before)

    def test_mends_what_was_wrong(self) -> None:
        told = whole_order("o-1")
        take(told)
        before = digest()
        WarehouseOrder.objects.update(total_cents=1)
        WarehouseLine.objects.all().delete()

        rebuild(Topics(told))

        assert digest() == before

    def test_keeps_the_old_facts_when_it_breaks_off(self) -> None:
        take(whole_order("o-1"))
        before = digest()

        class Broken(Topics):
            def chunks(self) -> Iterator[list[OrderEvent]]:
                yield self._events
                raise ConnectionError

        with pytest.raises(ConnectionError):
            rebuild(Broken([placed("o-9")]))

        assert digest() == before


class TestDiffering:
    def test_names_finished_orders_that_the_warehouse_knows_otherwise(self) -> None:
        made_product()
        money = {"total_cents": 5000, "charged_cents": 5000, "refunded_cents": 1500}
        same = made_order({"CAFE-1KG": 1}, state=State.DISPATCHED, **money)
        other = made_order({"CAFE-1KG": 1}, state=State.CANCELLED, total_cents=5000)
        made_order({"CAFE-1KG": 1}, state=State.PAYING, total_cents=5000)
        take(whole_order(same.id), [placed(other.id)])

        assert differing() == [other.id]
