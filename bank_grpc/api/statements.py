"""`/cards/{id}/statement` and `/cards/{id}/invoices`: what a card has spent, and what is due."""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import msgspec
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from uuid_utils.compat import uuid7

import rest
from bank_grpc import selectors, selectors_invoices
from bank_grpc.api import base, docs
from bank_grpc.api.errors import invalid
from bank_grpc.domain.periods import BadPeriodError, begin_of, end_of
from bank_grpc.downloads import KINDS, download, download_rows
from bank_grpc.models import StatementLine
from bank_grpc.selectors_cards import card_of
from bank_grpc.selectors_invoices import InvoiceLine, ShownInvoice, UnknownInvoiceError
from bank_grpc.services.exports.invoice_list import INVOICE_COLUMNS, invoice_cells
from bank_grpc.services.exports.pdf_file import TooManyLinesError
from bank_grpc.services.exports.sheet import Sheet, sheet_of_invoice, sheet_of_statement
from bank_grpc.services.invoice_payments import InvoiceOrder, pay_invoice

T = TypeVar("T")
# A list of invoices is no list of movements, which OFX and the paper are made of.
LIST_KINDS: Final = ("csv",)
_LONGEST: Final = 120


class _Paid(msgspec.Struct, forbid_unknown_fields=True):
    amount: str | float | int


class Statement(base.PersonalOperation):
    """A card's statement."""

    @docs.STATEMENT
    def get(self, request: Request, card_id: str) -> HttpResponseBase:
        """List what is posted, newest first; as a file with `format`, oldest first."""
        card = card_of(request.user, card_id)
        if kind := _format(request):
            sheet = sheet_of_statement(card, _wanted(request))
            return _file(request, sheet, kind, "statement")
        cursor = request.query_params.get("cursor", "")
        try:
            page = selectors.statement_of(card.id, _wanted(request), cursor=cursor)
        except selectors.BadCursorError:
            raise invalid("cursor", "query") from None
        return _page(page, _line)


class Invoices(base.PersonalOperation):
    """A card's invoices."""

    @docs.INVOICES
    def get(self, request: Request, card_id: str) -> HttpResponseBase:
        """List the card's invoices with their lines, newest first; without them as CSV."""
        card, now = card_of(request.user, card_id), timezone.now()
        if _format(request, LIST_KINDS):
            found = selectors_invoices.invoices_of(card, now=now)
            return download_rows("invoices", INVOICE_COLUMNS, map(invoice_cells, found))
        cursor = request.query_params.get("cursor", "")
        try:
            page = selectors_invoices.invoice_page_of(card, now=now, cursor=cursor, with_lines=True)
        except selectors.BadCursorError:
            raise invalid("cursor", "query") from None
        return _page(page, _invoice)


class OneInvoice(base.PersonalOperation):
    """One invoice."""

    @docs.INVOICE
    def get(self, request: Request, card_id: str, month: str) -> HttpResponseBase:
        """Return a month's invoice (YYYY-MM) with its lines; as a file with `format`."""
        shown = invoice_of(request, card_id, month)
        if kind := _format(request):
            sheet = sheet_of_invoice(card_of(request.user, card_id), shown)
            return _file(request, sheet, kind, f"invoice-{month}")
        return rest.json_answer(_invoice(shown))


class PayInvoice(base.PersonalOperation):
    """Paying."""

    @docs.PAY_INVOICE
    def post(self, request: Request, card_id: str, month: str) -> HttpResponse:
        """Pay towards an invoice; the limit is back at once."""
        invoice_of(request, card_id, month)
        amount_cents = base.cents(rest.read(request.data, _Paid).amount)
        order = InvoiceOrder(
            card_id=card_id,
            month=month,
            amount_cents=amount_cents,
            scope=f"user:{request.user.pk}",
            request_key=rest.key_of(request) or str(uuid7()),
        )
        made = pay_invoice(order, now=timezone.now())
        card = card_of(request.user, card_id)
        told = {
            "id": made.id,
            "amount": base.amount(made.amount_cents),
            "balance_after": base.amount(made.balance_after_cents),
            "available": base.amount(card.limit_cents - made.balance_after_cents),
        }
        return rest.json_answer(told, status=201)


def invoice_of(request: Request, card_id: str, month: str) -> ShownInvoice:
    """Return the invoice of the person's card; raises Card.DoesNotExist and NotFound."""
    card = card_of(request.user, card_id)
    try:
        return selectors_invoices.invoice_of(card, month, now=timezone.now())
    except UnknownInvoiceError:
        raise NotFound from None


def _page(page: selectors.Page[T], shown: Callable[[T], dict[str, Any]]) -> HttpResponse:
    return rest.json_answer(
        {
            "data": [shown(each) for each in page.data],
            "has_more": page.has_more,
            "next_cursor": page.next_cursor or None,
        }
    )


def _format(request: Request, kinds: Sequence[str] = KINDS) -> str:
    """Return the kind of file that is wanted, empty for JSON; raises a 422."""
    kind = str(request.query_params.get("format", "json"))
    if kind not in ("json", *kinds):
        raise invalid("format", "file" if kind in KINDS else "query")
    return "" if kind == "json" else kind


def _file(request: Request, sheet: Sheet, kind: str, name: str) -> HttpResponseBase:
    # Operations meet no middleware of the pages, so the caller's language is read here.
    language = translation.get_language_from_request(request._request)  # noqa: SLF001
    try:
        with translation.override(language):
            return download(sheet, kind, name)
    except TooManyLinesError:
        raise invalid("format", "too_many_lines") from None


def _wanted(request: Request) -> selectors.Wanted:
    query = request.query_params
    store = query.get("store", "")
    if len(store) > _LONGEST:
        raise invalid("store", "query")
    moments = {}
    for name, read in (("from", begin_of), ("to", end_of)):
        try:
            moments[name] = read(query.get(name, ""))
        except BadPeriodError:
            raise invalid(name, "moment") from None
    return selectors.Wanted(begin=moments["from"], end=moments["to"], store=store)


def _line(line: StatementLine) -> dict[str, Any]:
    return {
        "id": line.movement_id,
        "kind": line.kind,
        "amount": base.amount(line.amount_cents),
        "store": line.store,
        "description": line.description,
        "authorised_at": line.authorised_at,
        "posted_at": line.posted_at,
        "balance_after": base.amount(line.balance_after_cents),
    }


def _invoice(shown: ShownInvoice) -> dict[str, Any]:
    return {
        "month": shown.month,
        "status": shown.status.value,
        "closing_date": shown.closing_date.isoformat(),
        "due_date": shown.due_date.isoformat(),
        "total": base.amount(shown.total_cents),
        "minimum": base.amount(shown.minimum_cents),
        "paid": base.amount(shown.paid_cents),
        "lines": [_invoice_line(each) for each in shown.lines],
    }


def _invoice_line(each: InvoiceLine) -> dict[str, Any]:
    return {
        **_line(each.line),
        "amount": base.amount(each.amount_cents),
        "instalment": each.item.part,
        "instalments": each.item.parts,
    }
