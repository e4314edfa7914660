"""Ends what waited too long: stock that nobody paid for, and doubts that nobody judged.

Any number of sweepers may run beside each other and beside the consumers: each order is locked for
itself, and its cell says whether the sweep still means anything. So nobody has to be the leader.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from messaging.whole import TryAgainError, run_whole
from orders.domain.states import Happening, State
from orders.models import HoldStatus, StockHold, WorkerSignal
from orders.services import judge, stock
from orders.services.act import Act, act, locked

BATCH: Final = 200
_EXPIRING: Final = (State.HELD, State.RESERVED)
_PAYMENT: Final = "payment"
# One partition that goes on takes the signal back for all. Those that still wait for the bank have
# tried again by then, and given it anew.
_GOES_ON: Final = timedelta(minutes=1)
_log = logging.getLogger(__name__)


def sweep(stop: threading.Event, now: Callable[[], datetime]) -> int:
    """Do all that is due, batch by batch, each order in a transaction; return how many ended.

    An order whose transaction does not come through is left for the next round.
    """
    return _each(_expired, _expire, stop, now) + _each(_undecided, _refuse, stop, now)


def _each(
    due: Callable[[datetime], list[str]],
    end: Callable[[str, datetime], bool],
    stop: threading.Event,
    now: Callable[[], datetime],
) -> int:
    ended = 0
    while not stop.is_set():
        batch = due(now())
        came_through = 0
        for order_id in batch:
            came_through += not stop.is_set() and _whole(end, order_id, now())
        ended += came_through
        # A batch of which nothing came through would be the next one, too.
        if len(batch) < BATCH or not came_through:
            break
    return ended


def _whole(end: Callable[[str, datetime], bool], order_id: str, now: datetime) -> bool:
    try:
        # Whether or not a lost COMMIT came through, the order's state says so the next time.
        return run_whole(lambda: end(order_id, now))
    except TryAgainError:
        _log.warning("not swept", extra={"order": order_id})
        return False


def _expired(now: datetime) -> list[str]:
    held = StockHold.objects.filter(status=HoldStatus.HELD, expires_at__lte=now)
    due = held.filter(order__state__in=_EXPIRING).order_by("expires_at")
    return list(due.values_list("pk", flat=True)[:BATCH])


def _expire(order_id: str, now: datetime) -> bool:
    order = locked(order_id)
    kept = StockHold.objects.select_for_update().get(pk=order_id)
    # A verdict may have given it its time anew since we looked.
    if kept.expires_at > now:
        return False
    if order.state == State.RESERVED and _payment_waits(now):
        # The bank is away: no accepted order is refused for that.
        kept.expires_at = stock.expiry(now)
        kept.save(update_fields=["expires_at"])
        return False
    what = Act(
        happening=Happening.HOLD_EXPIRED,
        now=now,
        reason="reservation_expired",
        details={"expires_at": kept.expires_at},
    )
    return not act(order, what).is_ignored


def _payment_waits(now: datetime) -> bool:
    waits = Q(waits_since__isnull=False) | Q(updated_at__gt=now - _GOES_ON)
    return WorkerSignal.objects.filter(waits, name=_PAYMENT).exists()


def _undecided(now: datetime) -> list[str]:
    return judge.overdue(now, limit=BATCH)


def _refuse(order_id: str, now: datetime) -> bool:
    return not judge.time_out(locked(order_id), now).is_ignored
