"""What the reports page and its files read, all of it from the warehouse."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet, Sum

from orders.domain.reports import STEPS, Pace, Period, paces
from orders.domain.states import Status
from orders.models import Order, WarehouseLine, WarehouseOrder

# The newest orders of a period, at most, from which the time of each step is told.
PACED_ORDERS: Final = 20_000
_SHOWN: Final = 10
OUTCOMES: Final = (
    Status.DISPATCHED,
    Status.CANCELLED,
    Status.PAYMENT_REFUSED,
    Status.OUT_OF_STOCK,
    Status.FRAUD,
)
_NET: Final = F("charged_cents") - F("refunded_cents")


@dataclass(frozen=True, slots=True)
class Summary:
    """A period in one line; the share of approved payments is None where none was decided."""

    orders: int
    revenue_cents: int
    paid: int
    refused: int
    dispatched: int
    refunded_cents: int

    @property
    def approval_percent(self) -> float | None:
        """Return the share of payments that the bank approved."""
        decided = self.paid + self.refused
        return 100 * self.paid / decided if decided else None


def summary(period: Period) -> Summary:
    """Return the period's figures."""
    found = _orders(period).aggregate(
        orders=Count("pk"),
        revenue_cents=Sum(_NET, default=0),
        paid=Count("pk", filter=Q(paid_at__isnull=False)),
        refused=Count("pk", filter=Q(refused_at__isnull=False)),
        dispatched=Count("pk", filter=Q(status=Status.DISPATCHED)),
        refunded_cents=Sum("refunded_cents", default=0),
    )
    return Summary(**{name: int(value) for name, value in found.items()})


def by_day(period: Period) -> list[dict[str, Any]]:
    """Return for every day `orders`, `revenue_cents` and the number of each outcome.

    `approval` is the share of its payments that the bank approved in whole percent, None where
    none was decided.
    """
    rows: Any = (
        _orders(period)
        .values("day")
        .annotate(
            orders=Count("pk"),
            revenue_cents=Sum(_NET),
            paid=Count("pk", filter=Q(paid_at__isnull=False)),
            refused=Count("pk", filter=Q(refused_at__isnull=False)),
            **{status.value: Count("pk", filter=Q(status=status)) for status in OUTCOMES},
        )
    )
    counted = {row["day"]: row for row in rows}
    names = ("orders", "revenue_cents", "paid", "refused", *(each.value for each in OUTCOMES))
    nothing = dict.fromkeys(names, 0)
    days = [{**nothing, **counted.get(day, {}), "day": day} for day in period.days]
    return [{**day, "approval": _approval(day["paid"], day["refused"])} for day in days]


def _approval(paid: int, refused: int) -> int | None:
    decided = paid + refused
    return round(100 * paid / decided) if decided else None


def refusals(period: Period) -> list[dict[str, Any]]:
    """Return why orders ended without goods: `status`, `reason`, `orders`, most first."""
    without = [each for each in OUTCOMES if each is not Status.DISPATCHED]
    ended = _orders(period).filter(status__in=without)
    counted = ended.values("status", "reason").annotate(orders=Count("pk"))
    return _dicts(counted.order_by("-orders", "status", "reason"))


def step_times(period: Period) -> list[Pace]:
    """Return how long each step took, over the period's newest orders."""
    names = sorted({name for pair in STEPS.values() for name in pair})
    return paces(_orders(period).order_by("-placed_at").values(*names)[:PACED_ORDERS])


def stock_outs(period: Period) -> list[dict[str, Any]]:
    """Return the articles that orders found too little of: `sku`, `orders`, `units`."""
    missed = _lines(period).filter(was_missing=True).values("sku")
    counted = missed.annotate(orders=Count("pk"), units=Sum("quantity"))
    return _dicts(counted.order_by("-orders", "sku"))


def regions(period: Period) -> list[dict[str, Any]]:
    """Return `region`, `orders` and `revenue_cents`, most orders first."""
    counted = _orders(period).values("region").annotate(orders=Count("pk"), revenue_cents=Sum(_NET))
    return _dicts(counted.order_by("-orders", "region"))


def rows(period: Period) -> Iterator[WarehouseOrder]:
    """Return every order of the period, oldest first, as they stand in the warehouse."""
    return _orders(period).order_by("placed_at", "order_id").iterator(chunk_size=2000)


@dataclass(frozen=True, slots=True)
class Totals:
    """The same sums on both sides: the orders' own tables, and the warehouse."""

    orders: tuple[int, int]
    total_cents: tuple[int, int]
    charged_cents: tuple[int, int]
    refunded_cents: tuple[int, int]

    @property
    def are_equal(self) -> bool:
        """Tell whether both sides say the same."""
        pairs = (self.orders, self.total_cents, self.charged_cents, self.refunded_cents)
        return all(ours == theirs for ours, theirs in pairs)


def totals() -> Totals:
    """Return the sums over all orders; they may differ while events are on their way."""
    sums = {
        "orders": Count("pk"),
        "total": Sum("total_cents", default=0),
        "charged": Sum("charged_cents", default=0),
        "refunded": Sum("refunded_cents", default=0),
    }
    ours, theirs = (model.objects.aggregate(**sums) for model in (Order, WarehouseOrder))
    return Totals(*((int(ours[name]), int(theirs[name])) for name in sums))


def _orders(period: Period) -> QuerySet[WarehouseOrder]:
    return WarehouseOrder.objects.filter(day__gte=period.first, day__lte=period.last)


def _lines(period: Period) -> QuerySet[WarehouseLine]:
    return WarehouseLine.objects.filter(day__gte=period.first, day__lte=period.last)


def _dicts(found: Any) -> list[dict[str, Any]]:
    """Return the first rows of a counted queryset."""
    return list(found[:_SHOWN])
