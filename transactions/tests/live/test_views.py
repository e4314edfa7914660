"""The panel's numbers and a transaction's steps: that they close, and whom they are shown to."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from messaging.lag import Lag
from transactions.live import stats
from transactions.live.kept import Kept
from transactions.live.lagwatch import LagWatch
from transactions.tests.live.rows import stored
from transactions.tests.live.viewers import merchant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start each test without answers of the one before."""
    for name in ("_counts", "_latencies", "_depths", "_letters"):
        monkeypatch.setattr(stats, name, Kept())
    watch = LagWatch(lambda: [Lag("processor", "transactions", 7, 1.5)])
    monkeypatch.setattr(stats, "lag_watch", lambda: watch)


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
