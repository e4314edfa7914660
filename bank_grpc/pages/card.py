"""A card's pages: picture and statement, invoices to pay, both as files."""

import math
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from uuid_utils.compat import uuid7

from bank_grpc import selectors, selectors_invoices
from bank_grpc.domain.limits import OverpaymentError
from bank_grpc.domain.periods import BadPeriodError, begin_of, end_of
from bank_grpc.downloads import KINDS, download, download_rows
from bank_grpc.pages import words
from bank_grpc.pages.access import card_page
from bank_grpc.pages.forms import ClosingDayForm, LimitForm, PayForm
from bank_grpc.selectors_cards import is_staff
from bank_grpc.selectors_invoices import ShownInvoice, UnknownInvoiceError
from bank_grpc.services.control import is_holders_block
from bank_grpc.services.exports.invoice_list import INVOICE_COLUMNS, invoice_cells
from bank_grpc.services.exports.pdf_file import TooManyLinesError
from bank_grpc.services.exports.sheet import Sheet, sheet_of_invoice, sheet_of_statement
from bank_grpc.services.invoice_payments import InvoiceOrder, pay_invoice
from bank_grpc.services.requests import RequestReusedError
from cards.rules import day_in_brazil
from config.templatetags.site import money
from messaging.whole import TryAgainError


@require_safe
@card_page
def statement(request: HttpRequest, card: Any) -> HttpResponse:
    """Show the card and its statement, newest first; the filters stand in the address."""
    wanted = _wanted(request)
    page = selectors.statement_of(card.id, wanted, cursor=request.GET.get("cursor", ""))
    is_first = "cursor" not in request.GET
    context = {
        "page": page,
        "rows": [words.movement(each) for each in page.data],
        "waiting": [words.movement(each) for each in selectors.on_its_way(card.id)]
        if is_first
        else [],
        "totals": selectors.totals_of(card.id, wanted),
        "is_narrowed": wanted != selectors.Wanted(),
        "tab": "statement",
    }
    return render(request, "bank/statement.html", {**frame_of(request, card), **context})


@require_safe
@card_page
def invoices(request: HttpRequest, card: Any) -> HttpResponse:
    """List the card's invoices, newest first, a year on a page."""
    now, cursor = timezone.now(), request.GET.get("cursor", "")
    page = selectors_invoices.invoice_page_of(card, now=now, cursor=cursor)
    today = day_in_brazil(now)
    rows = [words.invoice(each, today) for each in page.data]
    context = {"page": page, "rows": rows, "tab": "invoices"}
    return render(request, "bank/invoices.html", {**frame_of(request, card), **context})


@require_safe
@card_page
def invoices_file(_request: HttpRequest, card: Any) -> HttpResponseBase:
    """Give the list of all the card's invoices as CSV."""
    found = selectors_invoices.invoices_of(card, now=timezone.now())
    return download_rows("invoices", INVOICE_COLUMNS, map(invoice_cells, found))


@require_safe
@card_page
def invoice(request: HttpRequest, card: Any, month: str) -> HttpResponse:
    """Show one invoice with its lines, and the form to pay it."""
    shown = _invoice_of(card, month)
    left = min(shown.left_cents, max(card.balance_cents, 0)) or max(card.balance_cents, 0)
    form = PayForm(initial={"attempt": str(uuid7()), "amount": words.typed(left)})
    return _invoice_page(request, card, shown, form)


@require_safe
@card_page
def statement_file(request: HttpRequest, card: Any, kind: str) -> HttpResponseBase:
    """Give the statement as a file, narrowed as the page is."""
    sheet = sheet_of_statement(card, _wanted(request))
    return _file(request, sheet, kind, "statement", reverse("bank:statement", args=[card.id]))


@require_safe
@card_page
def invoice_file(request: HttpRequest, card: Any, month: str, kind: str) -> HttpResponseBase:
    """Give an invoice as a file."""
    sheet = sheet_of_invoice(card, _invoice_of(card, month))
    back = reverse("bank:invoice", args=[card.id, month])
    return _file(request, sheet, kind, f"invoice-{month}", back)


@require_POST
@card_page
def pay(request: HttpRequest, card: Any, month: str) -> HttpResponse:
    """Pay towards an invoice; the limit is back at once."""
    shown, form = _invoice_of(card, month), PayForm(request.POST)
    if not form.is_valid():
        return _invoice_page(request, card, shown, form, status=422)
    order = InvoiceOrder(
        card_id=card.id,
        month=month,
        amount_cents=form.cleaned_data["amount"],
        scope=f"user:{request.user.pk}",
        request_key=form.cleaned_data["attempt"],
    )
    try:
        made = pay_invoice(order, now=timezone.now())
    except OverpaymentError:
        owed = money(max(card.balance_cents, 0))
        form.add_error("amount", _("The card owes %(owed)s. Pay that at most.") % {"owed": owed})
    except RequestReusedError:
        form.add_error("amount", _("This form has paid another amount already. Open it anew."))
    except TryAgainError:
        form.add_error(None, _("The bank cannot tell now. Press Pay again: it pays once."))
    else:
        paid = {"amount": money(made.amount_cents)}
        messages.success(request, _("%(amount)s is paid and can be spent again.") % paid)
        return redirect("bank:invoice", card_id=card.id, month=month)
    return _invoice_page(request, card, shown, form, status=422)


def frame_of(request: HttpRequest, card: Any) -> dict[str, Any]:
    """Return what every page of a card shows: picture, limit, acts."""
    now, staff = timezone.now(), is_staff(request.user)
    return {
        "card": card,
        "closing": words.closing_day(card.closing, now),
        "closing_form": ClosingDayForm(initial={"closing_day": card.closing_day}),
        # Not a time of day: nobody knows here by which clock the reader lives.
        "paused_minutes": math.ceil(card.guesses.paused_for(now).total_seconds() / 60),
        "available_cents": selectors.available_cents(card),
        "limit_form": LimitForm(initial={"limit": words.typed(card.limit_cents)}),
        "is_staff": staff,
        "can_take_over": staff and is_holders_block(card),
        "kinds": KINDS,
    }


def _file(request: HttpRequest, sheet: Sheet, kind: str, name: str, back: str) -> HttpResponseBase:
    if kind not in KINDS:
        raise Http404
    try:
        return download(sheet, kind, name)
    except TooManyLinesError:
        messages.error(request, _("A PDF does not hold so many lines. Narrow the time."))
        return redirect(back)


def _invoice_of(card: Any, month: str) -> ShownInvoice:
    try:
        return selectors_invoices.invoice_of(card, month, now=timezone.now())
    except UnknownInvoiceError:
        raise Http404 from None


def _invoice_page(
    request: HttpRequest, card: Any, shown: ShownInvoice, form: PayForm, *, status: int = 200
) -> HttpResponse:
    context = {
        **frame_of(request, card),
        "invoice": words.invoice(shown, day_in_brazil(timezone.now())),
        "lines": [{**words.movement(each.line), "each": each} for each in shown.lines],
        "form": form,
        "file_base": f"../{shown.month}.",
        "can_pay": card.balance_cents > 0,
        "tab": "invoices",
    }
    return render(request, "bank/invoice.html", context, status=status)


def _wanted(request: HttpRequest) -> selectors.Wanted:
    """Return what the address asks for; a day that is none restricts nothing."""
    query = request.GET

    def moment(read: Any, text: str) -> Any:
        try:
            return read(text)
        except BadPeriodError:
            return None

    return selectors.Wanted(
        begin=moment(begin_of, query.get("from", "")),
        end=moment(end_of, query.get("to", "")),
        search=query.get("q", "")[:120],
    )
