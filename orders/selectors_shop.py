"""What the shop's pages read: goods to sell, whole baskets, an order's goods, a login's orders."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db.models import F, Q, QuerySet

from orders.models import AccountOrder, Campaign, Order, OrderLine, PersonTask, Product

SORTS: Final = ("name", "price", "-price")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list's address asks for; `language` picks the name that is sorted by."""

    search: str = ""
    in_stock: bool = False
    sort: str = "name"
    language: str = "en"

    @classmethod
    def of(cls, query: Mapping[str, str], language: str) -> "Wanted":
        """Read an address; what it says wrongly asks for nothing."""
        sort = query.get("sort", "")
        return cls(
            search=query.get("q", "")[:60].strip(),
            in_stock=query.get("stock") == "1",
            sort=sort if sort in SORTS else "name",
            language="pt" if language.startswith("pt") else "en",
        )

    @property
    def is_narrowed(self) -> bool:
        """Tell whether some goods are left out."""
        return bool(self.search or self.in_stock)


@dataclass(frozen=True, slots=True)
class BasketLine:
    """An article of a basket, how many are wanted, and what they cost now."""

    product: Product
    quantity: int

    @property
    def cents(self) -> int:
        """Return the price of the line."""
        return self.product.price_cents * self.quantity

    @property
    def is_short(self) -> bool:
        """Tell whether there are fewer than are wanted."""
        return self.product.available < self.quantity


class Mark(NamedTuple):
    """What one look sees of an order: its version, and how many tasks wait for a person."""

    version: int
    tasks: int


def goods() -> QuerySet[Product]:
    """Return what the shop sells."""
    return Product.objects.filter(is_active=True)


def goods_as(wanted: Wanted) -> QuerySet[Product]:
    """Return what the list shows, in its order."""
    found, name = goods(), f"name_{wanted.language}"
    if wanted.search:
        text = wanted.search
        in_names = Q(name_en__icontains=text) | Q(name_pt__icontains=text)
        found = found.filter(in_names | Q(sku__icontains=text))
    if wanted.in_stock:
        found = found.filter(on_hand__gt=F("reserved"))
    by = {"name": name, "price": "price_cents", "-price": "-price_cents"}
    return found.order_by(by[wanted.sort], "sku")


def others_than(sku: str, count: int) -> Iterable[Product]:
    """Return a few other articles that can be had now, the same for every reader."""
    return goods().exclude(pk=sku).filter(on_hand__gt=F("reserved")).order_by("sku")[:count]


def lines_of(basket: Mapping[str, int]) -> list[BasketLine]:
    """Return a basket's lines in the order in which they were put in; what is not sold is out."""
    found = goods().in_bulk(list(basket))
    return [BasketLine(found[sku], quantity) for sku, quantity in basket.items() if sku in found]


def marks_of(order_ids: Collection[str]) -> dict[str, Mark]:
    """Return what changes with everything that a customer sees of these orders."""
    tasks = Counter(
        PersonTask.objects.filter(order_id__in=order_ids, done_at=None).values_list(
            "order_id", flat=True
        )
    )
    versions = Order.objects.filter(pk__in=order_ids).values_list("pk", "version")
    return {order_id: Mark(version, tasks[order_id]) for order_id, version in versions}


def goods_of(order: Order) -> list[OrderLine]:
    """Return the order's lines with article and `cents`, in the order they were put in."""
    lines = OrderLine.objects.filter(order=order).select_related("product").order_by("pk")
    return list(lines.annotate(cents=F("quantity") * F("unit_price_cents")))


def orders_of(user_id: int) -> QuerySet[Order]:
    """Return the orders in a login's list, newest first."""
    mine = AccountOrder.objects.filter(user_id=user_id).values("order_id")
    return Order.objects.filter(pk__in=mine).order_by("-created_at", "-pk")


def campaign_of(slug: str) -> Campaign:
    """Return a campaign that runs, with its coupon; raises Campaign.DoesNotExist."""
    return Campaign.objects.select_related("coupon").get(pk=slug, is_active=True)


def has_in_list(user_id: int, order_id: str) -> bool:
    """Tell whether the order is in the login's list."""
    return AccountOrder.objects.filter(user_id=user_id, order_id=order_id).exists()
