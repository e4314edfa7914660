"""The reports: what was ordered, paid and lost over some days, and whether that is right."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from orders import selectors_reports as reports
from orders.domain.reporting import MILESTONES
from orders.domain.reports import BadPeriodError, Period, period_of
from orders.models import WarehouseOrder
from orders.pages.access import staff_only
from rest.csv_cells import encode_rows

RowsOf = Callable[[Period], Iterator[Sequence[object]]]
_PIECE: Final = 500
_MILESTONES: Final = tuple(dict.fromkeys(MILESTONES.values()))
_ORDER_COLUMNS: Final = (
    *("order_id", "day", "region", "currency", "status", "reason", "units"),
    *("total", "discount", "charged", "refunded", *_MILESTONES),
)
_DAY_COLUMNS: Final = ("day", "orders", "revenue", *(each.value for each in reports.OUTCOMES))


@require_safe
@staff_only
def page(request: HttpRequest) -> HttpResponseBase:
    """Show the reports of the days in the address."""
    try:
        period = _period(request)
        problem = ""
    except BadPeriodError as error:
        period = period_of("", "", today=_today())
        problem = error.param
    context = {"period": period, "problem": problem, **_figures(period)}
    context |= {"words": _words(), "reasons": _reasons()}
    return render(request, "orders/reports.html", context, status=422 if problem else 200)


@require_safe
@staff_only
def days_file(request: HttpRequest) -> HttpResponseBase:
    """Give the period's days as CSV, amounts with two places."""
    return _file(request, "days", _DAY_COLUMNS, _days)


@require_safe
@staff_only
def orders_file(request: HttpRequest) -> HttpResponseBase:
    """Give every order of the period as CSV: outcome, money, the time of each milestone."""
    return _file(request, "orders", _ORDER_COLUMNS, _orders)


def _days(period: Period) -> Iterator[Sequence[object]]:
    return ([_cell(name, row) for name in _DAY_COLUMNS] for row in reports.by_day(period))


def _orders(period: Period) -> Iterator[Sequence[object]]:
    return ([_value(name, row) for name in _ORDER_COLUMNS] for row in reports.rows(period))


def _figures(period: Period) -> dict[str, Any]:
    return {
        "summary": reports.summary(period),
        "days": reports.by_day(period),
        "refusals": reports.refusals(period),
        "paces": [pace for pace in reports.step_times(period) if pace.count],
        "stock_outs": reports.stock_outs(period),
        "regions": reports.regions(period),
        "totals": reports.totals(),
    }


def _words() -> dict[str, str]:
    """Return the reader's words for outcomes and steps."""
    return {
        "dispatched": _("Dispatched"),
        "cancelled": _("Cancelled"),
        "payment_refused": _("Card refused"),
        "out_of_stock": _("Sold out"),
        "fraud": _("Declined"),
        "stock": _("Order to stock held"),
        "payment": _("Order to paid"),
        "list": _("Paid to pick list"),
        "picking": _("Pick list to picked"),
        "dispatch": _("Picked to dispatched"),
        "verdict": _("Order to verdict"),
    }


def _reasons() -> dict[str, str]:
    """Return the reader's words for why orders ended; rare codes of the bank stay codes."""
    return {
        "customer": _("by the customer"),
        "customer_erased": _("erased with the customer's data"),
        "short_pick": _("not found on the shelf"),
        "reservation_expired": _("not paid in time"),
        "review_timeout": _("nobody judged it in time"),
        "fraud_rules": _("by the fraud rules"),
        "fraud_review": _("by a reviewer"),
        "over_limit": _("above the card's limit"),
        "card_blocked": _("the card is blocked"),
        "card_expired": _("the card has expired"),
        "token_expired": _("charged too late for the card's token"),
        "token_lost": _("the card's token could not be opened"),
        "out_of_stock": _("too little in stock"),
    }


def _period(request: HttpRequest) -> Period:
    asked = request.GET
    return period_of(asked.get("from", ""), asked.get("to", ""), today=_today())


def _today() -> date:
    return timezone.now().astimezone(ZoneInfo(settings.BUSINESS_TIME_ZONE)).date()


def _file(
    request: HttpRequest, name: str, columns: Sequence[str], rows_of: RowsOf
) -> HttpResponseBase:
    try:
        period = _period(request)
    except BadPeriodError as error:
        return HttpResponse(f"{error.param}: want days as YYYY-MM-DD\n", status=422)
    pieces = _pieces(columns, rows_of(period))
    answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    called = f"{name}-{period.first}-{period.last}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{called}"'
    return answer


def _pieces(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    yield encode_rows([columns])
    remaining = iter(rows)
    while some := list(islice(remaining, _PIECE)):
        yield encode_rows(some)


def _cell(name: str, row: dict[str, Any]) -> object:
    return _amount(row["revenue_cents"]) if name == "revenue" else row[name]


def _value(name: str, row: WarehouseOrder) -> object:
    if name in {"total", "discount", "charged", "refunded"}:
        return _amount(getattr(row, f"{name}_cents"))
    value = getattr(row, name)
    return value.isoformat() if isinstance(value, datetime) else value


def _amount(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"
