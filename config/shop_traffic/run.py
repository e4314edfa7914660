"""One simulated day: people order at a rate, things go wrong, everything comes to rest."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any, Final

from django.utils import timezone

from config.shop_traffic import faults
from config.shop_traffic.people import Buyer
from config.shop_traffic.shop import Shop
from config.shop_traffic.staff import Staff
from orders.services import goods
from orders.services.audit import under_way

_WORKERS: Final = 16
_BURST: Final = 6
_LOOK_SECONDS: Final = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """How much is ordered, and the share of what goes otherwise than well."""

    count: int
    rate: float
    cancelled: float
    bursts: float
    bank_away_seconds: float
    sell_out: bool


class Day:
    """Everything that happens in one run; `show` is told how many orders have been asked for."""

    def __init__(self, shop: Shop, buyers: Sequence[Buyer], mix: Mix, rng: Random) -> None:
        """Order at `shop` as `buyers`."""
        self._shop = shop
        self._buyers = buyers
        self._mix = mix
        self._rng = rng
        self._asked = 0
        self.stop = threading.Event()
        self.begun_at: datetime = timezone.now()

    def go(self, show: Callable[[int], None]) -> None:
        """Order everything, with the staff at work; the bank falls silent in the middle."""
        with Staff(self._rng), ThreadPoolExecutor(_WORKERS) as pool:
            middle = self._mix.count // 2
            for number, body in enumerate(self._bodies(self._shop.stock())):
                if self.stop.wait(self._pause()):
                    break
                pool.submit(self._one, body, self._rng.random() < self._mix.cancelled)
                if number == middle and self._mix.bank_away_seconds:
                    pool.submit(self._silence_bank)
                self._asked = number + 1
                show(self._asked)

    def settle(self, seconds: float, show: Callable[[int], None]) -> int:
        """Wait, with the staff at work, until nothing is under way; return how many still are."""
        until = time.monotonic() + seconds
        mine = under_way().filter(created_at__gte=self.begun_at)
        with Staff(self._rng):
            while (left := mine.count()) and time.monotonic() < until and not self.stop.is_set():
                show(len(self._shop.placed) - left)
                time.sleep(_LOOK_SECONDS)
        return left

    def refill(self) -> None:
        """Put back on the shelf what sold out, as a delivery does in the morning."""
        for sku, available in self._shop.stock().items():
            if available == 0:
                key = f"simulated-{sku}-{self.begun_at.timestamp():.0f}"
                goods.receive(sku, 100, key=key, actor="simulated", now=timezone.now())

    def _pause(self) -> float:
        return 0.0 if self._mix.rate <= 0 else self._rng.expovariate(self._mix.rate)

    def _one(self, body: dict[str, Any], is_cancelled: bool) -> None:  # noqa: FBT001 - one dice
        order_id = self._shop.order(body)
        if order_id is not None and is_cancelled:
            time.sleep(self._rng.choice((0.0, 0.3, 2.0)))
            self._shop.cancel(order_id)

    def _silence_bank(self) -> None:
        with faults.bank_silent():
            self.stop.wait(self._mix.bank_away_seconds)

    def _bodies(self, stock: dict[str, int]) -> Iterator[dict[str, Any]]:
        """Yield what is ordered: one after the other, some in bursts of one card."""
        sent, scarce = 0, min(stock, key=lambda sku: (stock[sku], sku))
        usual = [sku for sku in stock if sku != scarce] or [scarce]
        while sent < self._mix.count:
            buyer = self._rng.choice(self._buyers)
            times = _BURST if self._rng.random() < self._mix.bursts / _BURST else 1
            for _ in range(min(times, self._mix.count - sent)):
                sent += 1
                wants_scarce = self._mix.sell_out and self._rng.random() < 0.2  # noqa: PLR2004
                skus = [scarce] if wants_scarce else self._rng.sample(usual, min(2, len(usual)))
                lines = [{"sku": sku, "quantity": self._quantity(sku == scarce)} for sku in skus]
                yield {"customer": buyer.customer, "card": buyer.card, "lines": lines}

    def _quantity(self, is_scarce: bool) -> int:  # noqa: FBT001 - of the article
        return self._rng.choice((4, 6, 8) if is_scarce else (1, 1, 2))
