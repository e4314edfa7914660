"""In Portuguese the bank's words are its own, where another app has the same English ones."""

import pytest
from django.test import Client
from django.utils import translation

from bank_grpc.models import Card, LedgerEntry, Payment, Refund
from bank_grpc.pages import words
from bank_grpc.selectors_invoices import invoice_of
from bank_grpc.services.cards import IssuedCard
from bank_grpc.services.invoices import close_all
from bank_grpc.tests.api.people import browser_of, staff
from bank_grpc.tests.services.books_kit import card_made
from bank_grpc.tests.services.kit import NOW

pytestmark = pytest.mark.django_db(transaction=True)
_PORTUGUESE = {"accept-language": "pt-br"}


def test_of_the_order_of_cards_and_what_was_given_back(owned: tuple[Client, IssuedCard]) -> None:
    holder, card = owned

    listed = browser_of(staff()).get("/bank/", headers=_PORTUGUESE).content.decode()
    page = holder.get(f"/bank/cards/{card.card_id}/", headers=_PORTUGUESE).content.decode()

    assert "Mais novos primeiro" in listed
    assert "estornado <strong>" in page


def test_of_an_invoice_that_is_paid() -> None:
    card = Card.objects.get(pk=card_made(NOW).id)
    later = card.closing.end_of(card.closing.month_of(NOW)).replace(hour=12)
    close_all(card, later)

    shown = invoice_of(card, "2026-12", now=later)

    with translation.override("pt-br"):
        assert words.invoice(shown, later.date())["text"] == "Paga"


def test_of_an_invoice_that_grows_which_is_not_one_that_is_owed(
    owned: tuple[Client, IssuedCard],
) -> None:
    holder, card = owned

    page = holder.get(f"/bank/cards/{card.card_id}/invoices/", headers=_PORTUGUESE)

    assert "Aberta" in page.content.decode()
    assert "Em aberto" not in page.content.decode()


@pytest.mark.parametrize("path", ["", "invariants/"])
def test_of_the_state_of_a_card_as_its_filter_says_it(
    owned: tuple[Client, IssuedCard], path: str
) -> None:
    page = browser_of(staff()).get(f"/bank/{path}", headers=_PORTUGUESE).content.decode()

    assert ">Situação<" in page
    assert ">Estado<" not in page


def test_of_refunds_and_decisions_in_the_administration() -> None:
    with translation.override("pt-br"):
        said = [
            *(Refund._meta.verbose_name, Refund._meta.verbose_name_plural),
            LedgerEntry.Kind.REFUND.label,
            *Payment.Status.labels,
        ]

        assert [str(each) for each in said] == [
            *("estorno", "estornos", "estorno", "aprovado", "recusado")
        ]
