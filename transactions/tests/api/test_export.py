import csv
import hashlib
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from transactions.models import Export, Transaction
from transactions.services import export as exports
from transactions.tests.api.merchant import (
    MerchantClient,
    document,
    expect_problem,
    make_merchant,
)
from transactions.tests.api.rows import LONG_AGO, stored


def _bytes(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


class TestExport:
    def test_holds_what_is_decided(self, merchant: MerchantClient) -> None:
        stored(merchant.account_id, id="one", status="approved", metadata={"order": "7"})
        stored(merchant.account_id, id="two", status="rejected", error_code="invalid_card_number")
        stored(merchant.account_id, id="three")
        stored("another", id="four", status="approved")

        answer = merchant.get("/transactions/export")
        rows = _rows(_bytes(answer))

        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert {row["id"] for row in rows} == {"one", "two"}
        assert rows[0].keys() == set(exports.HEADER)
        assert {row["amount"] for row in rows} == {"10.00"}
        assert {row["metadata"] for row in rows} == {'{"order":"7"}', "{}"}

    def test_gives_a_receipt_of_its_bytes(self, merchant: MerchantClient) -> None:
        stored(merchant.account_id, status="approved", amount_cents=150)
        stored(merchant.account_id, status="approved", amount_cents=250)
        answer = merchant.get("/transactions/export", {"status": "approved"})
        content = _bytes(answer)

        receipt = document(merchant.get(f"/exports/{answer['Export-Id']}"))

        assert receipt.pop("as_of")
        assert receipt == {
            "id": answer["Export-Id"],
            "filter": {"status": "approved"},
            "rows": 2,
            "amount_cents": 400,
            "sha256": hashlib.sha256(content).hexdigest(),
        }

    def test_gives_the_same_bytes_again(self, merchant: MerchantClient) -> None:
        for n in range(25):
            stored(merchant.account_id, status="approved", amount_cents=n)
        pending = stored(merchant.account_id)
        answer = merchant.get("/transactions/export")
        content = _bytes(answer)
        # Decided later, and one whose decision bears an earlier time but was committed late.
        now = datetime.now(UTC)
        Transaction.objects.filter(id=pending.id).update(
            status="approved", processed_at=now, result_read_at=now
        )
        just_before = Export.objects.get().as_of - timedelta(seconds=1)
        stored(merchant.account_id, status="approved", result_read_at=just_before)

        again = merchant.get("/transactions/export", {"export_id": answer["Export-Id"]})

        assert _bytes(again) == content
        assert again["Export-Id"] == answer["Export-Id"]

    def test_holds_what_was_decided_a_moment_ago(self, merchant: MerchantClient) -> None:
        now = datetime.now(UTC)
        stored(
            merchant.account_id,
            status="approved",
            created_at=now - timedelta(seconds=1),
            processed_at=now,
            result_read_at=now,
        )

        assert len(_rows(_bytes(merchant.get("/transactions/export")))) == 1

    def test_has_no_receipt_before_its_last_byte(self, merchant: MerchantClient) -> None:
        stored(merchant.account_id, status="approved")
        answer = merchant.get("/transactions/export")
        stream = iter(answer.streaming_content)
        next(stream)

        problem = merchant.get(f"/exports/{answer['Export-Id']}")

        expect_problem(problem, 409, "export_incomplete")
        assert list(stream)
        assert merchant.get(f"/exports/{answer['Export-Id']}").status_code == 200

    def test_goes_through_many_pages(
        self, merchant: MerchantClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(exports, "_PAGE", 3)
        wanted = {stored(merchant.account_id, status="approved").id for _ in range(10)}

        rows = _rows(_bytes(merchant.get("/transactions/export")))

        assert len(rows) == 10
        assert {row["id"] for row in rows} == wanted

    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
    def test_holds_nothing_that_a_spreadsheet_calculates(
        self, merchant: MerchantClient, text: str
    ) -> None:
        stored(merchant.account_id, status="approved", description=text)

        assert _rows(_bytes(merchant.get("/transactions/export")))[0]["description"] == f"'{text}"

    def test_refuses_a_filter_beside_an_earlier_export(self, merchant: MerchantClient) -> None:
        query = {"export_id": "x", "status": "approved"}

        answer = merchant.get("/transactions/export", query)

        expect_problem(answer, 422, "invalid_value", "status")

    def test_is_nobody_elses(self, merchant: MerchantClient) -> None:
        stored(merchant.account_id, status="approved", created_at=LONG_AGO)
        export_id = merchant.get("/transactions/export")["Export-Id"]
        other = make_merchant("Other")

        expect_problem(other.get(f"/exports/{export_id}"), 404, "not_found")
        answer = other.get("/transactions/export", {"export_id": export_id})
        expect_problem(answer, 404, "not_found")
