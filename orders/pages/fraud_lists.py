"""`/fraud/lists/` and `/fraud/history/`: who is always refused or cleared, and what people did."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from orders import selectors_fraud
from orders.models import FraudListEntry
from orders.pages import fraud_words
from orders.pages.access import again_when_locked, staff_only
from orders.pages.goods_csv import csv_answer
from orders.services.fraud_lists import ListName, put_back, take_off

_PAGE_ENTRIES = 50
_MOST_DIGITS = 18
_COLUMNS = (
    *("list", "kind", "label", "reason", "order_id", "created_at", "created_by", "expires_at"),
    *("ended_at", "ended_by"),
)
_SHOWN = ("listed", "ended", "all")


@require_safe
@staff_only
def lists(request: HttpRequest) -> HttpResponse:
    """Show both lists; search, list, what to show and in which order stand in the address."""
    wanted = _wanted(request)
    paginator = Paginator(selectors_fraud.entries(**wanted), _PAGE_ENTRIES)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_row(each) for each in page],
        "count": paginator.count,
        **wanted,
        "is_narrowed": bool(wanted["search"] or wanted["list_name"] or wanted["show"] != "listed"),
        "choices": _choices(),
        "undo": _undo(request),
        "tab": "lists",
    }
    return render(request, "orders/fraud/lists.html", context)


@require_safe
@staff_only
def lists_csv(request: HttpRequest) -> HttpResponseBase:
    """Give the same entries as CSV; what stands for card, customer and phone is left out."""
    found = selectors_fraud.entries(**_wanted(request))
    return csv_answer("fraud-lists", _COLUMNS, map(_cells, found))


@require_POST
@staff_only
@again_when_locked("orders:fraud-lists")
def remove(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Take an entry off its list, and offer to put it back."""
    entry = take_off(entry_id, request.user.get_username(), timezone.now())
    if entry is None:
        messages.error(request, _("The entry was not there any more."))
        return redirect("orders:fraud-lists")
    return redirect(f"{reverse('orders:fraud-lists')}?taken_off={entry.pk}")


@require_POST
@staff_only
@again_when_locked("orders:fraud-lists")
def restore(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Put an entry back that was taken off."""
    entry = put_back(entry_id, request.user.get_username(), timezone.now())
    if entry is None:
        messages.error(request, _("The entry is on its list already."))
    else:
        messages.success(request, _("%(what)s is on its list again.") % {"what": _named(entry)})
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


def _wanted(request: HttpRequest) -> dict[str, str]:
    name, show = request.GET.get("list", ""), request.GET.get("show", "")
    sort = request.GET.get("sort", "")
    return {
        "list_name": name if name in ListName.values else "",
        "search": request.GET.get("q", "").strip()[:100],
        "show": show if show in _SHOWN else "listed",
        "sort": sort if sort in selectors_fraud.ENTRY_SORTS else "newest",
    }


def _choices() -> dict[str, list[tuple[str, str]]]:
    return {
        "lists": [("", _("Both lists")), ("block", _("Block list")), ("allow", _("Allow list"))],
        "shown": [("listed", _("Listed")), ("ended", _("Taken off")), ("all", _("All entries"))],
        "sorts": [
            ("newest", _("Newest first")),
            ("oldest", _("Oldest first")),
            ("ends", _("What ends first")),
            ("what", _("By what is listed")),
        ],
    }


def _undo(request: HttpRequest) -> dict[str, Any] | None:
    """Return what was taken off just now, where it still is; it can be put back by one press."""
    asked = request.GET.get("taken_off", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < _MOST_DIGITS):
        return None
    entry = FraudListEntry.objects.filter(pk=int(asked)).exclude(ended_at=None).first()
    return None if entry is None else {"entry": entry, "what": _named(entry)}


def _named(entry: FraudListEntry) -> str:
    return f"{fraud_words.subject(entry.kind)} {entry.label}".capitalize()


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
        entry.ended_at.isoformat() if entry.ended_at else "",
        entry.ended_by,
    )
