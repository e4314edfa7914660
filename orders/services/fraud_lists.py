"""Keeps block and allow list: a subject stands on one at a time, until its entry expires."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from messaging.whole import run_whole
from orders.domain.fraud_facts import Subject
from orders.models import FraudAct, FraudListEntry, Order
from orders.services.fraud_facts import subjects_of

ListName = FraudListEntry.ListName
_TAIL: Final = 6


class NoSubjectError(Exception):
    """The order has no such thing: no phone, for example."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What to list: one of an order's subjects, why, and for how many days (None: for good)."""

    order_id: str
    subject: Subject
    list_name: ListName
    reason: str = ""
    days: int | None = None


def put(what: Listing, actor: str, now: datetime) -> FraudListEntry:
    """Put a subject of an order on a list, off the other one where it was there.

    What was listed already gets the new reason and expiry. Raises NoSubjectError,
    Order.DoesNotExist.
    """
    return run_whole(lambda: _put(what, actor, now))


def take_off(entry_id: int, actor: str, now: datetime) -> FraudListEntry | None:
    """Take an entry off its list; None where it is on none any more."""
    return run_whole(lambda: _take_off(entry_id, actor, now))


def put_back(entry_id: int, actor: str, now: datetime) -> FraudListEntry | None:
    """Put an entry that was taken off back as it was; None where it is on its list."""
    return run_whole(lambda: _put_back(entry_id, actor, now))


def label_of(order: Order, subject: Subject) -> str:
    """Return how staff know a subject again: brand and last four, or the end of what stands for it.

    The end of a hash or an id tells entries apart and says nothing of the person.
    """
    if subject is Subject.CARD:
        return f"{order.card_brand} {order.card_last4}"
    return f"\u2026{subjects_of(order)[subject][-_TAIL:]}"


def _put(what: Listing, actor: str, now: datetime) -> FraudListEntry:
    order = Order.objects.get(pk=what.order_id)
    value = subjects_of(order).get(what.subject)
    if value is None:
        raise NoSubjectError(what.subject)
    told = {
        "list_name": what.list_name,
        "label": label_of(order, what.subject),
        "reason": what.reason,
        "order_id": order.id,
        "created_at": now,
        "created_by": actor,
        "expires_at": None if what.days is None else now + timedelta(days=what.days),
        "ended_at": None,
        "ended_by": "",
    }
    entry, _ = FraudListEntry.objects.update_or_create(
        kind=what.subject, value=value, defaults=told
    )
    _note(FraudAct.Kind.LISTED, entry, actor, now, note=what.reason)
    return entry


def _take_off(entry_id: int, actor: str, now: datetime) -> FraudListEntry | None:
    rows = FraudListEntry.objects.select_for_update()
    entry = rows.filter(pk=entry_id, ended_at=None).first()
    if entry is None:
        return None
    _note(FraudAct.Kind.UNLISTED, entry, actor, now)
    entry.ended_at, entry.ended_by = now, actor
    entry.save(update_fields=["ended_at", "ended_by"])
    return entry


def _put_back(entry_id: int, actor: str, now: datetime) -> FraudListEntry | None:
    rows = FraudListEntry.objects.select_for_update()
    entry = rows.filter(pk=entry_id).exclude(ended_at=None).first()
    if entry is None:
        return None
    _note(FraudAct.Kind.RELISTED, entry, actor, now)
    entry.ended_at, entry.ended_by = None, ""
    entry.save(update_fields=["ended_at", "ended_by"])
    return entry


def _note(
    kind: FraudAct.Kind, entry: FraudListEntry, actor: str, now: datetime, note: str = ""
) -> None:
    FraudAct.objects.create(
        kind=kind,
        subject=f"{entry.list_name}:{entry.kind}:{entry.label}",
        order_id=entry.order_id,
        note=note,
        actor=actor,
        at=now,
    )
