"""Everybody who meets the shop: buyers, those who change their minds, reviewers, pickers, clerks.

Each asks again until the answer is known, under the same key: the database and the bank are killed
meanwhile.
"""

import random
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from django.db import Error, connections
from django.utils import timezone

from messaging.processing import freshen
from messaging.whole import TryAgainError, run_whole
from orders.adapters.bank import BankAwayError, bank, shop_account
from orders.domain.fraud import Verdict
from orders.domain.states import State
from orders.models import Order, OrderLine, PersonTask, PickList
from orders.services import cancel, judge, picking, tasks
from orders.services.judge import OrderClosedError
from orders.services.pick_lists import PickingError
from orders.services.place import PlaceOrder, place
from tests.faults.saga import goods
from tests.faults.saga.goods import Buyer

T = TypeVar("T")
_AGAIN_SECONDS: Final = 0.2
_LOOK_SECONDS: Final = 0.2
_HASTE: Final = 4
_PASSING = (BankAwayError, TryAgainError, Error)
_IN_REVIEW: Final = (State.IN_REVIEW, State.HELD_IN_REVIEW)
_CANCELLED: Final = 0.2
_SHORT, _NOTHING = 0.1, 0.13


def until_known(act: Callable[[], T]) -> T:
    """Do `act` until it has an answer; whatever else it raises comes through."""
    while True:
        try:
            freshen("default")
            return act()
        except _PASSING:
            time.sleep(_AGAIN_SECONDS)


class People:
    """All of them at once, on threads of their own."""

    def __init__(self, buyers: list[Buyer], *, orders: int, rate: float, seed: int) -> None:
        """Let `orders` be placed at `rate` a second."""
        self._buyers = buyers
        self._orders = orders
        self._rate = rate
        self._seed = seed
        self._gone = threading.Event()
        self.cancelled = 0

    def buy(self) -> None:
        """Place every order, and cancel some of them soon afterwards or late."""
        with ThreadPoolExecutor(_HASTE) as pool:
            list(pool.map(self._one, range(self._orders)))

    def work(self) -> "list[threading.Thread]":
        """Let staff work, each on a thread, until `go_home`."""
        jobs = (review, pick, finish_tasks)
        threads = [threading.Thread(target=self._again, args=(job,)) for job in jobs]
        for thread in threads:
            thread.start()
        return threads

    def go_home(self) -> None:
        """End the staff's work after the round in hand."""
        self._gone.set()

    def _one(self, number: int) -> None:
        rng = random.Random(f"{self._seed} {number}")
        time.sleep(_HASTE / self._rate * rng.uniform(0.5, 1.5))
        buyer = goods.chosen(self._buyers, rng)
        wish = PlaceOrder(
            account_id=shop_account()[0],
            key=f"saga-{self._seed}-{number}",
            person=buyer.person,
            lines=goods.wanted(rng),
            card=buyer.card,
        )
        placed = until_known(lambda: place(wish, bank(), now=timezone.now()))
        if number == self._orders // 2:
            until_known(lambda: goods.receive(goods.SCARCE, 3, "half"))
        if rng.random() < _CANCELLED:
            time.sleep(rng.choice((0.0, 0.3, 1.0, 3.0)))
            until_known(lambda: self._cancel(placed.order.id))
        connections.close_all()

    def _cancel(self, order_id: str) -> None:
        def work() -> None:
            cancel.cancel(order_id, reason="customer", actor="page", now=timezone.now())

        try:
            run_whole(work)
        except cancel.TooLateError:
            return
        self.cancelled += 1

    def _again(self, job: Callable[[], None]) -> None:
        while not self._gone.wait(_LOOK_SECONDS):
            until_known(job)
        connections.close_all()


def review() -> None:
    """Clear or refuse what is doubtful."""
    for order in Order.objects.filter(state__in=_IN_REVIEW)[:50]:
        verdict = Verdict.CLEAR if _share(order.id, "verdict") < 0.6 else Verdict.FRAUD
        try:
            judge.review(order.id, verdict, "looked at", "rui", timezone.now())
        except OrderClosedError:
            continue


def pick() -> None:
    """Pick what is to be picked, now and then short, and send it off."""
    for mine in _lists(PickList.State.OPEN, PickList.State.PICKED):
        try:
            if mine.state == PickList.State.PICKED:
                picking.dispatched(mine.order_id, actor="rui", now=timezone.now())
            else:
                picking.pick_all(mine, actor="rui", short=_short(mine.order_id))
        except PickingError:
            # The customer was faster; or half of it was done before something was killed.
            continue


def finish_tasks() -> None:
    """Try again what waits for a person."""
    for task in PersonTask.objects.filter(done_at=None):
        tasks.retry(task.request_id, bank(), actor="rui", now=timezone.now())


def _lists(*states: str) -> Iterable[PickList]:
    return PickList.objects.filter(state__in=states).order_by("created_at")[:50]


def _short(order_id: str) -> dict[str, int] | None:
    """Return what is found of an order of which not everything is there, else None."""
    share = _share(order_id, "short")
    lines = list(OrderLine.objects.filter(order_id=order_id).order_by("product_id"))
    if share > _NOTHING or any(line.picked is not None for line in lines):
        return None
    if share > _SHORT:
        return {line.product_id: 0 for line in lines}
    return {lines[0].product_id: lines[0].quantity - 1}


def _share(order_id: str, of: str) -> float:
    """Return a number from 0 to 1 that is the same at every look at the order."""
    return random.Random(f"{of} {order_id}").random()
