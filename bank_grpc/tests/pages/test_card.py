"""A card's pages: the holder's own, its acts, what was refused and why, the invoice paid."""

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from bank_grpc.domain.guessing import WRONG_IN_A_ROW
from bank_grpc.models import Card, Invoice, StatementLine
from bank_grpc.services.authorise import authorise
from bank_grpc.services.cards import IssuedCard
from bank_grpc.tests.api.people import browser_of, holder, staff
from bank_grpc.tests.services.kit import NOW, charge, issued, pay

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


@pytest.fixture
def owned() -> tuple[Client, IssuedCard]:
    user, card = holder()
    return browser_of(user), card


def posted(card: IssuedCard, cents: int = 8990) -> None:
    """Pay by the card, and have it on the statement."""
    paid = pay(card, cents)
    StatementLine.objects.create(
        movement_id=paid.payment_id,
        card_id=card.card_id,
        transaction_id=paid.payment_id,
        kind="payment",
        amount_cents=cents,
        store="Padaria",
        description="bread",
        authorised_at=NOW,
        posted_at=NOW,
        balance_after_cents=paid.balance_after_cents or 0,
        partition=0,
        offset=StatementLine.objects.count(),
    )


def text_of(answer: Any) -> str:
    """Return a page's words in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


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
        today = timezone.localdate()
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
