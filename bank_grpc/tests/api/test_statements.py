"""Statement and invoices over REST: the person's own, page by page, paid once for each key."""

import csv
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from bank_grpc.models import Card
from bank_grpc.services.cards import IssuedCard
from bank_grpc.tests.api.people import browser_of, document, expect_problem, holder, post, staff
from bank_grpc.tests.pages.card_kit import posted

pytestmark = pytest.mark.django_db(transaction=True)
READS = ("statement", "invoices", "invoices/2026-11")


@pytest.fixture
def owned() -> tuple[User, IssuedCard]:
    """Give a holder whose card was charged three times, all of it posted."""
    user, card = holder()
    for cents in (1000, 2000, 3000):
        posted(card, cents, store="Livraria" if cents == 2000 else "Padaria")
    return user, card


def read(owned: tuple[User, IssuedCard], what: str, **query: str) -> Any:
    user, card = owned
    return browser_of(user).get(f"/api/v1/cards/{card.card_id}/{what}", query)


class TestStatement:
    def test_is_newest_first(self, owned: tuple[User, IssuedCard]) -> None:
        found = document(read(owned, "statement"))

        assert [each["amount"] for each in found["data"]] == ["30.00", "20.00", "10.00"]
        assert found["data"][0]["balance_after"] == "60.00"
        assert set(found["data"][0]) == {
            *("id", "kind", "amount", "store", "description"),
            *("authorised_at", "posted_at", "balance_after"),
        }
        assert (found["has_more"], found["next_cursor"]) == (False, None)

    def test_is_narrowed_by_store_and_time(self, owned: tuple[User, IssuedCard]) -> None:
        def amounts(**query: str) -> list[str]:
            return [each["amount"] for each in document(read(owned, "statement", **query))["data"]]

        assert amounts(store="Livraria") == ["20.00"]
        assert len(amounts(**{"from": "2026-11-21", "to": "2026-11-21"})) == 3
        assert amounts(**{"from": "2026-11-22"}) == []
        assert amounts(to="2026-11-21T12:00:00Z") == []
        assert amounts(cursor="1") == ["10.00"]

    @pytest.mark.parametrize(
        "query", [{"from": "yesterday"}, {"to": "2026-13-01"}, {"cursor": "x"}]
    )
    def test_names_a_parameter_that_it_cannot_read(
        self, owned: tuple[User, IssuedCard], query: dict[str, str]
    ) -> None:
        expect_problem(read(owned, "statement", **query), 422, "invalid_value", *query)


class TestFiles:
    @pytest.mark.parametrize("what", ["statement", "invoices/2026-11"])
    @pytest.mark.parametrize(
        ("kind", "begins"), [("csv", b"id,kind,amount"), ("ofx", b"OFXHEADER"), ("pdf", b"%PDF")]
    )
    def test_are_the_same_lines(
        self, owned: tuple[User, IssuedCard], what: str, kind: str, begins: bytes
    ) -> None:
        answer = read(owned, what, format=kind)

        assert answer.status_code == 200
        assert begins in b"".join(answer)[:120]
        assert f".{kind}" in answer["Content-Disposition"]

    def test_of_an_unknown_kind_is_refused(self, owned: tuple[User, IssuedCard]) -> None:
        expect_problem(read(owned, "statement", format="xls"), 422, "invalid_value", "format")


class TestInvoices:
    def test_the_open_one_grows(self, owned: tuple[User, IssuedCard]) -> None:
        listed = document(read(owned, "invoices"))["data"][-1]
        found = document(read(owned, "invoices/2026-11"))

        assert (listed["month"], listed["status"], listed["total"]) == ("2026-11", "open", "60.00")
        assert [each["amount"] for each in found["lines"]] == ["10.00", "20.00", "30.00"]
        assert found == listed

    def test_the_list_goes_on_by_its_cursor(self, owned: tuple[User, IssuedCard]) -> None:
        Card.objects.update(created_at=timezone.now() - timedelta(days=500))

        first = document(read(owned, "invoices"))
        rest = document(read(owned, "invoices", cursor=first["next_cursor"]))

        assert (len(first["data"]), first["has_more"]) == (12, True)
        assert (rest["has_more"], rest["next_cursor"]) == (False, None)
        assert rest["data"][0]["month"] < first["data"][-1]["month"]
        refused = read(owned, "invoices", cursor="soon")
        expect_problem(refused, 422, "invalid_value", "cursor")

    def test_the_list_as_a_file(self, owned: tuple[User, IssuedCard]) -> None:
        listed = document(read(owned, "invoices"))["data"]

        answer = read(owned, "invoices", format="csv")
        rows = list(csv.DictReader(b"".join(answer).decode().splitlines()))

        columns = ("month", "status", "closing_date", "due_date", "total", "minimum", "paid")
        assert rows == [{name: each[name] for name in columns} for each in listed]

    @pytest.mark.parametrize("kind", ["ofx", "pdf", "xls"])
    def test_the_list_is_no_other_file(self, owned: tuple[User, IssuedCard], kind: str) -> None:
        found = expect_problem(read(owned, "invoices", format=kind), 422, "invalid_value", "format")

        assert ("csv" in found["detail"]) == (kind != "xls")

    def test_what_is_no_invoice_is_not_found(self, owned: tuple[User, IssuedCard]) -> None:
        for month in ("2020-01", "November", "2026-13"):
            expect_problem(read(owned, f"invoices/{month}"), 404, "not_found")

    def test_paying_gives_the_limit_back_once_for_a_key(
        self, owned: tuple[User, IssuedCard]
    ) -> None:
        user, card = owned
        path = f"/cards/{card.card_id}/invoices/2026-11/pay"

        first = post(browser_of(user), path, {"amount": "25.00"}, **{"Idempotency-Key": "k"})
        again = post(browser_of(user), path, {"amount": "25.00"}, **{"Idempotency-Key": "k"})

        assert first.status_code == 201
        paid = document(first)
        assert document(again) == paid
        assert (paid["amount"], paid["balance_after"], paid["available"]) == (
            *("25.00", "35.00", "965.00"),
        )
        assert Card.objects.get().balance_cents == 3500

    def test_refuses_more_than_is_owed_and_a_key_for_another_amount(
        self, owned: tuple[User, IssuedCard]
    ) -> None:
        user, card = owned
        path = f"/cards/{card.card_id}/invoices/2026-11/pay"

        expect_problem(
            post(browser_of(user), path, {"amount": "60.01"}), 409, "overpayment", "amount"
        )
        post(browser_of(user), path, {"amount": "1.00"}, **{"Idempotency-Key": "k"})
        reused = post(browser_of(user), path, {"amount": "2.00"}, **{"Idempotency-Key": "k"})
        expect_problem(reused, 422, "idempotency_key_reused", "Idempotency-Key")


class TestIsolation:
    def test_anothers_card_is_not_there(self, owned: tuple[User, IssuedCard]) -> None:
        _, card = owned
        stranger, _ = holder()

        for what in READS:
            expect_problem(read((stranger, card), what), 404, "not_found")
            assert read((staff(), card), what).status_code == 200
            expect_problem(
                browser_of().get(f"/api/v1/cards/{card.card_id}/{what}"),
                *(401, "authentication_failed"),
            )
        path = f"/cards/{card.card_id}/invoices/2026-11/pay"
        expect_problem(post(browser_of(stranger), path, {"amount": "1"}), 404, "not_found")
        assert Card.objects.get(pk=card.card_id).balance_cents == 6000
