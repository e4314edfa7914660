"""Staff move a card's closing day: months that are closed stay as they were, none is left out."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bank_grpc import selectors_invoices as selectors
from bank_grpc.domain.invoices import InvoiceStatus
from bank_grpc.models import Card, CardChange, Invoice
from bank_grpc.services import invoices
from bank_grpc.services.cards import InvalidCardError, change_closing_day
from bank_grpc.tests.services.books_kit import card_made, posted

pytestmark = pytest.mark.django_db
ISSUED = datetime(2026, 8, 20, 12, tzinfo=UTC)


def noon(month: int, day: int) -> datetime:
    """Return noon of a day of 2026 in Brazil."""
    return datetime(2026, month, day, 15, tzinfo=UTC)


@pytest.fixture
def card(db: None) -> Card:
    """Return a card of August whose invoices close on the 10th."""
    return card_made(ISSUED)


def moved(card: Card, day: int, now: datetime) -> Card:
    return change_closing_day(card.id, day, actor="operator", now=now)


def closed() -> list[tuple[str, date, int]]:
    found = Invoice.objects.order_by("month")
    return list(found.values_list("month", "closing_date", "total_cents"))


class TestChange:
    def test_lets_closed_invoices_stand_and_leaves_no_line_out(self, card: Card) -> None:
        posted(card, noon(9, 5), 100)
        posted(card, noon(9, 15), 20)
        posted(card, noon(10, 15), 3)
        invoices.close_some(noon(9, 12))
        before = list(Invoice.objects.values())

        moved(card, 20, noon(9, 16))

        assert list(Invoice.objects.values()) == before
        assert invoices.close_some(noon(10, 12)) == 0
        assert invoices.close_some(noon(10, 22)) == 1
        assert list(Invoice.objects.filter(month="2026-09").values()) == before
        assert closed() == [
            ("2026-09", date(2026, 9, 10), 100),
            ("2026-10", date(2026, 10, 20), 23),
        ]

    def test_to_a_day_that_has_passed_begins_with_the_next_month(self, card: Card) -> None:
        posted(card, noon(9, 8), 100)
        posted(card, noon(9, 12), 20)

        moved(card, 3, noon(9, 5))

        assert invoices.close_some(noon(9, 12)) == 1
        assert invoices.close_some(noon(10, 5)) == 1
        assert closed() == [
            ("2026-09", date(2026, 9, 10), 100),
            ("2026-10", date(2026, 10, 3), 20),
        ]

    def test_closes_what_is_over_on_the_day_that_it_had(self, card: Card) -> None:
        posted(card, noon(9, 5), 100)
        posted(card, noon(9, 15), 20)

        moved(card, 20, noon(9, 16))

        assert closed() == [("2026-09", date(2026, 9, 10), 100)]

    def test_in_the_minutes_before_a_month_is_closed_leaves_it_its_day(self, card: Card) -> None:
        posted(card, noon(9, 5), 100)
        just_over = datetime(2026, 9, 11, 3, 1, tzinfo=UTC)

        moved(card, 20, just_over)

        assert closed() == []
        assert invoices.close_some(just_over + timedelta(minutes=20)) == 1
        assert closed() == [("2026-09", date(2026, 9, 10), 100)]

    def test_shows_the_open_invoice_by_its_new_day(self, card: Card) -> None:
        posted(card, noon(9, 15), 20)
        now = noon(9, 16)
        after = moved(card, 20, now)

        listed = selectors.invoices_of(after, now=now)

        assert [(each.month, each.status, each.closing_date) for each in listed] == [
            ("2026-10", InvoiceStatus.OPEN, date(2026, 10, 20)),
            ("2026-09", InvoiceStatus.PAID, date(2026, 9, 10)),
        ]
        assert listed[0].due_date == date(2026, 10, 30)
        assert listed[0].total_cents == 20

    def test_again_and_again_keeps_every_cent_in_one_invoice(self, card: Card) -> None:
        for number in range(240):
            posted(card, ISSUED + timedelta(hours=12 * number), 1 << (number % 40))
        now = ISSUED
        for day in (28, 1, 17, 2, 28, 5, 11):
            now += timedelta(days=13)
            before = list(Invoice.objects.order_by("month").values())
            moved(card, day, now)
            invoices.close_some(now)
            after = list(Invoice.objects.order_by("month").values())
            assert after[: len(before)] == before

        shown = selectors.invoices_of(
            Card.objects.get(), now=ISSUED + timedelta(days=121), with_lines=True
        )

        lines = [line.line.movement_id for each in shown for line in each.lines]
        assert (len(lines), len(set(lines))) == (240, 240)
        assert [each.closing_date for each in shown] == sorted(
            {each.closing_date for each in shown}, reverse=True
        )

    def test_is_noted_with_both_days_and_once(self, card: Card) -> None:
        moved(card, 20, noon(9, 5))
        moved(card, 20, noon(9, 6))

        change = CardChange.objects.get(kind=CardChange.Kind.CLOSING)
        assert (change.closing_day_before, change.closing_day_after) == (10, 20)
        assert (change.actor, change.at) == ("operator", noon(9, 5))

    @pytest.mark.parametrize("day", [0, 29, -1])
    def test_refuses_a_day_that_not_every_month_has(self, card: Card, day: int) -> None:
        with pytest.raises(InvalidCardError):
            moved(card, day, noon(9, 5))

        assert Card.objects.get().closing_day == 10
