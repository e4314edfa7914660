"""Invoices close once, keep what they held, and are paid by what was paid in."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command

from bank_grpc import selectors_invoices as selectors
from bank_grpc.domain.invoices import InvoiceStatus
from bank_grpc.models import Card, Invoice
from bank_grpc.services import invoices
from bank_grpc.tests.services.books_kit import card_made, paid_towards, posted

pytestmark = pytest.mark.django_db
ISSUED = datetime(2026, 8, 20, 12, tzinfo=UTC)
SEPTEMBER_OVER = datetime(2026, 9, 11, 3, tzinfo=UTC)
AFTER_SEPTEMBER = SEPTEMBER_OVER + timedelta(hours=1)


@pytest.fixture
def card(db: None) -> Card:
    return card_made(ISSUED)


class TestClosing:
    def test_takes_what_was_posted_until_the_end_of_the_closing_day(self, card: Card) -> None:
        posted(card, SEPTEMBER_OVER - timedelta(seconds=1), 60_000)
        posted(card, SEPTEMBER_OVER, 7)

        assert invoices.close_some(AFTER_SEPTEMBER) == 1

        invoice = Invoice.objects.get()
        assert (invoice.month, invoice.total_cents, invoice.minimum_cents) == (
            "2026-09",
            60_000,
            9_000,
        )
        assert (invoice.closing_date, invoice.due_date) == (date(2026, 9, 10), date(2026, 9, 20))

    def test_waits_for_what_is_still_on_its_way(self, card: Card) -> None:
        assert invoices.close_some(SEPTEMBER_OVER + timedelta(minutes=14)) == 0
        assert invoices.close_some(SEPTEMBER_OVER + timedelta(minutes=15)) == 1

    def test_repeating_closes_nothing_again(self, card: Card) -> None:
        call_command("close_invoices", verbosity=0)
        before = list(Invoice.objects.order_by("month").values())

        call_command("close_invoices", verbosity=0)

        assert list(Invoice.objects.order_by("month").values()) == before

    def test_closes_every_month_that_was_missed(self, card: Card) -> None:
        posted(card, ISSUED, 1000, instalments=3)

        assert invoices.close_some(AFTER_SEPTEMBER + timedelta(days=61)) == 3

        closed = Invoice.objects.order_by("month").values_list("month", "total_cents")
        assert list(closed) == [("2026-09", 334), ("2026-10", 333), ("2026-11", 333)]

    def test_what_is_posted_late_stands_in_the_open_one(self, card: Card) -> None:
        posted(card, ISSUED, 100)
        invoices.close_some(AFTER_SEPTEMBER)

        posted(card, SEPTEMBER_OVER - timedelta(hours=1), 30)

        september = selectors.invoice_of(card, "2026-09", now=AFTER_SEPTEMBER)
        october = selectors.invoice_of(card, "2026-10", now=AFTER_SEPTEMBER)
        assert [each.amount_cents for each in september.lines] == [100]
        assert [each.amount_cents for each in october.lines] == [30]
        assert (october.total_cents, october.status) == (30, InvoiceStatus.OPEN)

    def test_a_refund_after_closing_is_a_line_of_the_open_one(self, card: Card) -> None:
        bought = posted(card, ISSUED, 100)
        invoices.close_some(AFTER_SEPTEMBER)

        posted(card, AFTER_SEPTEMBER, 40, kind="refund", transaction_id=bought.transaction_id)

        september, october = (
            selectors.invoice_of(card, month, now=AFTER_SEPTEMBER)
            for month in ("2026-09", "2026-10")
        )
        assert (september.total_cents, september.paid_cents) == (100, 40)
        assert october.total_cents == -40


class TestShowing:
    def test_paid_once_nothing_is_left(self, card: Card) -> None:
        posted(card, ISSUED, 10_000)
        invoices.close_some(AFTER_SEPTEMBER)
        paid_towards(card, "2026-09", 4_000, AFTER_SEPTEMBER)

        part = selectors.invoice_of(card, "2026-09", now=AFTER_SEPTEMBER)
        paid_towards(card, "2026-09", 6_000, AFTER_SEPTEMBER)
        whole = selectors.invoice_of(card, "2026-09", now=AFTER_SEPTEMBER)

        assert (part.status, part.left_cents) == (InvoiceStatus.CLOSED, 6_000)
        assert (whole.status, whole.left_cents) == (InvoiceStatus.PAID, 0)

    def test_lists_the_newest_first_up_to_the_open_one(self, card: Card) -> None:
        invoices.close_some(AFTER_SEPTEMBER)

        listed = selectors.invoices_of(card, now=AFTER_SEPTEMBER)

        assert [(each.month, str(each.status)) for each in listed] == [
            ("2026-10", "open"),
            ("2026-09", "paid"),
        ]

    def test_instalments_to_come_can_be_read_ahead(self, card: Card) -> None:
        posted(card, ISSUED, 1000, instalments=3)

        ahead = selectors.invoice_of(card, "2026-11", now=ISSUED)

        assert [(each.item.part, each.amount_cents) for each in ahead.lines] == [(3, 333)]

    @pytest.mark.parametrize("month", ["2026-08", "2027-06", "nonsense", "", "2026-9"])
    def test_other_months_have_none(self, card: Card, month: str) -> None:
        with pytest.raises(selectors.UnknownInvoiceError):
            selectors.invoice_of(card, month, now=ISSUED)

    def test_open_months_beside_each_other_hold_their_own_lines_and_instalments(
        self, card: Card
    ) -> None:
        posted(card, ISSUED, 900, instalments=3)
        posted(card, AFTER_SEPTEMBER, 50)
        posted(card, AFTER_SEPTEMBER + timedelta(days=31), 7)

        listed = selectors.invoices_of(card, now=AFTER_SEPTEMBER + timedelta(days=31))

        assert [each.total_cents for each in listed] == [307, 350, 300]

    @pytest.mark.parametrize("is_closed", [False, True])
    def test_totals_are_what_the_lines_sum_to(self, card: Card, is_closed: bool) -> None:
        later = AFTER_SEPTEMBER + timedelta(days=31)
        for at in (ISSUED, AFTER_SEPTEMBER, later):
            posted(card, at, 1000, instalments=3)
            posted(card, at, 55)
            posted(card, at, 20, kind="refund")
            posted(card, at, 9, kind="refund", instalments=3)
            posted(card, at, 4000, kind="invoice_payment")
        if is_closed:
            invoices.close_some(AFTER_SEPTEMBER)

        listed = selectors.invoices_of(card, now=later, with_lines=True)

        summed = [sum(line.amount_cents for line in each.lines) for each in listed]
        assert [each.total_cents for each in listed] == summed == [1026, 693, 360]
