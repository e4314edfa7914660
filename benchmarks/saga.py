"""The shop's saga through every process on its way: how many orders a second, and how long each."""

import atexit
import itertools
import os
import statistics
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from django.db import connections
from django.utils import timezone

from benchmarks.harness import Benchmark, Ratio, Sample, Variant
from orders.adapters.bank import Bank, GrpcBank
from orders.domain.states import Happening
from orders.models import OrderEventRow
from orders.services import goods as goods_services
from orders.services.place import PlaceOrder, place
from tests.faults.saga import goods
from tests.faults.saga.goods import Buyer
from tests.stack import Stack

RUSH: Final = 100
PACED: Final = 40
PER_SECOND: Final = 4
_CLERKS: Final = 4
_LIMIT_CENTS: Final = 100_000_000
_SKU: Final = "BENCH"
_DEADLINE: Final = 120.0
_CONSUMERS: Final = ("reservation", "fraud", "payment", "picking", "notification", "reporting")
_LEFT_OUT: Final = ("web", "live", "webhook-sender", "housekeeping", "sweeper")
_PAID, _HELD = "paid, at that pace", "stock held, at that pace"


class Shop:
    """The processes of the saga, a bank to order by, and buyers enough that none looks like fraud.

    Each of them buys three times at most.
    """

    def __init__(self, stack: Stack) -> None:
        """Fill the shelf of `stack`, which has started, and give out cards."""
        account = stack.demo["shop_account"]
        self._account_id = account["id"]
        self._bank: Bank = GrpcBank(
            stack.plan.bank_address, account_id=account["id"], secret=account["secret"]
        )
        article = goods_services.Article(
            sku=_SKU, name_en=_SKU, name_pt=_SKU, price_cents=1990, shelf="A-01-1"
        )
        goods_services.add_product(article, now=timezone.now())
        goods.receive(_SKU, 100_000, "bench")
        self._numbers = itertools.count()
        self._buyers: list[Buyer] = []
        self._last: Sample | None = None

    def give_cards(self, orders: int) -> None:
        """Make new buyers for so many orders."""
        numbers = itertools.islice(self._numbers, -(-orders // 3))
        self._buyers = [goods.buyer(number, _LIMIT_CENTS) for number in numbers]

    def rush(self) -> Sample:
        """Place RUSH orders by _CLERKS at once; the time until the last of them is paid."""
        began = time.perf_counter()
        with ThreadPoolExecutor(_CLERKS) as pool:
            placed = dict(pool.map(self._clerk, range(RUSH)))
        _paid(placed)
        return Sample(units=RUSH, seconds=time.perf_counter() - began)

    def paced(self) -> Sample:
        """Place PACED orders, PER_SECOND of them a second; how long each took until it was paid."""
        began, placed = time.perf_counter(), {}
        for number in range(PACED):
            time.sleep(max(0.0, began + number / PER_SECOND - time.perf_counter()))
            order_id, at = self._place(number)
            placed[order_id] = at
        paid, held = _paid(placed), _times(placed, Happening.STOCK_RESERVED)
        seconds = time.perf_counter() - began
        self._last = Sample(units=PACED, seconds=seconds, extra=_told(placed, held))
        return Sample(units=PACED, seconds=seconds, extra=_told(placed, paid))

    def held(self) -> Sample:
        """Return how long the same orders took until their stock was held: one hop of two."""
        assert self._last is not None
        return self._last

    def _clerk(self, number: int) -> tuple[str, datetime]:
        try:
            return self._place(number)
        finally:
            connections.close_all()

    def _place(self, number: int) -> tuple[str, datetime]:
        buyer = self._buyers[number % len(self._buyers)]
        wish = PlaceOrder(
            account_id=self._account_id,
            key=None,
            person=buyer.person,
            lines={_SKU: 1},
            card=buyer.card,
        )
        placed = place(wish, self._bank, now=timezone.now())
        return placed.order.id, datetime.now(UTC)


_NOTES: Final = (
    f"Relay, reservation, fraud, payment, picking, notification, reporting and the bank as"
    f" processes of their own on one machine with MariaDB and Kafka. The rush is {RUSH}"
    f" orders by {_CLERKS} clerks as fast as the checkout takes them, the card's check at"
    f" the bank included, until the last one is paid. The paced run is {PER_SECOND} orders"
    " a second, timed from the checkout's answer. Held is one hop (outbox, relay, Kafka,"
    " one consumer); paid is two, of which the second waits for the later of stock and"
    " verdict, and the bank between two transactions of the payment's own."
)


def benchmark() -> Benchmark:
    """Return the runs, on the product's own processes beside a Kafka of their own."""
    shop = _open()
    return Benchmark(
        title="The saga: from the checkout to the money",
        unit="orders",
        rounds=1,
        variants=[
            Variant(name="a rush", run=shop.rush, prepare=partial(shop.give_cards, RUSH)),
            Variant(name=_PAID, run=shop.paced, prepare=partial(shop.give_cards, PACED)),
            Variant(name=_HELD, run=shop.held),
        ],
        ratios=[
            Ratio(
                name="time to paid against time to held (p50)",
                of=_PAID,
                to=_HELD,
                goal=3,
                floor=5,
                smaller_is_better=True,
                measure=lambda sample: sample.extra["p50 ms"],
            )
        ],
        notes=_NOTES,
    )


def _open() -> Shop:
    folder = tempfile.TemporaryDirectory()
    names = ("DATABASE_URL", "TELEVENDAS_DATABASE_URL", "WAREHOUSE_DATABASE_URL")
    stack = Stack(
        Path(folder.name),
        environment={name: os.environ[name] for name in names} | {"EMAIL_URL": "dummymail://"},
        consumers=_CONSUMERS,
        leave_out=_LEFT_OUT,
    )
    atexit.register(folder.cleanup)
    atexit.register(stack.stop)
    stack.start()
    return Shop(stack)


def _paid(placed: dict[str, datetime]) -> dict[str, datetime]:
    """Wait until all are paid, and return when each was."""
    until = time.monotonic() + _DEADLINE
    while len(paid := _times(placed, Happening.PAYMENT_APPROVED)) < len(placed):
        if time.monotonic() > until:
            raise RuntimeError(f"{len(placed) - len(paid)} orders were not paid")
        time.sleep(0.05)
    return paid


def _times(order_ids: Iterable[str], happening: Happening) -> dict[str, datetime]:
    rows = OrderEventRow.objects.filter(happening=happening, order__in=list(order_ids))
    return dict(rows.values_list("order_id", "at"))


def _told(placed: dict[str, datetime], reached: dict[str, datetime]) -> dict[str, float]:
    times = sorted((reached[each] - at).total_seconds() * 1000 for each, at in placed.items())
    return {
        "p50 ms": statistics.median(times),
        "p99 ms": times[-(-len(times) * 99 // 100) - 1],
        "longest ms": times[-1],
    }
