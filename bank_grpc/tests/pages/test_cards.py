"""Staff's list of cards: searched, narrowed, sorted, as a page and as the same rows of CSV."""

import csv
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bank_grpc.domain.guessing import WRONG_IN_A_ROW
from bank_grpc.models import Card
from bank_grpc.services import cards
from bank_grpc.services.cards import IssuedCard
from bank_grpc.tests.api.people import browser_of, holder, staff
from bank_grpc.tests.services.kit import NOW, pay

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client() -> Client:
    return browser_of(staff())


@pytest.fixture
def three(db: None) -> dict[str, IssuedCard]:
    """Return three cards: Ana's blocked, Bia's paused, Caio's as it should be."""
    made = {
        name: cards.issue_card(holder=name, limit_cents=limit, actor="test", now=NOW)
        for name, limit in (("Ana Souza", 300), ("Bia Souza", 200), ("Caio Lima", 500))
    }
    pay(made["Caio Lima"], 450)
    pay(made["Ana Souza"], 10)
    cards.block_card(made["Ana Souza"].card_id, actor="test", now=NOW)
    Card.objects.filter(holder="Bia Souza").update(
        wrong_codes=WRONG_IN_A_ROW, wrong_code_at=timezone.now()
    )
    return made


def holders(client: Client, **query: str) -> list[str]:
    page = client.get("/bank/", query).context["page"]
    return [each.holder for each in page]


def rows_of(client: Client, **query: str) -> list[dict[str, str]]:
    answer: Any = client.get("/bank/cards.csv", query)
    assert answer["Content-Type"].startswith("text/csv")
    text = b"".join(answer).decode()
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.usefixtures("three")
class TestList:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({"sort": "holder"}, ["Ana Souza", "Bia Souza", "Caio Lima"]),
            ({"sort": "used"}, ["Caio Lima", "Ana Souza", "Bia Souza"]),
            ({"sort": "limit"}, ["Caio Lima", "Ana Souza", "Bia Souza"]),
            ({"sort": "available"}, ["Caio Lima", "Bia Souza", "Ana Souza"]),
            ({"sort": "holder", "q": "souza"}, ["Ana Souza", "Bia Souza"]),
            ({"state": "blocked"}, ["Ana Souza"]),
            ({"state": "paused"}, ["Bia Souza"]),
            ({"state": "active"}, ["Caio Lima"]),
            ({"state": "active", "q": "souza"}, []),
        ],
    )
    def test_page_and_file_are_the_same_cards_in_the_same_order(
        self, client: Client, query: dict[str, str], expected: list[str]
    ) -> None:
        assert holders(client, **query) == expected
        assert [row["holder"] for row in rows_of(client, **query)] == expected

    def test_words_that_are_none_of_ours_restrict_nothing(self, client: Client) -> None:
        assert len(holders(client, state="gone", sort="luck")) == 3

    def test_the_last_four_digits_find_a_card(
        self, client: Client, three: dict[str, IssuedCard]
    ) -> None:
        plastic = three["Caio Lima"].plastic

        assert "Caio Lima" in holders(client, q=plastic.number[-4:])
        assert holders(client, q=plastic.number) == []

    def test_the_file_tells_states_and_amounts_and_no_number(
        self, client: Client, three: dict[str, IssuedCard]
    ) -> None:
        rows = {row["holder"]: row for row in rows_of(client)}

        assert {name: row["state"] for name, row in rows.items()} == {
            "Ana Souza": "blocked",
            "Bia Souza": "paused",
            "Caio Lima": "active",
        }
        caio = rows["Caio Lima"]
        assert (caio["limit"], caio["used"], caio["available"]) == ("5.00", "4.50", "0.50")
        assert three["Caio Lima"].plastic.number not in str(rows)

    def test_a_holders_name_is_no_formula(self, client: Client) -> None:
        Card.objects.filter(holder="Caio Lima").update(holder="=1+1")

        assert "'=1+1" in [row["holder"] for row in rows_of(client)]


def test_the_file_is_for_staff(three: dict[str, IssuedCard]) -> None:
    user, _ = holder()

    assert browser_of(user).get("/bank/cards.csv").status_code == 403
    assert Client().get("/bank/cards.csv").status_code == 302


def test_an_invitation_can_be_copied(client: Client, three: dict[str, IssuedCard]) -> None:
    answer = client.post(f"/bank/cards/{three['Caio Lima'].card_id}/invite/")

    assert f'data-copy="{answer.context["address"]}"' in answer.content.decode()
