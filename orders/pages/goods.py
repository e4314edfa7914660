"""`/warehouse/goods/` and `/warehouse/movements/`: what there is, and why it ever moved."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from orders import selectors_staff
from orders.models import StockMovement
from orders.pages import picking_words
from orders.pages.goods_csv import csv_answer
from orders.pages.goods_forms import REASONS
from orders.pages.picking_access import warehouse_only
from orders.selectors_staff import GOODS, GOODS_SORTS, MovementsWanted, Wanted

_PAGE_GOODS = 50
_PAGE_MOVEMENTS = 50


@require_safe
@warehouse_only
def products(request: HttpRequest) -> HttpResponse:
    """List the goods with what lies on the shelf, what is reserved, and what can be sold."""
    wanted = Wanted.of(request.GET.dict(), GOODS, GOODS_SORTS)
    paginator = Paginator(selectors_staff.goods(wanted, get_language() or "en"), _PAGE_GOODS)
    context = {
        "page": paginator.get_page(request.GET.get("page")),
        "count": paginator.count,
        "wanted": wanted,
        "is_narrowed": bool(wanted.search) or wanted.show != "all",
        "shows": [
            ("all", _("All")),
            ("active", _("Sold in the shop")),
            ("inactive", _("Not sold")),
            ("none", _("Sold out")),
        ],
        "sorts": [
            ("name", _("Name, A to Z")),
            ("sku", _("SKU")),
            ("shelf", _("Shelf")),
            ("available", _("Fewest first")),
            ("-price", _("Dearest first")),
        ],
    }
    return render(request, "orders/warehouse/goods.html", context)


@require_safe
@warehouse_only
def products_csv(request: HttpRequest) -> HttpResponseBase:
    """Give the same list as CSV."""
    wanted = Wanted.of(request.GET.dict(), GOODS, GOODS_SORTS)
    header = ("sku", "name_pt", "name_en", "barcode", "shelf", "price_cents")
    rows = (
        (
            *(each.sku, each.name_pt, each.name_en, each.barcode, each.shelf, each.price_cents),
            *(each.on_hand, each.reserved, each.available, int(each.is_active)),
        )
        for each in selectors_staff.goods(wanted, "en").iterator()
    )
    return csv_answer("goods", (*header, "on_hand", "reserved", "available", "is_active"), rows)


@require_safe
@warehouse_only
def movements(request: HttpRequest) -> HttpResponse:
    """List every movement, newest first, with what lay on the shelf after it."""
    wanted = MovementsWanted.of(request.GET.dict())
    paginator = Paginator(selectors_staff.movements(wanted), _PAGE_MOVEMENTS)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "count": paginator.count,
        "rows": [{"movement": each, "why": reason_of(each)} for each in page],
        "wanted": wanted,
        "is_narrowed": wanted != MovementsWanted(),
        "kinds": StockMovement.Kind.choices,
    }
    return render(request, "orders/warehouse/movements.html", context)


@require_safe
@warehouse_only
def movements_csv(request: HttpRequest) -> HttpResponseBase:
    """Give the same movements as CSV, oldest first, each with its balance."""
    wanted = MovementsWanted.of(request.GET.dict())
    header = ("at", "sku", "kind", "quantity", "balance", "reason", "actor", "order_id")
    rows = (
        (
            *(each.at.isoformat(timespec="seconds"), each.product_id, each.kind, each.quantity),
            *(balance, each.reason, each.actor, each.order_id),
        )
        for each, balance in selectors_staff.all_movements(wanted)
    )
    return csv_answer("movements", header, rows)


def reason_of(movement: StockMovement) -> str:
    """Return why a movement was made, its code in words and its note as it was typed."""
    if movement.kind not in (StockMovement.Kind.CORRECTION, StockMovement.Kind.WRITE_OFF):
        return str(movement.reason)
    code, colon, note = movement.reason.partition(": ")
    words: dict[str, Any] = {**picking_words.reasons(), **dict(REASONS)}
    return f"{words.get(code, code)}{colon}{note}"
