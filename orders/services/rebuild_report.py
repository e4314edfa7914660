"""Makes the warehouse anew from the topics, to the same bytes, and compares it with the orders."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from django.db import transaction

from orders.adapters.order_topics import ToldEvents
from orders.domain.states import FINAL
from orders.models import (
    Order,
    WarehouseCustomer,
    WarehouseDate,
    WarehouseEvent,
    WarehouseLine,
    WarehouseOrder,
    WarehouseProduct,
    WarehouseRegion,
)
from orders.services.report import DATABASE, pass_gate, refold, rows_of

_MODELS: Final = (
    WarehouseDate,
    WarehouseRegion,
    WarehouseProduct,
    WarehouseCustomer,
    WarehouseOrder,
    WarehouseLine,
    WarehouseEvent,
)
_FOLDED_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was done: events read, and orders that have a row now."""

    events: int
    orders: int


def rebuild(topics: ToldEvents) -> Rebuilt:
    """Empty the warehouse and fill it from the topics' first offset, in one transaction.

    Readers see the old facts until the new ones are there. The consumer may run: it waits at the
    gate, and what it had kept before is on the topics already. Raises TransientError.
    """
    with transaction.atomic(using=DATABASE):
        pass_gate()
        for model in _MODELS:
            model.objects.all().delete()
        events = 0
        for chunk in topics.chunks():
            events += len(chunk)
            WarehouseEvent.objects.bulk_create(rows_of(chunk), ignore_conflicts=True)
        for ids in _all_ids():
            refold(ids)
        return Rebuilt(events, WarehouseOrder.objects.count())


def digest() -> str:
    """Return a SHA-256 over every column of every fact, dimension and event, keys of rows apart."""
    found = hashlib.sha256()
    for model in _MODELS:
        fields = model._meta.concrete_fields  # noqa: SLF001 - Django's documented door
        names = [field.attname for field in fields if field.attname != "id"]
        for row in model.objects.order_by(*names[:2]).values_list(*names).iterator(2000):
            found.update("\x1f".join(map(str, row)).encode() + b"\x1e")
    return found.hexdigest()


def differing(limit: int = 20) -> list[str]:
    """Return ids of orders of which the warehouse knows another outcome or other money.

    Only orders with nothing under way are compared; of one whose last event has not come yet the
    warehouse may still be right a moment later.
    """
    found: list[str] = []
    finished = Order.objects.filter(state__in=FINAL).order_by("pk")
    columns = ("pk", "status", "total_cents", "charged_cents", "refunded_cents")
    rows = finished.values_list(*columns).iterator(2000)
    while chunk := list(islice(rows, _FOLDED_AT_ONCE)):
        known = _known([row[0] for row in chunk])
        found += [row[0] for row in chunk if known.get(row[0]) != tuple(row[1:])]
        if len(found) >= limit:
            break
    return found[:limit]


def _known(ids: list[str]) -> dict[str, tuple[Any, ...]]:
    columns = ("order_id", "status", "total_cents", "charged_cents", "refunded_cents")
    rows = WarehouseOrder.objects.filter(order_id__in=ids).values_list(*columns)
    return {row[0]: tuple(row[1:]) for row in rows}


def _all_ids() -> Iterator[list[str]]:
    told = WarehouseEvent.objects.order_by("order_id")
    ids = list(told.values_list("order_id", flat=True).distinct())
    return (ids[at : at + _FOLDED_AT_ONCE] for at in range(0, len(ids), _FOLDED_AT_ONCE))
