"""What the panel's JSON views show, to whom, and that their numbers close."""

import csv
import io
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from structlog.testing import capture_logs

from accounts.services import create_account, tie_user
from messaging.lag import Lag
from transactions.live import sheets, stats
from transactions.live.kept import Kept
from transactions.live.lagwatch import LagWatch
from transactions.tests.live.rows import stored

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start each test without answers of the one before."""
    for name in ("_counts", "_latencies", "_depths", "_letters"):
        monkeypatch.setattr(stats, name, Kept())
    watch = LagWatch(lambda: [Lag("processor", "transactions", 7, 1.5)])
    monkeypatch.setattr(stats, "lag_watch", lambda: watch)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def merchant() -> tuple[str, Client]:
    account, _ = create_account("loja")
    user = User.objects.create_user(f"user-{account.id}")
    tie_user(user, account.id)
    return account.id, client_of(user)


@pytest.fixture
def staff_client() -> Client:
    return client_of(User.objects.create_user("boss", is_staff=True))


def history_of(client: Client, **query: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.get("/panel/transactions/", query).json()["data"]
    return rows


def sheet_of(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode())))


class TestStats:
    def test_the_tiles_close_in_count_and_in_cents(self, staff_client: Client) -> None:
        for status, cents in (("approved", 100), ("rejected", 20), ("rejected", 3), ("pending", 4)):
            stored("a", status, amount_cents=cents)

        numbers = staff_client.get("/panel/stats/").json()

        tiles = numbers["tiles"]
        assert tiles["received"] == {"count": 4, "amount_cents": 127}
        assert tiles["approved"] == {"count": 1, "amount_cents": 100}
        assert tiles["rejected"] == {"count": 2, "amount_cents": 23}
        assert tiles["pending"] == {"count": 1, "amount_cents": 4}
        assert numbers["refusals"] == [{"code": "invalid_card_number", "count": 2}]
        assert datetime.fromisoformat(tiles["as_of"]).tzinfo is not None

    def test_of_nothing_is_zero_and_null(self, staff_client: Client) -> None:
        numbers = staff_client.get("/panel/stats/").json()

        assert numbers["tiles"]["received"] == {"count": 0, "amount_cents": 0}
        assert numbers["latency"]["p99"] is None
        assert numbers["latency"]["sample"] == 0
        assert numbers["outbox"]["depth"] == 0
        assert numbers["outbox"]["oldest_seconds"] is None
        assert numbers["dead_letters"] == []

    def test_latency_is_from_request_to_decision_of_the_last_five_minutes(
        self, staff_client: Client
    ) -> None:
        now = datetime.now(UTC)
        for milliseconds in range(1, 101):
            processed_at = now + timedelta(milliseconds=milliseconds)
            stored("a", created_at=now, processed_at=processed_at)
        old = now - timedelta(minutes=6)
        stored("a", created_at=old, processed_at=old + timedelta(hours=1))

        latency = staff_client.get("/panel/stats/").json()["latency"]

        assert (latency["p50"], latency["p95"], latency["p99"]) == (50.0, 95.0, 99.0)
        assert latency["sample"] == 100

    def test_lag_comes_from_the_background(self, staff_client: Client) -> None:
        deadline = time.monotonic() + 10
        while not (numbers := staff_client.get("/panel/stats/").json())["lag"]:
            assert time.monotonic() < deadline

        assert numbers["lag"] == [
            {"consumer": "processor", "topic": "transactions", "messages": 7, "seconds": 1.5}
        ]
        assert datetime.fromisoformat(numbers["lag_as_of"]) <= datetime.now(UTC)

    def test_of_a_merchant_are_their_own_and_say_nothing_of_the_operation(self) -> None:
        account, client = merchant()
        stored(account)
        stored("another", "rejected")

        numbers = client.get("/panel/stats/").json()

        assert numbers["tiles"]["received"]["count"] == 1
        assert numbers["refusals"] == []
        assert set(numbers) == {"tiles", "refusals", "latency"}


class TestTimeline:
    def test_shows_the_steps(self, staff_client: Client) -> None:
        row = stored("a")

        answer = staff_client.get(f"/panel/transactions/{row.id}/timeline/").json()

        assert [step["step"] for step in answer["data"]] == ["received", "decided"]

    def test_of_anothers_transaction_is_not_there(self) -> None:
        _, client = merchant()

        answer = client.get(f"/panel/transactions/{stored('another').id}/timeline/")

        assert answer.status_code == 404


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


class TestWithoutASession:
    @pytest.mark.parametrize(
        "path",
        [
            "/panel/stats/",
            "/panel/transactions/",
            "/panel/transactions/x/timeline/",
            "/panel/transactions.csv",
        ],
    )
    def test_is_401_in_json(self, path: str) -> None:
        answer = Client().get(path)

        assert answer.status_code == 401
        assert answer.json()["code"] == "authentication_failed"
