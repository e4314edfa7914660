"""The panel's list: paged, filtered and looked back upon, on the page and as a file."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from structlog.testing import capture_logs

from accounts.services import create_account
from transactions.live import sheets
from transactions.tests.live.rows import stored
from transactions.tests.live.viewers import merchant

pytestmark = pytest.mark.django_db


def history_of(client: Client, **query: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.get("/panel/transactions/", query).json()["data"]
    return rows


def sheet_of(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode())))


class TestHistory:
    def test_pages_newest_first_without_losing_any(self, staff_client: Client) -> None:
        at = datetime.now(UTC)
        ids = [stored("a", created_at=at + timedelta(seconds=n // 3)).id for n in range(10)]
        seen: list[str] = []
        query: dict[str, Any] = {"limit": 3}

        while True:
            page = staff_client.get("/panel/transactions/", query).json()
            seen += [row["id"] for row in page["data"]]
            if not page["has_more"]:
                break
            query["cursor"] = page["next_cursor"]

        assert sorted(seen) == sorted(ids)
        assert seen[0] == ids[-1]

    def test_honours_its_filters(self, staff_client: Client) -> None:
        wanted = stored("a", "rejected", amount_cents=5000)
        stored("a", "rejected", amount_cents=100)
        stored("a", "approved", amount_cents=5000)
        stored("b", "rejected", amount_cents=5000)
        stored("a", "rejected", amount_cents=5000, created_at=datetime.now(UTC) - timedelta(days=2))

        query = {
            "account_id": "a",
            "status": "rejected",
            "code": "invalid_card_number",
            "amount_min": "50.00",
            "amount_max": "50.00",
            "after": (datetime.now(UTC) - timedelta(days=1)).isoformat(),
        }
        page = staff_client.get("/panel/transactions/", query).json()

        assert [row["id"] for row in page["data"]] == [wanted.id]
        assert page["data"][0]["amount"] == "50.00"

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("status", "lost"),
            ("amount_min", "1e3"),
            ("before", "yesterday"),
            ("cursor", "???"),
            ("limit", "1000"),
            ("account_id", ""),
            ("sort", "amount"),
        ],
    )
    def test_names_the_parameter_that_is_wrong(
        self, staff_client: Client, name: str, value: str
    ) -> None:
        answer = staff_client.get("/panel/transactions/", {name: value})

        assert answer.status_code == 400
        assert answer.json()["param"] == name

    def test_of_a_merchant_holds_nothing_of_another(self) -> None:
        account, client = merchant()
        mine, theirs = stored(account), stored("another")

        pages = [
            client.get("/panel/transactions/").json(),
            client.get("/panel/transactions/", {"account_id": "another"}).json(),
        ]

        assert [row["id"] for row in pages[0]["data"]] == [mine.id]
        assert pages[1]["data"] == []
        assert theirs.id not in str(pages)


class TestLookingBack:
    def test_shows_what_was_known_at_that_moment(self, staff_client: Client) -> None:
        then = datetime.now(UTC) - timedelta(hours=3)
        early, late = then - timedelta(minutes=1), then + timedelta(minutes=1)
        decided = stored("a", "rejected", created_at=early, processed_at=early)
        waiting = stored("a", "rejected", created_at=early, processed_at=late)
        stored("a", created_at=late, processed_at=late)

        rows = history_of(staff_client, as_of=then.isoformat())

        assert {row["id"]: (row["status"], row["error_code"]) for row in rows} == {
            decided.id: ("rejected", "invalid_card_number"),
            waiting.id: ("pending", ""),
        }
        assert {row["processed_at"] is None for row in rows if row["status"] == "pending"} == {True}

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({"status": "pending"}, {"undecided", "decided later"}),
            ({"status": "rejected"}, {"decided"}),
            ({"code": "invalid_card_number"}, {"decided"}),
            ({"status": "approved"}, set()),
        ],
    )
    def test_filters_by_the_status_of_that_moment(
        self, staff_client: Client, query: dict[str, str], expected: set[str]
    ) -> None:
        then = datetime.now(UTC) - timedelta(hours=3)
        early, late = then - timedelta(minutes=1), then + timedelta(minutes=1)
        names = {
            stored("a", "rejected", created_at=early, processed_at=early).id: "decided",
            stored("a", "rejected", created_at=early, processed_at=late).id: "decided later",
            stored("a", "pending", created_at=early).id: "undecided",
        }

        rows = history_of(staff_client, as_of=then.isoformat(), **query)

        assert {names[row["id"]] for row in rows} == expected

    def test_finds_an_account_by_its_name_as_the_page_does(self, staff_client: Client) -> None:
        account, _ = create_account("Padaria do Porto")
        wanted = stored(account.id)
        stored("another")

        assert [row["id"] for row in history_of(staff_client, account="porto")] == [wanted.id]
        assert [row["id"] for row in history_of(staff_client, account=account.id)] == [wanted.id]
        assert history_of(staff_client, account="nobody") == []


class TestSheet:
    def test_holds_every_row_that_the_filters_want(
        self, staff_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sheets, "_PAGE", 2)
        rejected = [stored("a", "rejected").id for _ in range(5)]
        stored("a")

        answer = staff_client.get("/panel/transactions.csv", {"status": "rejected"})

        rows = sheet_of(answer)
        assert sorted(row["id"] for row in rows) == sorted(rejected)
        assert rows[0]["amount"] == "10.00"
        assert "attachment" in answer["Content-Disposition"]
        # The names on the cards are not on the list, so not in its sheet.
        assert "Ana" not in str(rows)

    def test_is_of_the_moment_that_is_shown(self, staff_client: Client) -> None:
        then = datetime.now(UTC) - timedelta(hours=3)
        before = stored("a", created_at=then - timedelta(hours=1), processed_at=datetime.now(UTC))
        stored("a")

        answer = staff_client.get("/panel/transactions.csv", {"as_of": then.isoformat()})

        assert [(row["id"], row["status"]) for row in sheet_of(answer)] == [(before.id, "pending")]
        assert f"{then:%Y%m%dT%H%M%SZ}" in answer["Content-Disposition"]

    def test_of_a_merchant_holds_nothing_of_another(self) -> None:
        account, client = merchant()
        mine = stored(account)
        stored("another")

        for query in ({}, {"account_id": "another"}, {"account": "another"}):
            found = [row["id"] for row in sheet_of(client.get("/panel/transactions.csv", query))]
            assert found == ([] if query else [mine.id])

    def test_notes_who_took_what(self, staff_client: Client) -> None:
        stored("a", "rejected")

        with capture_logs() as logs:
            sheet_of(staff_client.get("/panel/transactions.csv", {"status": "rejected"}))

        asked, taken = logs
        assert (asked["event"], taken["event"]) == ("panel_sheet_asked", "panel_sheet_taken")
        assert asked["filter"] == {"status": "rejected"}
        assert asked["user_id"] == User.objects.get(username="boss").pk
        assert taken["rows"] == 1

    def test_refuses_what_it_does_not_know(self, staff_client: Client) -> None:
        answer = staff_client.get("/panel/transactions.csv", {"limit": "5"})

        assert answer.status_code == 400
        assert answer.json()["param"] == "limit"
