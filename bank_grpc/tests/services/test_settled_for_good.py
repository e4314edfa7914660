"""What is paid of a closed invoice stays paid, whatever is bought and paid after it."""

from datetime import UTC, datetime, timedelta

import pytest

from bank_grpc import selectors_invoices as selectors
from bank_grpc.domain.invoices import InvoiceStatus
from bank_grpc.models import Card
from bank_grpc.services import invoices
from bank_grpc.tests.services.books_kit import card_made, paid_towards, posted

pytestmark = pytest.mark.django_db
ISSUED = datetime(2026, 8, 20, 12, tzinfo=UTC)
# An hour after the invoice of September closed, whose day is the 10th.
SEPTEMBER_CLOSED = datetime(2026, 9, 11, 4, tzinfo=UTC)
OCTOBER_CLOSED = datetime(2026, 10, 11, 4, tzinfo=UTC)
LATER = SEPTEMBER_CLOSED + timedelta(days=3)


@pytest.fixture
def card(db: None) -> Card:
    """Return a card with a closed invoice of 100.00 that nobody has paid, and 50.00 since then."""
    made = card_made(ISSUED)
    posted(made, ISSUED, 10_000)
    invoices.close_some(SEPTEMBER_CLOSED)
    posted(made, SEPTEMBER_CLOSED, 5_000)
    return made


def paid_of(card: Card, now: datetime = LATER) -> dict[str, int]:
    return {each.month: each.paid_cents for each in selectors.invoices_of(card, now=now)}


@pytest.mark.parametrize("month", ["2026-10", "2026-11", "2099-01"])
def test_a_purchase_takes_nothing_back_from_an_invoice_that_was_paid(
    card: Card, month: str
) -> None:
    paid_towards(card, month, 15_000, LATER)
    assert paid_of(card) == {"2026-09": 10_000, "2026-10": 5_000}

    posted(card, LATER, 8_000, instalments=2)

    assert paid_of(card) == {"2026-09": 10_000, "2026-10": 5_000}
    september = selectors.invoice_of(card, "2026-09", now=LATER)
    assert september.status is InvoiceStatus.PAID


def test_neither_does_the_end_of_the_month_that_was_named(card: Card) -> None:
    paid_towards(card, "2026-10", 15_000, LATER)
    posted(card, LATER, 8_000)

    invoices.close_some(OCTOBER_CLOSED)

    paid = paid_of(card, OCTOBER_CLOSED)
    assert paid == {"2026-09": 10_000, "2026-10": 5_000, "2026-11": 0}


def test_what_is_paid_of_a_closed_invoice_stays_there(card: Card) -> None:
    invoices.close_some(OCTOBER_CLOSED)

    paid_towards(card, "2026-10", 5_000, OCTOBER_CLOSED)

    assert paid_of(card, OCTOBER_CLOSED) == {"2026-09": 0, "2026-10": 5_000, "2026-11": 0}


def test_where_none_is_short_the_open_invoice_is_paid_ahead(card: Card) -> None:
    paid_towards(card, "2026-09", 10_000, LATER)

    paid_towards(card, "2026-10", 3_000, LATER)

    assert paid_of(card) == {"2026-09": 10_000, "2026-10": 3_000}
