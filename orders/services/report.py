"""Takes what was told of orders into the warehouse: kept once, then folded anew.

Every batch keeps its events under their natural key (order, version) and folds the orders that it
touches from all that is known of them, so that neither arrival nor repetition changes the result.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from django.conf import settings
from django.db import IntegrityError, transaction

from orders.adapters.hashes import keyed_hash
from orders.domain import pipeline
from orders.domain.reporting import MILESTONES, Snapshot, Told, fold
from orders.events import (
    OrderEvent,
    OrderPlaced,
    PaymentProcessed,
    PickingChanged,
    StockReserved,
)
from orders.models.warehouse import (
    WarehouseCustomer,
    WarehouseDate,
    WarehouseEvent,
    WarehouseGate,
    WarehouseLine,
    WarehouseOrder,
    WarehouseProduct,
    WarehouseRegion,
)

DATABASE: Final = "warehouse"
"""The alias of the database that the reports have for themselves."""
_STRUCTS: Final[dict[tuple[str, str], type[OrderEvent]]] = {
    (pipeline.NEW, "placed"): OrderPlaced,
    (pipeline.STOCK, "out_of_stock"): StockReserved,
    (pipeline.PICKING, "short"): PickingChanged,
    **{
        (pipeline.PAYMENT, status): PaymentProcessed
        for status in ("approved", "rejected", "refunded", "partly_refunded")
    },
}
_MILESTONES: Final = sorted(set(MILESTONES.values()))


def ingest(events: Iterable[OrderEvent]) -> None:
    """Keep and fold `events` inside the running transaction of the warehouse."""
    rows = rows_of(events)
    pass_gate()
    WarehouseEvent.objects.bulk_create(rows, ignore_conflicts=True)
    refold({row.order_id for row in rows})


def rows_of(events: Iterable[OrderEvent]) -> list[WarehouseEvent]:
    """Return the events as the warehouse keeps them."""
    return [
        WarehouseEvent(
            order_id=each.order_id,
            version=each.order_version,
            topic=each.TOPIC.name,
            status=each.status,
            body=each.encode().decode(),
        )
        for each in map(_keyed, events)
    ]


def _keyed(event: OrderEvent) -> OrderEvent:
    """Return the event with its customer as a keyed id: no row of the shop is named here."""
    if not isinstance(event, OrderPlaced):
        return event
    key = keyed_hash("warehouse-customer", event.customer_id)
    return msgspec.structs.replace(event, customer_id=key)


def pass_gate() -> None:
    """Wait until nobody else folds; the gate opens again when the transaction ends."""
    if WarehouseGate.objects.select_for_update().filter(pk=1).first() is None:
        try:
            with transaction.atomic(using=DATABASE):
                WarehouseGate.objects.create(pk=1)
        except IntegrityError:
            WarehouseGate.objects.select_for_update().get(pk=1)


def refold(order_ids: Iterable[str]) -> None:
    """Make the facts of these orders anew from all that was told; unplaced ones have none yet."""
    known: dict[str, list[WarehouseEvent]] = defaultdict(list)
    for row in WarehouseEvent.objects.filter(order_id__in=sorted(order_ids)):
        known[row.order_id].append(row)
    facts = [fact for rows in known.values() if (fact := _Fact.of(rows)) is not None]
    if facts:
        _save_dimensions(facts)
        _save_facts(facts)
        _save_customers({fact.customer_key for fact in facts})


class _Fact:
    """One order as its events tell it."""

    def __init__(self, placed: OrderPlaced, snapshot: Snapshot, missing: frozenset[str]) -> None:
        self.placed = placed
        self.snapshot = snapshot
        self.missing = missing
        self.day = placed.occurred_at.astimezone(ZoneInfo(settings.BUSINESS_TIME_ZONE)).date()
        self.customer_key = placed.customer_id

    @classmethod
    def of(cls, rows: Sequence[WarehouseEvent]) -> "_Fact | None":
        events = {(row.topic, row.status, row.version): _opened(row) for row in rows}
        placed = next((each for each in events.values() if isinstance(each, OrderPlaced)), None)
        if placed is None:
            return None
        told = [_told(topic, each) for (topic, _, _), each in events.items()]
        missing = {
            line.sku
            for each in events.values()
            if isinstance(each, StockReserved)
            for line in each.missing
        }
        return cls(placed, fold(told), frozenset(missing))

    def order(self) -> WarehouseOrder:
        placed, snapshot = self.placed, self.snapshot
        times: Mapping[str, Any] = dict.fromkeys(_MILESTONES) | dict(snapshot.milestones)
        return WarehouseOrder(
            order_id=placed.order_id,
            version=snapshot.version,
            day=self.day,
            customer_key=self.customer_key,
            region=placed.region,
            currency=placed.currency,
            total_cents=placed.total_cents,
            discount_cents=placed.discount_cents,
            units=sum(line.quantity for line in placed.lines),
            status=snapshot.status,
            reason=snapshot.reason,
            charged_cents=snapshot.charged_cents,
            refunded_cents=snapshot.refunded_cents,
            **times,
        )

    def lines(self) -> list[WarehouseLine]:
        return [
            WarehouseLine(
                order_id=self.placed.order_id,
                sku=line.sku,
                day=self.day,
                quantity=line.quantity,
                picked=self.snapshot.picked.get(line.sku),
                unit_price_cents=line.unit_price_cents,
                was_missing=line.sku in self.missing,
            )
            for line in self.placed.lines
        ]


def _opened(row: WarehouseEvent) -> OrderEvent:
    return msgspec.json.decode(row.body, type=_STRUCTS.get((row.topic, row.status), OrderEvent))


def _told(topic: str, event: OrderEvent) -> Told:
    more: dict[str, Any] = {}
    if isinstance(event, PaymentProcessed):
        more["refunded_cents"] = event.refunded_total_cents
        if event.status == "approved":
            more["charged_cents"] = event.amount_cents
    if isinstance(event, PickingChanged):
        more["picked"] = {line.sku: line.picked for line in event.lines}
    return Told(
        version=event.order_version,
        topic=topic,
        status=event.status,
        reason=event.reason,
        at=event.occurred_at,
        **more,
    )


def _save_dimensions(facts: Sequence[_Fact]) -> None:
    days = [
        WarehouseDate(day=day, year=day.year, month=day.month, weekday=day.isoweekday())
        for day in sorted({fact.day for fact in facts})
    ]
    WarehouseDate.objects.bulk_create(days, ignore_conflicts=True)
    regions = sorted({fact.placed.region for fact in facts})
    WarehouseRegion.objects.bulk_create(
        [WarehouseRegion(code=code) for code in regions], ignore_conflicts=True
    )
    skus = sorted({line.sku for fact in facts for line in fact.placed.lines})
    WarehouseProduct.objects.bulk_create(
        [WarehouseProduct(sku=sku) for sku in skus], ignore_conflicts=True
    )


def _save_facts(facts: Sequence[_Fact]) -> None:
    """Replace the rows of these orders: other readers see the old or the new ones, never none."""
    ids = [fact.placed.order_id for fact in facts]
    WarehouseOrder.objects.filter(order_id__in=ids).delete()
    WarehouseOrder.objects.bulk_create([fact.order() for fact in facts])
    WarehouseLine.objects.filter(order_id__in=ids).delete()
    WarehouseLine.objects.bulk_create([line for fact in facts for line in fact.lines()])


def _save_customers(keys: set[str]) -> None:
    """Give each customer the region of the newest order, whichever arrived last."""
    orders = WarehouseOrder.objects.filter(customer_key__in=sorted(keys))
    regions = dict(orders.order_by("placed_at", "order_id").values_list("customer_key", "region"))
    WarehouseCustomer.objects.filter(key__in=sorted(keys)).delete()
    WarehouseCustomer.objects.bulk_create(
        [WarehouseCustomer(key=key, region=region) for key, region in sorted(regions.items())]
    )
