"""A card's invoices: by the year, what was not paid in time, and paying, once for two presses."""

import csv
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from bank_grpc.models import Card, Invoice
from bank_grpc.services.cards import IssuedCard
from bank_grpc.tests.pages.card_kit import posted, text_of
from bank_grpc.tests.services.kit import NOW
from cards import rules

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    """Let it be the day of the purchases: every later month has an invoice, too."""
    with time_machine.travel(NOW + timedelta(hours=1), tick=True):
        yield


class TestInvoices:
    def test_a_year_is_a_page_and_the_file_has_all(self, owned: tuple[Client, IssuedCard]) -> None:
        client, card = owned
        Card.objects.update(created_at=NOW - timedelta(days=500))
        path = f"/bank/cards/{card.card_id}/invoices"

        first = client.get(f"{path}/").context["page"]
        rest = client.get(f"{path}/", {"cursor": first.next_cursor}).context["page"]
        lines = b"".join(client.get(f"{path}.csv")).decode().splitlines()

        months = [each.month for each in (*first.data, *rest.data)]
        assert len(first.data) == 12
        assert not rest.has_more
        assert months == sorted(set(months), reverse=True)
        assert [row["month"] for row in csv.DictReader(lines)] == months
        assert client.get(f"{path}/", {"cursor": "soon"}).status_code == 404

    def test_what_was_not_paid_in_time_is_told(self, owned: tuple[Client, IssuedCard]) -> None:
        client, card = owned
        posted(card)
        path = f"/bank/cards/{card.card_id}/invoices"
        today = rules.day_in_brazil(NOW)
        Invoice.objects.create(
            card_id=card.card_id,
            month="2026-11",
            closing_date=today - timedelta(days=11),
            due_date=today - timedelta(days=1),
            total_cents=8990,
            minimum_cents=5000,
            through_offset=0,
            closed_at=NOW,
        )

        assert "Overdue" in text_of(client.get(f"{path}/2026-11/"))
        Invoice.objects.update(due_date=today + timedelta(days=2))
        assert "To pay" in text_of(client.get(f"{path}/"))
        assert "Overdue" not in text_of(client.get(f"{path}/"))


class TestInvoice:
    def test_paying_gives_the_limit_back_and_a_double_press_pays_once(
        self, owned: tuple[Client, IssuedCard]
    ) -> None:
        client, card = owned
        posted(card)
        path = f"/bank/cards/{card.card_id}/invoices/2026-11/"
        form = client.get(path).context["form"]
        sent = {"attempt": form["attempt"].value(), "amount": form["amount"].value()}

        for _ in range(2):
            assert client.post(f"{path}pay/", sent)["Location"] == path

        assert sent["amount"] == "89.90"
        assert Card.objects.get().balance_cents == 0
        assert "1,000.00" in text_of(client.get(path))

    def test_refuses_too_much_beside_the_field(self, owned: tuple[Client, IssuedCard]) -> None:
        client, card = owned
        posted(card)
        path = f"/bank/cards/{card.card_id}/invoices/2026-11/"
        form = client.get(path).context["form"]

        answer = client.post(
            f"{path}pay/", {"attempt": form["attempt"].value(), "amount": "1.000,00"}
        )

        assert answer.status_code == 422
        assert "The card owes R$\u00a089.90" in answer.content.decode()
