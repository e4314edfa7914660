"""`/warehouse/`: the lists that wait, and one of them to walk along the shelves with."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from uuid_utils.compat import uuid7

from orders import selectors_staff
from orders.adapters.sealed import address_of_order, name_of_order
from orders.domain import picking
from orders.models import PickList
from orders.pages import picking_words
from orders.pages.goods_csv import csv_answer
from orders.pages.picking_access import actor_of, list_page, warehouse_only
from orders.pages.picking_words import Said
from orders.selectors_staff import LIST_SORTS, LISTS, Wanted

_PAGE_LISTS = 50
_MOST_ROWS = 10_000


@require_safe
@warehouse_only
def pick_lists(request: HttpRequest) -> HttpResponse:
    """List what waits, oldest first; search, kind and order stand in the address."""
    wanted = _wanted(request)
    paginator = Paginator(selectors_staff.pick_lists(wanted), _PAGE_LISTS)
    page = paginator.get_page(request.GET.get("page"))
    actor, counts = actor_of(request), selectors_staff.list_counts()
    context = {
        "page": page,
        "count": paginator.count,
        "rows": [_row(each, actor) for each in page],
        "wanted": wanted,
        "kinds": [(key, name, counts.get(key)) for key, name in _kinds().items()],
        "sorts": [("oldest", _("Oldest first")), ("newest", _("Newest first"))],
    }
    return render(request, "orders/warehouse/lists.html", context)


@require_safe
@warehouse_only
def pick_lists_csv(request: HttpRequest) -> HttpResponseBase:
    """Give the same list as CSV."""
    wanted = _wanted(request)
    found = selectors_staff.pick_lists(wanted)[:_MOST_ROWS]
    header = ("order_id", "state", "picker", "articles", "units", "seen", "created_at", "closed_at")
    rows = (
        (
            each.order_id,
            each.state,
            each.picker,
            each.articles,  # type: ignore[attr-defined]  # annotated
            each.units,  # type: ignore[attr-defined]  # annotated
            each.seen,  # type: ignore[attr-defined]  # annotated
            each.created_at.isoformat(timespec="seconds"),
            each.closed_at.isoformat(timespec="seconds") if each.closed_at else "",
        )
        for each in found.iterator()
    )
    return csv_answer("pick-lists", header, rows)


@require_safe
@list_page
def pick_list(request: HttpRequest, mine: PickList) -> HttpResponse:
    """Show one list, sorted by shelf, with what the person may do to it now."""
    return show(request, mine)


@require_safe
@list_page
def print_list(request: HttpRequest, mine: PickList) -> HttpResponse:
    """Show a list as it is printed: boxes to tick, and until it has left where it goes."""
    # Paper has no reader's zone: it tells the time of the house.
    context = {**context_of(request, mine), "zone": settings.BUSINESS_TIME_ZONE}
    if mine.state in (PickList.State.OPEN, PickList.State.PICKED) and not context["is_withdrawn"]:
        order = mine.order
        context["to"] = [name_of_order(order), address_of_order(order), order.region]
    return render(request, "orders/warehouse/print.html", context)


def show(
    request: HttpRequest, mine: PickList, said: Said | None = None, *, part: bool = False
) -> HttpResponse:
    """Return the list's page, or the part of it that changes, with what was said of a scan."""
    template = "orders/warehouse/part/list.html" if part else "orders/warehouse/list.html"
    return render(request, template, {**context_of(request, mine), "said": said})


def context_of(request: HttpRequest, mine: PickList) -> dict[str, Any]:
    """Return what a list's templates need."""
    lines, rows = selectors_staff.lines_of(mine.order_id), selectors_staff.reports_of(mine.order_id)
    actor, is_withdrawn = actor_of(request), selectors_staff.is_withdrawn(mine)
    is_open = mine.state == PickList.State.OPEN and not is_withdrawn
    return {
        "list": mine,
        "tab": "lists",
        "badge": picking_words.badge_of(mine),
        "rows": [
            {
                "line": line,
                "product": rows[line.sku].product,
                "why": picking_words.reason(rows[line.sku].reason),
            }
            for line in lines
        ],
        "units": sum(line.quantity for line in lines),
        "seen": sum(line.found + line.missing for line in lines),
        "in_box": sum(line.found for line in lines),
        "is_complete": picking.is_complete(lines),
        "is_withdrawn": is_withdrawn,
        "is_open": is_open,
        "is_mine": is_open and mine.picker == actor,
        "is_free": is_open and picking_words.is_free(mine, actor),
        "key": str(uuid7()),
    }


def _wanted(request: HttpRequest) -> Wanted:
    """Return what the address asks for; of closed lists the newest come first unless it says so."""
    wanted = Wanted.of(request.GET.dict(), LISTS, LIST_SORTS)
    is_closed = wanted.show == "closed" and "sort" not in request.GET
    return replace(wanted, sort="newest") if is_closed else wanted


def _row(mine: PickList, actor: str) -> dict[str, Any]:
    is_open = mine.state == PickList.State.OPEN and not selectors_staff.is_withdrawn(mine)
    return {
        "list": mine,
        "badge": picking_words.badge_of(mine),
        "is_mine": is_open and mine.picker == actor,
        "may_take": is_open and picking_words.is_free(mine, actor) and mine.picker != actor,
    }


def _kinds() -> dict[str, str]:
    return {
        "open": _("To pick"),
        "picked": _("To dispatch"),
        "back": _("To put back"),
        "closed": _("Closed"),
    }
