"""The shop's staff as a simulation has it: somebody reviews, somebody picks and dispatches."""

import threading
from collections.abc import Callable
from random import Random
from typing import Final

from django.db import connections
from django.utils import timezone

from orders.domain.fraud import Verdict
from orders.domain.states import State
from orders.models import Order, OrderLine, PickList
from orders.services import judge, picking
from orders.services.judge import OrderClosedError
from orders.services.pick_lists import PickingError

_ACTOR: Final = "simulated"
_LOOK_SECONDS: Final = 0.3
_AT_ONCE: Final = 20
_CLEAR_SHARE: Final = 0.6
_SHORT_SHARE: Final = 0.08
_IN_REVIEW: Final = (State.IN_REVIEW, State.HELD_IN_REVIEW)


class Staff:
    """Works on threads of its own until it is sent home."""

    def __init__(self, rng: Random) -> None:
        """Decide by the dice of `rng`."""
        self._rng = rng
        self._gone = threading.Event()
        self._threads = [
            threading.Thread(target=self._again, args=(job,), daemon=True)
            for job in (self.review, self.pick)
        ]

    def __enter__(self) -> "Staff":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._gone.set()
        for thread in self._threads:
            thread.join()

    def review(self) -> None:
        """Judge what is doubtful, most of it in the customer's favour."""
        for order in Order.objects.filter(state__in=_IN_REVIEW).order_by("pk")[:_AT_ONCE]:
            verdict = Verdict.CLEAR if self._rng.random() < _CLEAR_SHARE else Verdict.FRAUD
            try:
                judge.review(order.id, verdict, "simulated review", _ACTOR, timezone.now())
            except OrderClosedError:
                continue

    def pick(self) -> None:
        """Pick and dispatch what is open; sometimes something is not found."""
        open_ones = PickList.objects.filter(state=PickList.State.OPEN).order_by("created_at")
        for each in open_ones[:_AT_ONCE]:
            try:
                picking.pick_all(each, actor=_ACTOR, short=self._short(each.order_id))
            except PickingError:
                # The customer was faster.
                continue

    def _short(self, order_id: str) -> dict[str, int] | None:
        if self._rng.random() > _SHORT_SHARE:
            return None
        line = OrderLine.objects.filter(order_id=order_id).order_by("product_id")[0]
        return {line.product_id: line.quantity - 1}

    def _again(self, job: Callable[[], None]) -> None:
        while not self._gone.wait(_LOOK_SECONDS):
            job()
        connections.close_all()
