"""The saga in any order of steps, on a broker in memory: every order ends, every book fits."""

import os
import random
from typing import Final

import pytest
from django.utils import timezone

from messaging.consumer import Consumer
from messaging.testing import FakeClock, MemoryBroker, drain
from messaging.whole import run_whole
from orders.consumers.fraud import Fraud
from orders.consumers.notification import Notification
from orders.consumers.picking import Picking
from orders.consumers.reporting import Reporting
from orders.consumers.reservation import Reservation
from orders.models import Order, PersonTask
from orders.services import cancel, tasks
from orders.services.place import PlaceOrder, place
from orders.tests.bank_double import MemoryBank
from orders.tests.saga_kit import payment_at
from tests.faults.saga import books, goods, people

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "warehouse"])
ORDERS: Final = 16
STEPS: Final = 60
SEEDS: Final = int(os.environ.get("TRILHO_SAGA_SEEDS", "2"))


class Day:
    """A day at the shop, its steps drawn by lot; whoever is not drawn simply comes later."""

    def __init__(self, seed: int) -> None:
        self.bank = MemoryBank()
        self._rng = random.Random(seed)
        self._broker = MemoryBroker(FakeClock())
        self._buyers = goods.open_shop(ORDERS, self._rng)
        self._consumers: list[type[Consumer]] = [
            Reservation,
            Fraud,
            payment_at(self.bank),
            Picking,
            Notification,
            Reporting,
        ]
        self._placed: list[str] = []

    def pass_by(self) -> None:
        """Take STEPS steps, then let everybody finish."""
        chances = [self._order] * 4 + [self._change_mind] * 2 + [self._some_consumers] * 6
        chances += [people.review, people.pick, self._upset_the_bank, self._finish_tasks]
        for _ in range(STEPS):
            self._rng.choice(chances)()
        self.bank.failure = self.bank.refusal = ""
        for _ in range(20):
            drain(*self._consumers, broker=self._broker)
            if books.is_settled():
                return
            people.review()
            people.pick()
            self._finish_tasks()

    def _order(self) -> None:
        if len(self._placed) == ORDERS:
            return
        buyer = goods.chosen(self._buyers, self._rng)
        wish = PlaceOrder(
            account_id="shop",
            key=None,
            person=buyer.person,
            lines=goods.wanted(self._rng),
            card=buyer.card,
        )
        failure, self.bank.failure = self.bank.failure, ""
        self._placed.append(place(wish, self.bank, now=timezone.now()).order.id)
        self.bank.failure = failure

    def _change_mind(self) -> None:
        if self._placed:
            order_id = self._rng.choice(self._placed)
            try:
                run_whole(
                    lambda: cancel.cancel(
                        order_id, reason="customer", actor="page", now=timezone.now()
                    )
                )
            except cancel.TooLateError:
                return

    def _some_consumers(self) -> None:
        some = self._rng.sample(self._consumers, self._rng.randint(1, 3))
        drain(*some, broker=self._broker)

    def _upset_the_bank(self) -> None:
        self.bank.failure = self._rng.choice(("", "", "INTERNAL"))
        self.bank.refusal = self._rng.choice(("", "", "over_limit"))

    def _finish_tasks(self) -> None:
        for task in PersonTask.objects.filter(done_at=None):
            tasks.retry(task.request_id, self.bank, actor="rui", now=timezone.now())


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_order_ends_and_every_book_fits(seed: int) -> None:
    day = Day(seed)

    day.pass_by()

    assert books.is_settled()
    assert books.findings_without_bank() == []
    charged = sum(Order.objects.values_list("charged_cents", flat=True))
    refunded = sum(Order.objects.values_list("refunded_cents", flat=True))
    assert (day.bank.charged_cents, day.bank.refunded_cents) == (charged, refunded)
