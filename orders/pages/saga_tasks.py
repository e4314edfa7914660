"""`/saga/tasks/`: what needs a person, tried again or settled by hand, and what came of it."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from messaging.whole import TryAgainError
from orders import selectors_saga as saga
from orders.adapters.bank import BankAwayError, bank
from orders.models import PersonTask
from orders.pages.access import staff_only
from orders.pages.goods_csv import csv_answer
from orders.pages.saga_ending import ending_page
from orders.services import tasks, unpaid
from orders.services.settle import NotByHandError, TaskClosedError, settle

_OPEN_SHOWN: Final = 100
_PAGE_CLOSED: Final = 25
_LONGEST_SEARCH: Final = 100
_END: Final = "orders/saga/end.html"
_COLUMNS: Final = (
    *("done_at", "order_id", "step", "reason", "tries", "done_by", "by_hand", "note"),
)


class SettleForm(forms.Form):
    """How the money went back; it stands in the history for ever."""

    note = forms.CharField(
        label=gettext_lazy("How the money went back"),
        max_length=500,
        help_text=gettext_lazy("When, and under which receipt. No names or numbers of people."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@require_safe
@staff_only
def person_tasks(request: HttpRequest) -> HttpResponseBase:
    """List what needs a person, the oldest first, and what came of the others."""
    found, search = saga.open_tasks(), _search(request)
    shown = list(found[:_OPEN_SHOWN])
    page = Paginator(saga.closed_tasks(search), _PAGE_CLOSED).get_page(request.GET.get("page"))
    cents = saga.cents_of([*shown, *page])
    context = {
        "rows": [_open(each, cents) for each in shown],
        "closed": [_closed(each, cents) for each in page],
        "count": found.count(),
        "page": page,
        "search": search,
    }
    return render(request, "orders/saga/tasks.html", context)


@require_safe
@staff_only
def history_csv(request: HttpRequest) -> HttpResponseBase:
    """Give the same history as CSV."""
    found = saga.closed_tasks(_search(request))
    return csv_answer("person-tasks", _COLUMNS, map(_cells, found))


@require_POST
@staff_only
def retry(request: HttpRequest, request_id: str) -> HttpResponseBase:
    """Try one step again and say what came of it."""
    actor = request.user.get_username()
    try:
        task = tasks.retry(request_id, bank(), actor=actor, now=timezone.now())
    except PersonTask.DoesNotExist:
        raise Http404 from None
    except (BankAwayError, TryAgainError):
        messages.warning(request, _("The bank did not answer. Nothing is lost; try again later."))
    else:
        if task.done_at is None:
            messages.error(request, _("It failed again, for the reason that is shown."))
        else:
            messages.success(request, _("Done. The order goes on by itself."))
    return redirect("orders:saga-tasks")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def end(request: HttpRequest, request_id: str) -> HttpResponseBase:
    """Ask how a refund was made without the bank, and settle it; a charge cannot be."""
    task = PersonTask.objects.select_related("order").filter(pk=request_id).first()
    if task is None:
        raise Http404
    if task.done_at is not None or not task.may_be_settled:
        return _not_settled(request, task)
    form = SettleForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return ending_page(request, task, form, _END)
    actor, note = request.user.get_username(), form.cleaned_data["note"]
    try:
        settle(request_id, note=note, actor=actor, now=timezone.now())
    except (NotByHandError, TaskClosedError):
        task.refresh_from_db()
        return _not_settled(request, task)
    except TryAgainError:
        form.add_error(None, _("The shop cannot tell whether it was noted. Press again."))
        return ending_page(request, task, form, _END, status=503)
    messages.success(request, _("Settled by hand. The order goes on by itself."))
    return redirect("orders:saga-tasks")


def _not_settled(request: HttpRequest, task: PersonTask) -> HttpResponseBase:
    if task.may_be_settled:
        messages.error(request, _("Nothing was changed: it was finished meanwhile."))
    else:
        messages.error(request, _("Nothing was changed: only the bank can finish a charge."))
    return redirect("orders:saga-tasks")


def _open(task: PersonTask, cents: Mapping[str, int]) -> dict[str, Any]:
    may_be_ended = unpaid.may_be_ended(task, task.order)
    return {
        "task": task,
        "cents": cents.get(task.pk),
        "may_be_ended": may_be_ended,
        "tried": unpaid.tried_in_vain(task) if may_be_ended else [],
    }


def _closed(task: PersonTask, cents: Mapping[str, int]) -> dict[str, Any]:
    return {
        "task": task,
        "cents": cents.get(task.pk),
        "tried": sorted({each.actor for each in task.by_hand.all() if each.actor != task.done_by}),
    }


def _search(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:_LONGEST_SEARCH]


def _cells(task: PersonTask) -> tuple[str | int, ...]:
    return (
        task.done_at.isoformat() if task.done_at else "",
        task.order_id,
        task.step,
        task.reason,
        task.tries,
        task.done_by,
        "yes" if task.note else "no",
        task.note,
    )
