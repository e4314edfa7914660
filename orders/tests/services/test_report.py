"""The warehouse: one row an order, the same for every order of arrival, replay and rebuild."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from orders.events import (
    FraudChecked,
    MissingLine,
    OrderCancelled,
    OrderEvent,
    OrderLine,
    OrderPlaced,
    PaymentProcessed,
    PickedLine,
    PickingChanged,
    StockReserved,
)
from orders.models import (
    WarehouseCustomer,
    WarehouseDate,
    WarehouseEvent,
    WarehouseLine,
    WarehouseOrder,
)
from orders.services import report

pytestmark = pytest.mark.django_db(databases=["default", "warehouse"], transaction=True)
# Past midnight in UTC, still the evening before where the shop is.
BEGUN = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
LINES = [OrderLine("A", 2, 1500), OrderLine("B", 1, 2000)]


def common(order: str, version: int, status: str) -> dict[str, object]:
    at = BEGUN + timedelta(minutes=version)
    known = {"order_id": order, "order_version": version, "status": status, "reason": ""}
    return {**known, "occurred_at": at}


def placed(order: str = "o-1", customer: str = "c-1", region: str = "SP") -> OrderPlaced:
    return OrderPlaced(
        **common(order, 1, "placed"),  # type: ignore[arg-type]
        customer_id=customer,
        region=region,
        currency="BRL",
        total_cents=5000,
        discount_cents=0,
        lines=LINES,
    )


def whole_order(order: str = "o-1") -> list[OrderEvent]:
    picked = [PickedLine("A", 2, 1), PickedLine("B", 1, 1)]
    paid = {"payment_id": "p", "amount_cents": 5000}
    return [
        placed(order),
        StockReserved(**common(order, 2, "reserved"), expires_at=BEGUN),  # type: ignore[arg-type]
        FraudChecked(**common(order, 3, "clear"), score=0, rules=[], ruleset="1"),  # type: ignore[arg-type]
        PaymentProcessed(**common(order, 4, "approved"), **paid),  # type: ignore[arg-type]
        PickingChanged(**common(order, 5, "started"), lines=[]),  # type: ignore[arg-type]
        PickingChanged(**common(order, 6, "short"), lines=picked),  # type: ignore[arg-type]
        PaymentProcessed(
            **common(order, 7, "partly_refunded"),  # type: ignore[arg-type]
            payment_id="p",
            amount_cents=1500,
            refund_id="r",
            refunded_total_cents=1500,
        ),
        PickingChanged(**common(order, 8, "picked"), lines=picked),  # type: ignore[arg-type]
        PickingChanged(**common(order, 9, "dispatched"), lines=picked),  # type: ignore[arg-type]
    ]


def take(*batches: list[OrderEvent]) -> None:
    for batch in batches:
        with transaction.atomic(using="warehouse"):
            report.ingest(batch)


def everything() -> list[tuple[object, ...]]:
    models = (WarehouseOrder, WarehouseLine, WarehouseCustomer, WarehouseDate, WarehouseEvent)
    skipped = {"id"}
    rows: list[tuple[object, ...]] = []
    for model in models:
        names = [
            each.attname for each in model._meta.concrete_fields if each.attname not in skipped
        ]
        rows += [(model.__name__, *row) for row in model.objects.values_list(*names)]
    return sorted(rows, key=repr)


class TestIngest:
    def test_keeps_one_row_with_the_time_of_every_milestone(self) -> None:
        take(whole_order())

        row = WarehouseOrder.objects.get()
        assert (row.status, row.version, row.units) == ("dispatched", 9, 3)
        assert (row.charged_cents, row.refunded_cents) == (5000, 1500)
        assert row.day == date(2026, 11, 19)
        assert row.dispatched_at == BEGUN + timedelta(minutes=9)
        found = dict(WarehouseLine.objects.values_list("sku", "picked"))
        assert found == {"A": 1, "B": 1}

    def test_is_the_same_for_every_order_of_arrival(self) -> None:
        take(whole_order())
        expected = everything()
        for seed in range(5):
            for model in (WarehouseOrder, WarehouseLine, WarehouseEvent, WarehouseCustomer):
                model.objects.all().delete()
            events = whole_order()
            random.Random(seed).shuffle(events)

            take(*([event] for event in events), events[:4])

            assert everything() == expected

    def test_has_no_row_before_it_knows_what_was_ordered(self) -> None:
        take(whole_order()[1:4])

        assert not WarehouseOrder.objects.exists()
        take([placed()])
        assert WarehouseOrder.objects.get().status == "paid"

    def test_names_the_articles_that_ran_out(self) -> None:
        missing = [MissingLine("B", 1)]
        take([placed(), StockReserved(**common("o-1", 2, "out_of_stock"), missing=missing)])  # type: ignore[arg-type]

        assert list(WarehouseLine.objects.filter(was_missing=True).values_list("sku")) == [("B",)]

    def test_a_customer_has_the_region_of_the_newest_order_and_no_name(self) -> None:
        moved = placed("o-2", region="RJ")
        later = OrderCancelled(**common("o-2", 2, "cancelled"))  # type: ignore[arg-type]
        take([later, moved], [placed("o-1", region="SP")])

        customer = WarehouseCustomer.objects.get()
        assert customer.region == "RJ"
        assert "c-1" not in customer.key
        assert not WarehouseEvent.objects.filter(body__contains="c-1").exists()
