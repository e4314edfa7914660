"""What staff of the warehouse read: pick lists, goods, and every movement of stock."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum

from orders.domain.picking import Line, by_shelf
from orders.domain.states import State
from orders.models import OrderLine, PickLine, PickList, Product, StockMovement

LONGEST_SEARCH: Final = 60
_OPEN: Final = Q(state=PickList.State.OPEN, order__state=State.PICKING)
# An order that ended has a list to put back, also before its list was withdrawn.
_ENDED: Final = Q(state=PickList.State.OPEN) & ~Q(order__state=State.PICKING)
_WITHDRAWN: Final = Q(state=PickList.State.WITHDRAWN, closed_at=None) | _ENDED
LISTS: Final[dict[str, Q]] = {
    "open": _OPEN,
    "picked": Q(state=PickList.State.PICKED),
    "back": _WITHDRAWN,
    "closed": Q(closed_at__isnull=False),
}
"""The pick lists to show, by the word for them in the address."""
LIST_SORTS: Final = {"oldest": ("created_at", "pk"), "newest": ("-created_at", "-pk")}
GOODS: Final[dict[str, Q]] = {
    "all": Q(),
    "active": Q(is_active=True),
    "inactive": Q(is_active=False),
    "none": Q(is_active=True, on_hand__lte=F("reserved")),
}
GOODS_SORTS: Final = {
    "name": ("{name}", "sku"),
    "sku": ("sku",),
    "shelf": ("shelf", "sku"),
    "available": ("free", "sku"),
    "-price": ("-price_cents", "sku"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list's address asks for; what means nothing is as if it were not there."""

    show: str
    sort: str
    search: str = ""

    @classmethod
    def of(
        cls, query: Mapping[str, str], shows: Mapping[str, object], sorts: Mapping[str, object]
    ) -> "Wanted":
        """Read an address; the first of `shows` and `sorts` stand where it names none of them."""
        show, sort = query.get("show", ""), query.get("sort", "")
        return cls(
            show=show if show in shows else next(iter(shows)),
            sort=sort if sort in sorts else next(iter(sorts)),
            search=_text(query.get("q", "")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementsWanted:
    """What the address of the movements asks for; days are the business's."""

    sku: str = ""
    kind: str = ""
    begin: date | None = None
    end: date | None = None
    search: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "MovementsWanted":
        """Read an address; what it says wrongly asks for nothing."""
        kind = query.get("kind", "")
        return cls(
            sku=_text(query.get("sku", "")),
            kind=kind if kind in StockMovement.Kind.values else "",
            begin=_day(query.get("from", "")),
            end=_day(query.get("to", "")),
            search=_text(query.get("q", "")),
        )


def lines_of(order_id: str) -> list[Line]:
    """Return the lines of an order's pick list as a person walks past them, prices in cents."""
    prices = dict(
        OrderLine.objects.filter(order_id=order_id).values_list("product_id", "unit_price_cents")
    )
    rows = PickLine.objects.filter(pick_list_id=order_id).select_related("product")
    return by_shelf(
        Line(
            sku=row.product_id,
            shelf=row.product.shelf,
            barcode=row.product.barcode,
            quantity=row.quantity,
            found=row.found,
            missing=row.missing,
            unit_price_cents=prices[row.product_id],
        )
        for row in rows
    )


def pick_lists(wanted: Wanted) -> QuerySet[PickList]:
    """Return the wanted lists with their orders, counted: `articles`, `units`, `seen` of these."""
    found = PickList.objects.select_related("order").filter(LISTS[wanted.show])
    if wanted.search:
        has_sku = PickLine.objects.filter(product__sku__iexact=wanted.search)
        in_lines = Q(pk__in=has_sku.values("pick_list_id"))
        in_list = Q(order__id__icontains=wanted.search) | Q(picker__icontains=wanted.search)
        found = found.filter(in_list | in_lines)
    counted = found.annotate(
        articles=Count("lines"),
        units=Sum("lines__quantity"),
        seen=Sum(F("lines__found") + F("lines__missing")),
    )
    return counted.order_by(*LIST_SORTS[wanted.sort])


def list_counts() -> dict[str, int]:
    """Return how many lists there are of each kind that waits for somebody."""
    waiting = (PickList.State.OPEN, PickList.State.PICKED, PickList.State.WITHDRAWN)
    # By the index alone: what was sent off is by far the most.
    return PickList.objects.filter(state__in=waiting).aggregate(
        **{name: Count("pk", filter=LISTS[name]) for name in ("open", "picked", "back")}
    )


def pick_list(order_id: str) -> PickList:
    """Return a list with its order; raises PickList.DoesNotExist."""
    return PickList.objects.select_related("order").get(pk=order_id)


def reports_of(order_id: str) -> dict[str, PickLine]:
    """Return what was reported missing of a list, with its reasons, by SKU."""
    rows = PickLine.objects.filter(pick_list_id=order_id).select_related("product")
    return {row.product_id: row for row in rows}


def is_withdrawn(mine: PickList) -> bool:
    """Tell whether a list's order has ended without its goods, withdrawn yet or not."""
    is_open = mine.state == PickList.State.OPEN
    return mine.state == PickList.State.WITHDRAWN or (is_open and mine.order.state != State.PICKING)


def goods(wanted: Wanted, language: str) -> QuerySet[Product]:
    """Return the wanted articles; `free` is what is not reserved of each."""
    found = Product.objects.filter(GOODS[wanted.show])
    if wanted.search:
        text = wanted.search
        in_names = Q(name_en__icontains=text) | Q(name_pt__icontains=text)
        in_codes = Q(sku__icontains=text) | Q(barcode=text) | Q(shelf__istartswith=text)
        found = found.filter(in_names | in_codes)
    name = "name_pt" if language.startswith("pt") else "name_en"
    order = [each.format(name=name) for each in GOODS_SORTS[wanted.sort]]
    return found.annotate(free=F("on_hand") - F("reserved")).order_by(*order)


def movements(wanted: MovementsWanted) -> QuerySet[StockMovement]:
    """Return the wanted movements, newest first; `balance` is what lay on the shelf after each."""
    upto = (
        StockMovement.objects.filter(product=OuterRef("product"), pk__lte=OuterRef("pk"))
        .order_by()
        .values("product")
        .annotate(total=Sum("quantity"))
        .values("total")
    )
    found = _narrowed(wanted).select_related("product")
    return found.annotate(balance=Subquery(upto)).order_by("-pk")


def all_movements(wanted: MovementsWanted) -> Iterator[tuple[StockMovement, int]]:
    """Return the wanted movements, oldest first, each with its balance; in one walk over all."""
    mine = set(_narrowed(wanted).values_list("pk", flat=True))
    whole = StockMovement.objects.filter(**({"product_id": wanted.sku} if wanted.sku else {}))
    balances: dict[str, int] = defaultdict(int)
    for each in whole.order_by("pk").iterator(chunk_size=2000):
        balances[each.product_id] += each.quantity
        if each.pk in mine:
            yield each, balances[each.product_id]


def _narrowed(wanted: MovementsWanted) -> QuerySet[StockMovement]:
    found = StockMovement.objects.all()
    if wanted.sku:
        found = found.filter(product_id=wanted.sku)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.begin:
        found = found.filter(at__gte=_midnight(wanted.begin))
    if wanted.end:
        found = found.filter(at__lt=_midnight(wanted.end + timedelta(days=1)))
    if wanted.search:
        text = wanted.search
        is_told = Q(reason__icontains=text) | Q(actor__icontains=text) | Q(order_id=text)
        found = found.filter(is_told)
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(settings.BUSINESS_TIME_ZONE))


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # The end of a range lies a day later, in another zone.
    return day if 1900 <= day.year < 9999 else None  # noqa: PLR2004 - the calendar's own ends


def _text(text: str) -> str:
    return "".join(each for each in text if each.isprintable()).strip()[:LONGEST_SEARCH]
