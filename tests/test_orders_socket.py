"""An order's socket: whoever has the link is told that there is news of that order alone."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db.models import F

from orders.links import mac_of, path_of
from orders.live.watch import watch
from orders.models import Order, PersonTask
from orders.tests.kit import NOW, made_order, made_product
from tests.sockets import code, run, socket, told

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _impatient(settings: Any) -> None:
    settings.ORDERS_WATCH_SECONDS = 0.02


@pytest.fixture
def order() -> Order:
    made_product()
    return made_order({"CAFE-1KG": 1})


def move(order: Order) -> Any:
    """Let something happen to the order."""
    return sync_to_async(Order.objects.filter(pk=order.pk).update)(version=F("version") + 1)


async def settle(line: Any) -> None:
    """Read the news of the first look, which tells what may have been missed before it."""
    await told(line, "live")
    await told(line, "news")


class TestSocket:
    def test_tells_that_the_order_moved_and_no_more(self, order: Order) -> None:
        async def work() -> None:
            async with socket(f"/ws{path_of(order)}") as line:
                await settle(line)
                await move(order)
                await told(line, "news")

        run(work)

    def test_tells_that_a_person_has_to_look(self, order: Order) -> None:
        async def work() -> None:
            async with socket(f"/ws{path_of(order)}") as line:
                await settle(line)
                await PersonTask.objects.acreate(
                    request_id="x",
                    order=order,
                    step=PersonTask.Step.REFUND,
                    reason="INTERNAL",
                    created_at=NOW,
                    tried_at=NOW,
                )
                await told(line, "news")

        run(work)

    def test_is_silent_about_other_orders(self, order: Order) -> None:
        other = made_order({"CAFE-1KG": 1})

        async def work() -> None:
            async with (
                socket(f"/ws{path_of(order)}") as line,
                socket(f"/ws{path_of(other)}") as others,
            ):
                await settle(line)
                await settle(others)
                await move(other)
                await told(others, "news")
                assert await line.receive_nothing(timeout=0.1)

        run(work)

    @pytest.mark.parametrize("mac", ["0" * 32, "short"])
    def test_sends_away_who_has_not_the_link(self, order: Order, mac: str) -> None:
        async def work() -> None:
            async with socket(f"/ws/orders/{order.pk}/{mac}/") as line:
                assert await code(line) == 4404

        run(work)

    def test_knows_no_order_that_is_not_there(self) -> None:
        async def work() -> None:
            async with socket(f"/ws/orders/nothing/{mac_of('nothing')}/") as line:
                assert await code(line) == 4404

        run(work)

    def test_sends_a_foreign_page_away(self, order: Order) -> None:
        async def work() -> None:
            async with socket(f"/ws{path_of(order)}", origin="https://evil.example") as line:
                assert await code(line) == 4403

        run(work)

    def test_ends_who_speaks(self, order: Order) -> None:
        async def work() -> None:
            async with socket(f"/ws{path_of(order)}") as line:
                await line.send_input({"type": "websocket.receive", "text": "hello"})
                assert await code(line) == 4400

        run(work)

    def test_looks_only_while_somebody_watches(self, order: Order) -> None:
        async def work() -> None:
            async with socket(f"/ws{path_of(order)}") as line:
                await settle(line)
                assert watch()._task is not None
            assert watch()._task is None
            assert watch().members == set()

        run(work)


class _Left:
    """A socket whose client has gone, while the server's word of that is still on its way."""

    def __init__(self, order: Order, failure: Exception) -> None:
        """Watch the order."""
        self.order_id = str(order.pk)
        self._failure = failure

    async def tell(self, kind: str) -> None:
        """Do what a server does then."""
        raise self._failure


# What the sockets' server raises for a client that left, and for one that is just leaving.
@pytest.mark.parametrize("failure", [ConnectionResetError(), RuntimeError("after sending close")])
class TestWatch:
    def test_goes_on_for_the_others_when_one_has_just_left(
        self, order: Order, failure: Exception
    ) -> None:
        async def work() -> None:
            async with socket(f"/ws{path_of(order)}") as line:
                await settle(line)
                watch().join(_Left(order, failure))
                for _ in range(5):
                    await move(order)
                    await told(line, "news")

        run(work)
