"""`/fraud/lists/` and `/fraud/history/`: who is always refused or cleared, and what people did."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from orders import selectors_fraud
from orders.models import FraudListEntry
from orders.pages import fraud_words
from orders.pages.access import staff_only
from orders.pages.goods_csv import csv_answer
from orders.services.fraud_lists import ListName, take_off

_PAGE_ENTRIES = 50
_COLUMNS = (
    *("list", "kind", "label", "reason", "order_id", "created_at", "created_by", "expires_at"),
)


@require_safe
@staff_only
def lists(request: HttpRequest) -> HttpResponse:
    """Show both lists, the newest entries first."""
    name, search = _wanted(request)
    paginator = Paginator(selectors_fraud.entries(name, search), _PAGE_ENTRIES)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_row(each) for each in page],
        "count": paginator.count,
        "search": search,
        "name": name,
        "names": [("", _("Both lists")), ("block", _("Block list")), ("allow", _("Allow list"))],
        "tab": "lists",
    }
    return render(request, "orders/fraud/lists.html", context)


@require_safe
@staff_only
def lists_csv(request: HttpRequest) -> HttpResponseBase:
    """Give the same entries as CSV; what stands for card, customer and phone is left out."""
    found = selectors_fraud.entries(*_wanted(request))
    return csv_answer("fraud-lists", _COLUMNS, map(_cells, found))


@require_POST
@staff_only
def remove(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Take an entry off its list."""
    entry = take_off(entry_id, request.user.get_username(), timezone.now())
    if entry is None:
        messages.error(request, _("The entry was not there any more."))
    else:
        told = {"what": f"{fraud_words.subject(entry.kind)} {entry.label}"}
        messages.success(request, _("%(what)s is on no list now.") % told)
    return redirect("orders:fraud-lists")


@require_safe
@staff_only
def history(request: HttpRequest) -> HttpResponse:
    """Show what people did about fraud, the newest first."""
    paginator = Paginator(selectors_fraud.acts(), _PAGE_ENTRIES)
    page = paginator.get_page(request.GET.get("page"))
    rows = [{"act": each, "subject": fraud_words.act_subject(each)} for each in page]
    context = {"page": page, "rows": rows, "count": paginator.count, "tab": "history"}
    return render(request, "orders/fraud/history.html", context)


@require_safe
@staff_only
def history_csv(_request: HttpRequest) -> HttpResponseBase:
    """Give the same history as CSV."""
    found = selectors_fraud.acts().values_list("at", "actor", "kind", "subject", "note")
    rows = ((at.isoformat(), *rest) for at, *rest in found.iterator())
    return csv_answer("fraud-history", ("at", "actor", "act", "subject", "note"), rows)


def _wanted(request: HttpRequest) -> tuple[str, str]:
    name = request.GET.get("list", "")
    return name if name in ListName.values else "", request.GET.get("q", "").strip()[:100]


def _row(entry: FraudListEntry) -> dict[str, Any]:
    return {
        "entry": entry,
        "kind": fraud_words.subject(entry.kind),
        "is_over": entry.expires_at is not None and entry.expires_at <= timezone.now(),
    }


def _cells(entry: FraudListEntry) -> tuple[str, ...]:
    return (
        entry.list_name,
        entry.kind,
        entry.label,
        entry.reason,
        entry.order_id,
        entry.created_at.isoformat(),
        entry.created_by,
        entry.expires_at.isoformat() if entry.expires_at else "",
    )
