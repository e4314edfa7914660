"""Statement and invoice on paper: A4, the reader's language, tables that go on over pages."""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from bank_grpc.domain.closing import ZONE
from bank_grpc.services.exports.sheet import Sheet, SheetRow

MOST_LINES: Final = 10_000
_PLAIN, _BOLD = "Helvetica", "Helvetica-Bold"
_WIDTH, _HEIGHT = A4
_MARGIN: Final = 42.0
_ROW: Final = 15.0
_STORE_AT: Final = _MARGIN + 66
_AMOUNT_AT: Final = _WIDTH - _MARGIN - 90
_RIGHT: Final = _WIDTH - _MARGIN
_TEXT_WIDTH: Final = _AMOUNT_AT - _STORE_AT - 80
_SIZE: Final = 9


class TooManyLinesError(Exception):
    """The file would be longer than anybody reads; CSV and OFX have no such bound."""


def pdf_of(sheet: Sheet, *, language: str = "en") -> bytes:
    """Return the file, in `language` (Django's code); raises TooManyLinesError."""
    if sheet.count > MOST_LINES:
        raise TooManyLinesError
    with translation.override(language):
        return _Paper(sheet).drawn()


class _Paper:
    """One document; letters beyond Windows-1252, which the base fonts lack, are shown as `?`."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._out = io.BytesIO()
        # Without time of making and random id: the same lines give the same bytes.
        self._canvas: Any = Canvas(self._out, pagesize=A4, invariant=1)
        self._page = 0
        self._y = 0.0

    def drawn(self) -> bytes:
        self._canvas.setTitle(_western(self._title()))
        self._begin_page()
        for label, value in self._facts():
            self._line(label, value)
        self._y -= _ROW
        self._heads()
        for row in self._sheet.rows:
            if self._y < 2 * _MARGIN:
                self._canvas.showPage()
                self._begin_page()
                self._heads()
            self._row(row)
        self._canvas.showPage()
        self._canvas.save()
        return self._out.getvalue()

    def _title(self) -> str:
        invoice = self._sheet.invoice
        return _("Invoice {month}").format(month=invoice.month) if invoice else _("Statement")

    def _facts(self) -> Iterator[tuple[str, str]]:
        sheet, invoice = self._sheet, self._sheet.invoice
        yield _("Holder"), sheet.holder
        yield _("Card"), f"**** {sheet.last4}"
        if invoice is None:
            yield _("Balance after the last line"), money(sheet.balance_cents)
            return
        yield _("Closing date"), formats.date_format(invoice.closing_date, "SHORT_DATE_FORMAT")
        yield _("Due date"), formats.date_format(invoice.due_date, "SHORT_DATE_FORMAT")
        yield _("Total"), money(invoice.total_cents)
        yield _("Minimum payment"), money(invoice.minimum_cents)
        yield _("Paid"), money(invoice.paid_cents)

    def _begin_page(self) -> None:
        self._page += 1
        self._y = _HEIGHT - _MARGIN
        self._put(_MARGIN, self._title(), font=_BOLD, size=14)
        self._right(_RIGHT, _("Page {n}").format(n=self._page))
        self._y -= 2 * _ROW

    def _heads(self) -> None:
        self._put(_MARGIN, _("Posted"), font=_BOLD)
        self._put(_STORE_AT, _("Store"), font=_BOLD)
        self._right(_AMOUNT_AT, _("Amount"), font=_BOLD)
        if self._sheet.invoice is None:
            self._right(_RIGHT, _("Balance"), font=_BOLD)
        self._canvas.line(_MARGIN, self._y - 4, _RIGHT, self._y - 4)
        self._y -= _ROW + 3

    def _line(self, label: str, value: str) -> None:
        self._put(_MARGIN, label)
        self._put(_MARGIN + 160, value, font=_BOLD)
        self._y -= _ROW

    def _row(self, row: SheetRow) -> None:
        self._put(_MARGIN, _day(row.posted_at))
        self._put(_STORE_AT, _fitting(_told(row), _TEXT_WIDTH))
        self._right(_AMOUNT_AT, money(row.owed_cents))
        if self._sheet.invoice is None:
            self._right(_RIGHT, money(row.balance_after_cents))
        self._y -= _ROW

    def _put(self, x: float, text: str, *, font: str = _PLAIN, size: int = _SIZE) -> None:
        self._canvas.setFont(font, size)
        self._canvas.drawString(x, self._y, _western(text))

    def _right(self, x: float, text: str, *, font: str = _PLAIN) -> None:
        self._canvas.setFont(font, _SIZE)
        self._canvas.drawRightString(x, self._y, _western(text))


def money(cents: int) -> str:
    """Return `cents` of BRL as the language in use writes them."""
    whole = formats.number_format(abs(cents) // 100, use_l10n=True, force_grouping=True)
    sign = "-" if cents < 0 else ""
    point = formats.get_format("DECIMAL_SEPARATOR")
    return f"{sign}R$ {whole}{point}{abs(cents) % 100:02}"


def _told(row: SheetRow) -> str:
    kinds = {"refund": pgettext("card", "Refund"), "invoice_payment": _("Invoice payment")}
    parts = [kinds.get(row.kind, ""), row.store, row.description]
    text = " - ".join(part for part in parts if part)
    return f"{text} ({row.part}/{row.parts})" if row.parts > 1 else text


def _day(moment: datetime) -> str:
    return formats.date_format(moment.astimezone(ZONE).date(), "SHORT_DATE_FORMAT")


def _western(text: str) -> str:
    return text.encode("cp1252", "replace").decode("cp1252")


def _fitting(text: str, width: float) -> str:
    whole = shown = _western(text)
    for length in range(len(whole), 0, -1):
        if stringWidth(shown, _PLAIN, _SIZE) <= width:
            break
        shown = whole[: length - 1] + "..."
    return shown
