"""Counts wrong secrets by conditional updates, so that parallel guesses get no extra try."""

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When

from accounts.domain.lockouts import EVERY_ADDRESS, rule_for
from accounts.models import Lockout
from accounts.services import retries, verified

logger = structlog.get_logger(__name__)


class LockedError(Exception):
    """Too many wrong secrets came before; `until` says when the next may be tried."""

    def __init__(self, until: datetime) -> None:
        """Name the moment at which the lock ends."""
        super().__init__("locked after too many wrong secrets")
        self.until = until


def refuse_if_locked(scope: str, address: str, now: datetime) -> None:
    """Raise LockedError while the scope is locked for this address or for all."""
    until = (
        _rows(scope, address)
        .filter(locked_until__gt=now)
        .order_by("-locked_until")
        .values_list("locked_until", flat=True)
        .first()
    )
    if until is not None:
        raise LockedError(until)


def count_failure(scope: str, address: str, now: datetime) -> None:
    """Count one wrong secret against the address and against all addresses together.

    Raises LockedError, and counts nothing, when a lock came first: ten parallel guesses out of
    two hundred are counted, the others are refused.
    """
    retries.whole(lambda: _count(scope, address, now))


def lift(scope: str) -> int:
    """Forget the failures of a scope from all addresses; return how many counts there were."""
    removed, _ = Lockout.objects.filter(scope=scope).delete()
    return removed


def _rows(scope: str, address: str) -> QuerySet[Lockout]:
    return Lockout.objects.filter(scope=scope, address__in=[address, EVERY_ADDRESS])


def _count(scope: str, address: str, now: datetime) -> None:
    places = [address, EVERY_ADDRESS]
    if _rows(scope, address).count() < len(places):
        Lockout.objects.bulk_create(
            [Lockout(scope=scope, address=place, window_started_at=now) for place in places],
            ignore_conflicts=True,
        )
    with transaction.atomic():
        # Always in this order: two requests that count for one scope cannot deadlock.
        for place in places:
            _take_place(scope, place, now)


def _take_place(scope: str, address: str, now: datetime) -> None:
    row = Lockout.objects.filter(scope=scope, address=address)
    if _take_in_window(row, address, now) or _open_window(row, address, now):
        return
    # Another request may have opened the window since.
    if not _take_in_window(row, address, now):
        until = row.values_list("locked_until", flat=True).first()
        raise LockedError(until or rule_for(address).locked_until(now))


def _take_in_window(row: QuerySet[Lockout], address: str, now: datetime) -> bool:
    rule = rule_for(address)
    until = rule.locked_until(now)
    # MySQL sets from left to right and would see the raised count: the lock stands first.
    taken = row.filter(
        window_started_at__gt=rule.window_floor(now), failures__lt=rule.failures
    ).update(
        locked_until=Case(When(failures=rule.failures - 1, then=Value(until)), default=None),
        failures=F("failures") + 1,
    )
    if taken:
        _tell_when_locked(row, now)
    return bool(taken)


def _open_window(row: QuerySet[Lockout], address: str, now: datetime) -> bool:
    over = row.filter(window_started_at__lte=rule_for(address).window_floor(now))
    return bool(
        over.filter(Q(locked_until__isnull=True) | Q(locked_until__lte=now)).update(
            failures=1, window_started_at=now, locked_until=None
        )
    )


def _tell_when_locked(row: QuerySet[Lockout], now: datetime) -> None:
    locked = row.filter(locked_until__gt=now).first()
    if locked is not None:
        verified.forget(locked.scope)
        logger.warning("account_locked", scope=locked.scope, address=locked.address)
