"""`/fraud/`: the doubtful orders, and one order's receipt with what to decide about it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from messaging.whole import TryAgainError
from orders import links, selectors_fraud
from orders.domain.fraud import Verdict
from orders.domain.fraud_facts import Subject
from orders.models import FraudReceipt
from orders.pages import fraud_words
from orders.pages.access import again_when_locked, staff_only
from orders.pages.fraud_forms import ListForm, ReviewForm
from orders.pages.goods_csv import csv_answer
from orders.selectors_fraud import Related, Waiting
from orders.services.fraud_lists import Listing, NoSubjectError, label_of, put
from orders.services.judge import OrderClosedError, review

_PAGE_ORDERS = 25
_CONFLICT = 409
_COLUMNS = (
    *("order_id", "placed_at", "due_at", "total_cents", "region", "card_brand", "card_last4"),
    *("score", "rules"),
)


@require_safe
@staff_only
def queue(request: HttpRequest) -> HttpResponse:
    """List the orders that wait for a person, the oldest first."""
    search = _search(request)
    paginator = Paginator(selectors_fraud.queue(search), _PAGE_ORDERS)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_queued(selectors_fraud.read(each)) for each in page],
        "count": paginator.count,
        "search": search,
        "tab": "queue",
    }
    return render(request, "orders/fraud/queue.html", context)


@require_safe
@staff_only
def queue_csv(request: HttpRequest) -> HttpResponseBase:
    """Give the same list as CSV."""
    found = (selectors_fraud.read(each) for each in selectors_fraud.queue(_search(request)))
    return csv_answer("fraud-review", _COLUMNS, map(_cells, found))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def order(request: HttpRequest, order_id: Any) -> HttpResponse:
    """Show an order's receipt; a press clears or refuses it, once."""
    if request.method != "POST":
        return _order_page(request, str(order_id), ReviewForm())
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _order_page(request, str(order_id), form, status=422)
    verdict = Verdict(form.cleaned_data["verdict"])
    actor = request.user.get_username()
    receipt = _receipt_or_404(str(order_id))
    try:
        review(receipt.order_id, verdict, form.cleaned_data["note"], actor, timezone.now())
    except OrderClosedError:
        return _order_page(request, str(order_id), form, status=409)
    except TryAgainError:
        form.add_error(None, _("The shop cannot tell now. Press again: it is said once."))
        return _order_page(request, str(order_id), form, status=503)
    cleared = _("The order is cleared and goes on to payment.")
    refused = _("The order is refused. Nothing was charged, its stock is free again.")
    messages.success(request, cleared if verdict is Verdict.CLEAR else refused)
    return redirect("orders:fraud")


@require_POST
@staff_only
@again_when_locked("orders:fraud-order", "order_id")
def list_subject(request: HttpRequest, order_id: Any) -> HttpResponse:
    """Put the order's card, customer or phone on a list."""
    form = ListForm(request.POST)
    back = redirect("orders:fraud-order", order_id)
    if not form.is_valid():
        messages.error(request, _("Nothing was listed. Choose a time and press a button."))
        return back
    name, subject = form.cleaned_data["what"]
    receipt = _receipt_or_404(str(order_id))
    reason = form.cleaned_data["reason"] or _("seen in review")
    what = Listing(
        order_id=receipt.order_id,
        subject=subject,
        list_name=name,
        reason=reason,
        days=form.cleaned_data["days"],
    )
    try:
        entry = put(what, request.user.get_username(), timezone.now())
    except NoSubjectError:
        raise Http404 from None
    told = {"what": f"{fraud_words.subject(entry.kind)} {entry.label}"}
    blocked, allowed = _("%(what)s is blocked from now on."), _("%(what)s passes from now on.")
    messages.success(request, (blocked if name == "block" else allowed) % told)
    return back


def _order_page(
    request: HttpRequest, order_id: str, form: ReviewForm, *, status: int = 200
) -> HttpResponse:
    receipt, now = _receipt_or_404(order_id), timezone.now()
    read, order = selectors_fraud.read(receipt), receipt.order
    context = {
        "receipt": receipt,
        "order": order,
        "order_path": links.path_of(order),
        "facts": selectors_fraud.facts_of(receipt),
        "hits": fraud_words.rows(read.hits),
        "others": fraud_words.rows(each for each in read.readings if not each.is_hit),
        "verdict": fraud_words.verdict(receipt.decided or receipt.verdict),
        "fate": fraud_words.fate(order.state),
        "is_open": selectors_fraud.is_open(order),
        "left": fraud_words.left(read.hours_left(now)),
        "known": [
            {"each": each, "name": fraud_words.subject(each.subject)}
            for each in selectors_fraud.known_of(order, now)
        ],
        "related": [_related(each) for each in selectors_fraud.related_to(order)],
        "form": form,
        "list_form": ListForm(),
        "is_closed_now": status == _CONFLICT,
        "tab": "queue",
    }
    return render(request, "orders/fraud/order.html", context, status=status)


def _receipt_or_404(order_id: str) -> FraudReceipt:
    try:
        return selectors_fraud.receipt_of(order_id)
    except FraudReceipt.DoesNotExist:
        raise Http404 from None


def _search(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:36]


def _queued(each: Waiting) -> dict[str, Any]:
    return {
        "each": each,
        "order": each.receipt.order,
        "rules": fraud_words.names(each.hits),
        "left": fraud_words.left(each.hours_left(timezone.now())),
        "address": reverse("orders:fraud-order", args=[each.receipt.order_id]),
    }


def _related(each: Related) -> dict[str, Any]:
    receipt = getattr(each.order, "receipt", None)
    return {
        "order": each.order,
        "card": label_of(each.order, Subject.CARD),
        "by": ", ".join(fraud_words.subject(subject) for subject in each.by),
        "fate": fraud_words.fate(each.order.state),
        "verdict": fraud_words.verdict(receipt.decided or receipt.verdict if receipt else ""),
        "has_receipt": receipt is not None,
    }


def _cells(each: Waiting) -> tuple[str | int, ...]:
    order = each.receipt.order
    return (
        order.id,
        order.created_at.isoformat(),
        each.due_at.isoformat(),
        order.total_cents,
        order.region,
        order.card_brand,
        order.card_last4,
        each.receipt.score,
        " ".join(hit.rule for hit in each.hits),
    )
