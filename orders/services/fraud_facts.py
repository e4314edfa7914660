"""Gathers what the rules look at, by a handful of indexed queries over the orders before this one.

Only orders placed before count, so that whoever asks again later gets the same figures.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q, QuerySet, Sum

from orders.domain import fraud_facts
from orders.domain.fraud_facts import MOST_EARLIER, WINDOWS, Earlier, Facts, Flow, Subject
from orders.models import FraudListEntry, Order

_COLUMNS: Final = {
    Subject.CARD: "card_fingerprint",
    Subject.CUSTOMER: "customer_id",
    Subject.PHONE: "phone_hash",
}


def subjects_of(order: Order) -> dict[Subject, str]:
    """Return by what the order is known again: fingerprint, id and keyed hash, no empty ones."""
    values = {subject: str(getattr(order, column)) for subject, column in _COLUMNS.items()}
    return {subject: value for subject, value in values.items() if value}


def gather(order: Order, now: datetime) -> Facts:
    """Return the facts of an order; the lists are read as they stand at `now`."""
    subjects = subjects_of(order)
    earlier = _earlier(order)
    listed = _listed(subjects, now)
    return Facts(
        total_cents=order.total_cents,
        region=order.region,
        phone_region=order.phone_region,
        hour=fraud_facts.hour_in_brazil(order.created_at),
        flows=tuple(_flows(order, subjects)),
        earlier_orders=len(earlier),
        median_cents=fraud_facts.median_cents(earlier),
        earlier_regions=fraud_facts.regions_of(earlier),
        blocked=listed[FraudListEntry.ListName.BLOCK],
        allowed=listed[FraudListEntry.ListName.ALLOW],
    )


def before(order: Order) -> QuerySet[Order]:
    """Return the orders that were placed before this one, ties told apart by their ids."""
    earlier = Order.objects.filter(created_at__lte=order.created_at)
    return earlier.exclude(created_at=order.created_at, id__gte=order.id)


def related(order: Order, subject: Subject) -> QuerySet[Order]:
    """Return the other orders of one of the order's subjects, the newest first."""
    same = Order.objects.filter(**{_COLUMNS[subject]: subjects_of(order)[subject]})
    return same.exclude(pk=order.id).order_by("-created_at", "-id")


def _flows(order: Order, subjects: Mapping[Subject, str]) -> Iterator[Flow]:
    longest = order.created_at - timedelta(minutes=max(WINDOWS))
    figures: dict[str, Any] = {}
    for minutes in WINDOWS:
        within = Q(created_at__gt=order.created_at - timedelta(minutes=minutes))
        figures[f"orders_{minutes}"] = Count("id", filter=within)
        figures[f"cents_{minutes}"] = Sum("total_cents", filter=within, default=0)
    for subject, value in subjects.items():
        same = before(order).filter(**{_COLUMNS[subject]: value}, created_at__gt=longest)
        told = same.aggregate(**figures)
        for minutes in WINDOWS:
            yield Flow(
                subject,
                minutes,
                told[f"orders_{minutes}"] + 1,
                int(told[f"cents_{minutes}"]) + order.total_cents,
            )


def _earlier(order: Order) -> list[Earlier]:
    latest = before(order).filter(customer_id=order.customer_id).order_by("-created_at", "-id")
    rows = latest.values_list("total_cents", "region")[:MOST_EARLIER]
    return [Earlier(total_cents, region) for total_cents, region in rows]


def _listed(subjects: Mapping[Subject, str], now: datetime) -> dict[str, tuple[Subject, ...]]:
    is_ours = Q()
    for subject, value in subjects.items():
        is_ours |= Q(kind=subject, value=value)
    found = FraudListEntry.objects.filter(is_ours, FraudListEntry.in_force(now)).values_list(
        "list_name", "kind"
    )
    rows = list(found)
    return {
        name: tuple(sorted(Subject(kind) for each, kind in rows if each == name))
        for name in FraudListEntry.ListName.values
    }
