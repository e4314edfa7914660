"""A card's pages: what is on the statement, what is done to the card, and whom it is shown to."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from bank_grpc.models import Card
from bank_grpc.services.cards import IssuedCard
from bank_grpc.tests.api.people import browser_of, staff
from bank_grpc.tests.pages.card_kit import posted, text_of
from bank_grpc.tests.services.kit import issued, pay

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = (
    "",
    "statement.csv",
    "invoices/2026-11.pdf",
    "refused/",
    "refused.csv",
    "invoices/",
    "invoices.csv",
    "invoices/2026-11/",
    "sure/",
)
ACTS = (
    *("block/", "unblock/", "resume/", "replace/", "limit/", "closing-day/", "invite/"),
    "invoices/2026-11/pay/",
)


class TestStatement:
    def test_shows_what_is_posted_and_what_is_on_its_way(
        self, owned: tuple[Client, IssuedCard]
    ) -> None:
        client, card = owned
        posted(card)
        pay(card, 1234)

        answer = client.get(f"/bank/cards/{card.card_id}/")

        assert [each["signed_cents"] for each in answer.context["rows"]] == [8990]
        assert [each["signed_cents"] for each in answer.context["waiting"]] == [1234]
        assert "On its way" in text_of(answer)
        assert "897.76" in text_of(answer)
        assert card.plastic.number not in answer.content.decode()

    def test_keeps_its_filters_in_the_address(self, owned: tuple[Client, IssuedCard]) -> None:
        client, card = owned
        posted(card)
        path = f"/bank/cards/{card.card_id}/"

        assert len(client.get(path, {"q": "adar"}).context["rows"]) == 1
        assert "Nothing fits" in text_of(client.get(path, {"q": "Livraria"}))
        assert len(client.get(path, {"from": "2026-11-21", "to": "x"}).context["rows"]) == 1
        assert client.get(path, {"cursor": "x"}).status_code == 404

    def test_one_card_is_shown_at_once(self, owned: tuple[Client, IssuedCard]) -> None:
        client, card = owned

        assert client.get("/bank/")["Location"] == f"/bank/cards/{card.card_id}/"
        assert client.get("/login/")["Location"] == "/bank/"

    def test_gives_the_same_lines_as_files(self, owned: tuple[Client, IssuedCard]) -> None:
        client, card = owned
        posted(card)
        home = f"/bank/cards/{card.card_id}/"

        for path in (f"{home}statement.", f"{home}invoices/2026-11."):
            for kind in ("csv", "ofx", "pdf"):
                answer = client.get(f"{path}{kind}", {"q": "Padaria"})
                assert b"".join(answer), (path, kind)
            assert client.get(f"{path}xls").status_code == 404
        page = client.get(home, {"q": "Padaria"}).content.decode()
        assert 'href="statement.csv?q=Padaria"' in page
        invoice = client.get(f"{home}invoices/2026-11/").content.decode()
        assert 'href="../2026-11.pdf"' in invoice


class TestActs:
    def test_blocks_limits_and_replaces(self, owned: tuple[Client, IssuedCard]) -> None:
        client, card = owned
        path = f"/bank/cards/{card.card_id}/"

        assert "Blocked" in text_of(client.post(f"{path}block/", follow=True))
        assert "Active" in text_of(client.post(f"{path}unblock/", follow=True))
        client.post(f"{path}limit/", {"limit": "500"})
        assert Card.objects.get().limit_cents == 50_000
        raised = client.post(f"{path}limit/", {"limit": "600"}, follow=True)
        assert "only the bank raises it" in text_of(raised)
        once = client.post(f"{path}replace/")
        assert re.search(r"4000 00\d\d \d{4} \d{4}", text_of(once))
        assert "no-store" in once["Cache-Control"]

    def test_staff_issue_and_invite(self) -> None:
        client = browser_of(staff())
        typed = {"holder": "Ana Souza", "limit": "R$ 1.000,00", "closing_day": "10"}
        wrong = client.post("/bank/issue/", {**typed, "closing_day": "29"})
        assert wrong.status_code == 422
        made = client.post("/bank/issue/", typed)
        card = Card.objects.get()
        assert (card.limit_cents, card.closing_day) == (100_000, 10)
        assert re.search(r"4000 00\d\d", text_of(made))

        invited = client.post(f"/bank/cards/{card.id}/invite/").context["address"]
        stranger = Client()
        page = stranger.get(invited)
        assert "Ana Souza" in text_of(page)
        weak = stranger.post(invited, {"username": "ana", "password": "12345678"})
        assert weak.status_code == 422
        sent = {"username": "ana", "password": "um bom segredo"}
        assert stranger.post(invited, sent)["Location"] == f"/bank/cards/{card.id}/"
        assert stranger.get(f"/bank/cards/{card.id}/").status_code == 200
        assert stranger.get(invited).status_code == 404
        assert "Ana Souza" in text_of(client.get("/bank/", {"q": "souza"}))


class TestClosingDay:
    """On the fifth of November, at noon, of cards that close on the 28th."""

    @pytest.fixture(autouse=True)
    def fifth(self) -> Iterator[None]:
        with time_machine.travel(datetime(2026, 11, 5, 15, tzinfo=UTC), tick=False):
            yield

    def _moved(self, client: Client, card: IssuedCard, day: str) -> str:
        path = f"/bank/cards/{card.card_id}/closing-day/"
        return text_of(client.post(path, {"closing_day": day}, follow=True))

    def test_staff_move_it_and_read_from_when_on(self) -> None:
        client, card = browser_of(staff()), issued()

        this_month = self._moved(client, card, "10")
        next_month = self._moved(client, card, "3")

        assert "Invoices close on day 10, beginning with November 2026." in this_month
        assert "Invoices close on day 3, beginning with December 2026." in next_month
        assert "10; from December 2026 on day 3" in next_month

    def test_no_other_day_is_taken(self) -> None:
        client, card = browser_of(staff()), issued()

        assert "The closing day stays." in self._moved(client, card, "29")
        assert Card.objects.get().closing_day == 28

    def test_a_holder_finds_no_form_and_no_way_around_it(
        self, owned: tuple[Client, IssuedCard]
    ) -> None:
        client, card = owned

        assert "closing-day" not in client.get(f"/bank/cards/{card.card_id}/").content.decode()
        refused = client.post(f"/bank/cards/{card.card_id}/closing-day/", {"closing_day": "10"})

        assert (refused.status_code, Card.objects.get().closing_day) == (403, 28)


class TestIsolation:
    def test_anothers_card_is_not_there(self, owned: tuple[Client, IssuedCard]) -> None:
        client, _ = owned
        others = issued()

        for page in PAGES:
            assert client.get(f"/bank/cards/{others.card_id}/{page}").status_code == 404, page
            strange = Client().get(f"/bank/cards/{others.card_id}/{page}")
            assert strange["Location"].startswith("/login/"), page
        for act in ACTS:
            assert client.post(f"/bank/cards/{others.card_id}/{act}").status_code == 404, act
        assert client.post("/bank/issue/", {"holder": "A B", "limit": "1"}).status_code == 403
        assert not Card.objects.filter(pk=others.card_id).exclude(status="active").exists()

    def test_a_merchant_without_a_card_sees_none(self) -> None:
        issued()
        merchant = User.objects.create_user("maria", password="x")

        assert "No card of yours" in text_of(browser_of(merchant).get("/bank/"))
