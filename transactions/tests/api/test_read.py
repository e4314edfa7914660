from datetime import timedelta
from typing import Any

import pytest
from uuid_utils.compat import uuid7

from messaging.models import OutboxMessage
from transactions.tests.api.merchant import MerchantClient, document, expect_problem
from transactions.tests.api.rows import LONG_AGO, stored


def _ids(answer: Any) -> list[str]:
    return [each["id"] for each in document(answer)["data"]]


class TestList:
    def test_gives_the_newest_first_page_by_page(self, merchant: MerchantClient) -> None:
        # Several at one instant: the id decides, and no row is lost between two pages.
        rows = [
            stored(merchant.account_id, created_at=LONG_AGO + timedelta(seconds=n // 3))
            for n in range(10)
        ]
        wanted = [row.id for row in sorted(rows, key=lambda r: (r.created_at, r.id), reverse=True)]

        seen, cursor = [], None
        while True:
            query = {"limit": 4} | ({"cursor": cursor} if cursor else {})
            page = document(merchant.get("/transactions", query))
            seen += [each["id"] for each in page["data"]]
            cursor = page["next_cursor"]
            # What comes meanwhile stands before the cursor and shifts nothing.
            stored(merchant.account_id, created_at=LONG_AGO + timedelta(days=1))
            assert page["has_more"] == (cursor is not None)
            if cursor is None:
                break

        assert seen == wanted

    def test_has_fifty_to_a_page(self, merchant: MerchantClient) -> None:
        for _ in range(51):
            stored(merchant.account_id)

        page = document(merchant.get("/transactions"))

        assert (len(page["data"]), page["has_more"]) == (50, True)

    def test_is_empty_where_there_is_nothing(self, merchant: MerchantClient) -> None:
        assert document(merchant.get("/transactions")) == {
            "data": [],
            "has_more": False,
            "next_cursor": None,
        }

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ({"status": "approved"}, ["b"]),
            ({"created_from": "2026-01-01T00:00:10Z"}, ["c", "b"]),
            ({"created_to": "2026-01-01T00:00:10Z"}, ["b", "a"]),
            ({"created_from": "2025-12-31T21:00:20-03:00"}, ["c"]),
            ({"amount_min": "20.00"}, ["c", "b"]),
            ({"amount_max": "20"}, ["b", "a"]),
            ({"card_last4": "4444"}, ["c"]),
            ({"status": "pending", "amount_min": "30.00"}, ["c"]),
        ],
    )
    def test_filters(
        self, merchant: MerchantClient, query: dict[str, str], names: list[str]
    ) -> None:
        stored(merchant.account_id, id="a", amount_cents=1000)
        at = LONG_AGO + timedelta(seconds=10)
        stored(merchant.account_id, id="b", created_at=at, amount_cents=2000, status="approved")
        at += timedelta(seconds=10)
        stored(merchant.account_id, id="c", created_at=at, amount_cents=3000, card_last4="4444")

        assert _ids(merchant.get("/transactions", query)) == names

    @pytest.mark.parametrize(
        ("query", "code", "param"),
        [
            ({"status": "done"}, "invalid_value", "status"),
            ({"created_from": "yesterday"}, "invalid_value", "created_from"),
            ({"created_from": "2026-01-01T00:00:00"}, "invalid_value", "created_from"),
            ({"created_to": "9999-12-31T23:59:59-12:00"}, "invalid_value", "created_to"),
            ({"amount_min": "1e3"}, "invalid_value", "amount_min"),
            ({"card_last4": "11"}, "invalid_value", "card_last4"),
            ({"limit": "0"}, "invalid_value", "limit"),
            ({"limit": "201"}, "invalid_value", "limit"),
            ({"limit": "9" * 400}, "invalid_value", "limit"),
            ({"cursor": "x"}, "invalid_value", "cursor"),
            ({"cursor": "OTk5OTk5OTk5OTk5OTk5OTk5OTk6eA"}, "invalid_value", "cursor"),
            ({"cursor": "é"}, "invalid_value", "cursor"),
            ({"statsu": "approved"}, "unknown_field", "statsu"),
            ({"4111111111111111": "1"}, "unknown_field", "?"),
        ],
    )
    def test_names_the_parameter_that_it_cannot_take(
        self, merchant: MerchantClient, query: dict[str, str], code: str, param: str
    ) -> None:
        expect_problem(merchant.get("/transactions", query), 422, code, param)

    def test_refuses_a_parameter_that_stands_twice(self, merchant: MerchantClient) -> None:
        answer = merchant.get("/transactions", {"status": ["approved", "pending"]})

        expect_problem(answer, 422, "invalid_value", "status")


class TestGet:
    def test_shows_the_decision(self, merchant: MerchantClient) -> None:
        row = stored(
            merchant.account_id,
            status="rejected",
            error_code="amount_below_minimum",
            error_message="the amount must be at least 1.00",
        )

        resource = document(merchant.get(f"/transactions/{row.id}"))

        assert resource["status"] == "rejected"
        assert resource["error_code"] == "amount_below_minimum"
        assert resource["processed_at"] == "2026-01-01T00:00:01Z"

    def test_shows_an_outside_producers_card_as_unknown(self, merchant: MerchantClient) -> None:
        row = stored(
            merchant.account_id,
            id="order/7 é",
            status="approved",
            card_expiration_month=0,
            card_expiration_year=0,
        )

        answer = merchant.get("/transactions/order%2F7%20%C3%A9")

        assert answer.status_code == 404, "a slash is part of the address"
        assert document(merchant.get("/transactions"))["data"][0]["card"]["expiration_year"] is None
        assert row.id == document(merchant.get("/transactions"))["data"][0]["id"]

    @pytest.mark.parametrize("identity", ["nothing", str(uuid7()), "%00", "a" * 500, "é"])
    def test_knows_no_other_id(self, merchant: MerchantClient, identity: str) -> None:
        expect_problem(merchant.get(f"/transactions/{identity}"), 404, "not_found")


class TestTimeline:
    def test_tells_each_step_that_was_made(self, merchant: MerchantClient) -> None:
        identity = document(merchant.accept())["id"]
        OutboxMessage.objects.update(sent_at=LONG_AGO, partition=2, offset=41)

        steps = document(merchant.get(f"/transactions/{identity}/timeline"))["data"]

        assert [step["step"] for step in steps] == ["received", "sent"]
        assert steps[1]["at"] == "2026-01-01T00:00:00Z"
        assert steps[1]["detail"] == {"topic": "transactions", "partition": 2, "offset": 41}

    def test_tells_the_decision_and_its_way_back(self, merchant: MerchantClient) -> None:
        row = stored(merchant.account_id, status="approved", shown_at=LONG_AGO)

        steps = document(merchant.get(f"/transactions/{row.id}/timeline"))["data"]

        assert [step["step"] for step in steps] == ["received", "decided", "result_read", "shown"]
        assert steps[1]["detail"] == {"status": "approved", "error_code": ""}


class TestSummary:
    def test_closes_in_count_and_cents(self, merchant: MerchantClient) -> None:
        for status, cents in (("pending", 1), ("approved", 10), ("approved", 200), ("rejected", 5)):
            stored(merchant.account_id, status=status, amount_cents=cents)
        stored("another", amount_cents=7)

        assert document(merchant.get("/summary")) == {
            "received": {"count": 4, "amount": "2.16"},
            "approved": {"count": 2, "amount": "2.10"},
            "rejected": {"count": 1, "amount": "0.05"},
            "pending": {"count": 1, "amount": "0.01"},
        }
