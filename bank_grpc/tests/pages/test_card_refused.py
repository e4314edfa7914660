"""What a card was refused, and its pause: told with the reason, as a page and as a file."""

import csv

import pytest
from django.test import Client
from django.utils import timezone

from bank_grpc.domain.guessing import WRONG_IN_A_ROW
from bank_grpc.models import Card
from bank_grpc.services.authorise import authorise
from bank_grpc.services.cards import IssuedCard
from bank_grpc.tests.pages.card_kit import text_of
from bank_grpc.tests.services.kit import charge, pay

pytestmark = pytest.mark.django_db(transaction=True)


class TestRefused:
    def test_explains_with_the_numbers_of_that_moment(
        self, owned: tuple[Client, IssuedCard]
    ) -> None:
        client, card = owned
        pay(card, 90_000)
        pay(card, 15_000)

        told = text_of(client.get(f"/bank/cards/{card.card_id}/refused/"))

        for number in ("150.00", "1,000.00", "100.00", "50.00"):
            assert number in told

    def test_searched_and_narrowed_as_a_page_and_as_a_file(
        self, owned: tuple[Client, IssuedCard]
    ) -> None:
        client, card = owned
        pay(card, 200_000, store="Livraria")
        pay(card, 300_000)
        path = f"/bank/cards/{card.card_id}/refused"

        def found(**query: str) -> tuple[list[int], list[str]]:
            rows = client.get(f"{path}/", query).context["rows"]
            lines = b"".join(client.get(f"{path}.csv", query)).decode().splitlines()
            amounts = [row["amount"] for row in csv.DictReader(lines)]
            return [row["payment"].amount_cents for row in rows], amounts

        assert found() == ([300_000, 200_000], ["3000.00", "2000.00"])
        assert found(q="livr") == ([200_000], ["2000.00"])
        assert found(reason="over_limit", q="livr") == ([200_000], ["2000.00"])
        assert found(reason="wrong_cvv") == ([], [])
        assert found(reason="no such") == found()
        assert "Nothing fits" in text_of(client.get(f"{path}/", {"q": "nowhere"}))

    def test_the_file_tells_why_in_words_and_numbers(
        self, owned: tuple[Client, IssuedCard]
    ) -> None:
        client, card = owned
        pay(card, 200_000)

        answer = client.get(f"/bank/cards/{card.card_id}/refused.csv")
        (row,) = csv.DictReader(b"".join(answer).decode().splitlines())

        assert (row["reason"], row["limit"], row["available"]) == (
            *("over_limit", "1000.00", "1000.00"),
        )
        assert "too little" in row["why"]


class TestPaused:
    def test_a_holder_reads_until_when_and_why_and_resumes(
        self, owned: tuple[Client, IssuedCard]
    ) -> None:
        client, card = owned
        path = f"/bank/cards/{card.card_id}/"
        now = timezone.now()
        Card.objects.update(wrong_codes=WRONG_IN_A_ROW, wrong_code_at=now)
        authorise(charge(card), now=now)

        paused = text_of(client.get(f"{path}refused/"))
        resumed = text_of(client.post(f"{path}resume/", follow=True))

        for words in ("Paused", "ten times in a row", "Card paused", "Resume"):
            assert words in paused
        assert "Active" in resumed
        assert "Resume" not in resumed
        assert authorise(charge(card), now=now).is_approved
