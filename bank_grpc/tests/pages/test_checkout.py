"""`/checkout/`: without JavaScript, a double press pays once, and each outcome is said plainly."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from bank_grpc.adapters import bank as banks
from bank_grpc.adapters.bank import BankAwayError, Purchase, RefusedError
from bank_grpc.services.cards import IssuedCard
from bank_grpc.tests.api.people import ToldBank
from bank_grpc.tests.services.kit import issued

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> ToldBank:
    made = ToldBank()
    monkeypatch.setattr(banks, "bank", lambda: made)
    return made


def form_of(client: Client, card: IssuedCard, **changes: Any) -> dict[str, Any]:
    """Return the form as a buyer fills it in."""
    plastic = card.plastic
    form = client.get("/checkout/").context["form"]
    return {
        "attempt": form["attempt"].value(),
        "pieces": 1,
        "number": f"{plastic.number[:4]} {plastic.number[4:]}",
        "holder": "ANA TESTE",
        "expiry": f"{plastic.expiration_month:02}/{plastic.expiration_year % 100}",
        "cvv": plastic.cvv,
        **changes,
    }


def raising(error: Exception) -> Callable[[Purchase], str]:
    """Return an answer of the bank that is none."""

    def answer(_purchase: Purchase) -> str:
        raise error

    return answer


class TestCheckout:
    def test_pays_and_shows_it(self, client: Client, told: ToldBank) -> None:
        card = issued()

        answer = client.post("/checkout/", form_of(client, card, pieces=2))
        page = client.get(answer["Location"]).content.decode()

        [asked] = told.asked
        assert (asked.amount_cents, asked.number) == (17_980, card.plastic.number)
        assert "R$\u00a0179.80" in page
        assert card.plastic.number[-4:] in page
        assert card.plastic.number not in page

    def test_a_double_press_is_one_payment(self, client: Client, told: ToldBank) -> None:
        form = form_of(client, issued())

        first = client.post("/checkout/", form)
        second = client.post("/checkout/", form)

        assert first["Location"] == second["Location"]
        assert len(told.charged) == 1

    def test_marks_the_fields_and_asks_no_bank(self, client: Client, told: ToldBank) -> None:
        wrong = {"number": "4000 0000 0000 0001", "expiry": "13/31", "cvv": "12"}

        answer = client.post("/checkout/", form_of(client, issued(), **wrong))

        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"number", "expiry", "cvv"}
        assert answer.content.decode().count('class="field-error"') == 3
        assert told.asked == []

    def test_says_why_it_is_refused_and_begins_a_new_try(
        self, client: Client, told: ToldBank
    ) -> None:
        told.answer = raising(RefusedError("over_limit"))
        form = form_of(client, issued())

        answer = client.post("/checkout/", form)

        assert answer.status_code == 402
        assert b"limit does not cover" in answer.content
        assert answer.context["form"]["attempt"].value() != form["attempt"]
        for field in ("number", "holder", "expiry", "cvv"):
            assert f'value="{form[field]}"' not in answer.content.decode()

    def test_says_that_the_bank_is_away_and_keeps_the_try(
        self, client: Client, told: ToldBank
    ) -> None:
        told.answer = raising(BankAwayError())
        form = form_of(client, issued())

        away = client.post("/checkout/", form)
        told.answer = ToldBank().answer
        back = client.post("/checkout/", form)

        assert away.status_code == 503
        assert b"charged once at most" in away.content
        assert away.context["form"]["attempt"].value() == form["attempt"]
        assert back.status_code == 302
        assert len({asked.key for asked in told.asked}) == 1

    def test_a_changed_form_under_one_try_is_not_sent(self, client: Client, told: ToldBank) -> None:
        form = form_of(client, issued())
        client.post("/checkout/", form)

        answer = client.post("/checkout/", {**form, "pieces": 3})

        assert answer.status_code == 422
        assert len(told.asked) == 1

    def test_pauses_an_address_that_tries_many_cards(self, client: Client, told: ToldBank) -> None:
        told.answer = raising(RefusedError("unknown_card"))
        statuses = [
            client.post("/checkout/", form_of(client, issued())).status_code for _ in range(10)
        ]
        told.answer = ToldBank().answer

        paused = client.post("/checkout/", form_of(client, issued()))
        elsewhere = client.post("/checkout/", form_of(client, issued()), REMOTE_ADDR="198.51.100.7")

        assert statuses == [402] * 10
        assert (paused.status_code, elsewhere.status_code) == (429, 302)
        assert 0 < int(paused["Retry-After"]) <= 1800
        assert b"Paying is paused" in paused.content
        assert len(told.asked) == 11

    def test_pauses_a_card_that_is_tried_from_many_addresses(
        self, client: Client, told: ToldBank
    ) -> None:
        told.answer = raising(RefusedError("wrong_cvv"))
        card = issued()
        for host in range(10):
            client.post("/checkout/", form_of(client, card), REMOTE_ADDR=f"198.51.100.{host}")

        answers = [
            client.post("/checkout/", form_of(client, each), REMOTE_ADDR="203.0.113.9")
            for each in (card, issued())
        ]

        assert [answer.status_code for answer in answers] == [429, 402]

    def test_says_in_portuguese_that_paying_is_paused(self, client: Client, told: ToldBank) -> None:
        told.answer = raising(RefusedError("over_limit"))
        client.cookies["django_language"] = "pt-br"
        card = issued()
        for _ in range(10):
            client.post("/checkout/", form_of(client, card))

        page = client.post("/checkout/", form_of(client, card)).content.decode()

        assert "Pagamentos demais foram recusados. Tente de novo em 30 minutos." in page

    def test_tells_what_was_paid_before_the_pause(self, client: Client, told: ToldBank) -> None:
        card = issued()
        form = form_of(client, card)
        paid = client.post("/checkout/", form)
        told.answer = raising(RefusedError("over_limit"))
        for _ in range(10):
            client.post("/checkout/", form_of(client, card))

        assert client.post("/checkout/", form)["Location"] == paid["Location"]

    def test_shows_nothing_of_what_it_does_not_know(self, client: Client) -> None:
        assert client.get("/checkout/nothing/").status_code == 404
