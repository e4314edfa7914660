"""Two hundred buyers for a hundred units: the workers race, and exactly a hundred are sold."""

import os
import random
import threading
from collections.abc import Callable

import pytest
from django.db import connections

from messaging.clock import SystemClock
from messaging.envelope import Decoder
from messaging.failures import Failure, classify
from messaging.processing import freshen, processor
from messaging.records import Record
from messaging.testing import record_of
from orders import presenter
from orders.consumers.reservation import Reservation
from orders.domain.states import State
from orders.models import HoldLine, Order, Product
from orders.tests.kit import NOW, made_customer, made_order, made_product

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(1800)]
ROUNDS = int(os.environ.get("TRILHO_BUYER_ROUNDS", "1"))
BUYERS, UNITS, WORKERS = 200, 100, 8


def bought() -> list[Record]:
    """Let BUYERS order one unit each, of an article that has UNITS; some want another one, too."""
    made_product("A", on_hand=UNITS)
    made_product("B", on_hand=10 * BUYERS)
    customer = made_customer()
    wishes = [{"A": 1, "B": 1} if number % 3 else {"A": 1} for number in range(BUYERS)]
    orders = [made_order(lines, customer=customer) for lines in wishes]
    return [record_of(presenter.placed(order, [], NOW), key=order.id) for order in orders]


def work_off(records: list[Record], size: int) -> None:
    """Apply the records in batches of up to `size`, each until it comes through, as live."""
    consumer = Reservation()
    decoder, mine = Decoder(consumer.takes, lambda _: "topic"), processor(consumer, SystemClock())
    messages = [found for each in records if (found := decoder.decode(each)) is not None]
    for start in range(0, len(messages), size):
        batch = messages[start : start + size]
        until_it_passes(lambda batch=batch: mine.apply(batch))  # type: ignore[misc]  # bound at once


def until_it_passes(act: Callable[[], object]) -> None:
    """Do `act` again after a deadlock or a lock that was not to be had."""
    while True:
        freshen("default")
        try:
            act()
        except Exception as error:  # Classed by its type, as the runtime does it.
            if classify(error) not in (Failure.TRANSIENT, Failure.OUTAGE):
                raise
        else:
            return


def worker(records: list[Record], size: int, failed: list[BaseException]) -> None:
    try:
        work_off(records, size)
    except BaseException as error:  # noqa: BLE001 - the test tells of it
        failed.append(error)
    finally:
        connections.close_all()


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_sells_exactly_what_is_there(seed: int) -> None:
    records = bought()
    shuffled = random.Random(seed)
    shuffled.shuffle(records)
    failed: list[BaseException] = []
    threads = [
        threading.Thread(target=worker, args=(records[number::WORKERS], 1 + number, failed))
        for number in range(WORKERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    article = Product.objects.get(pk="A")
    assert (article.on_hand, article.reserved) == (UNITS, UNITS)
    assert Order.objects.filter(state=State.HELD).count() == UNITS
    assert Order.objects.filter(state=State.OUT_OF_STOCK).count() == BUYERS - UNITS
    assert HoldLine.objects.filter(product=article).count() == UNITS
    other = Product.objects.get(pk="B")
    assert other.reserved == HoldLine.objects.filter(product=other).count()
