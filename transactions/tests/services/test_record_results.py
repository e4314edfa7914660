"""Results: the merchant's row gets its decision once, and nobody can take it back."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from transactions.models import Transaction
from transactions.services.record_results import record_results
from transactions.tests.requests import NOW, decided, message

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(seconds=2)


def pending(**changes: Any) -> Transaction:
    fields: dict[str, Any] = {
        "id": "tx-1",
        "account_id": "account-1",
        "amount_cents": 10_050,
        "card_brand": "visa",
        "card_last4": "1111",
        "card_expiration_month": 12,
        "card_expiration_year": 2030,
        "card_holder": "MARIA SILVA",
        "description": "two tickets",
        "metadata": {"order": "7"},
        "created_at": NOW,
    }
    return Transaction.objects.create(**{**fields, **changes})


def record(*events: Any, now: Any = LATER) -> None:
    with transaction.atomic():
        record_results([message(event) for event in events], now=now)


def test_the_pending_row_is_decided() -> None:
    pending()

    record(decided(id="tx-1", processed_at=NOW + timedelta(seconds=1)))

    row = Transaction.objects.get()
    assert row.status == "approved"
    assert row.processed_at == NOW + timedelta(seconds=1)
    assert row.result_read_at == LATER


def test_a_refusal_brings_its_reason() -> None:
    pending()

    record(decided(id="tx-1", status="rejected", error_code="x", error_message="because"))

    row = Transaction.objects.get()
    assert (row.status, row.error_code, row.error_message) == ("rejected", "x", "because")


def test_what_the_merchant_sent_stays_as_it_was() -> None:
    pending()

    record(decided(id="tx-1", amount_cents=1, account_id="other", card_last4="9999"))

    row = Transaction.objects.get()
    assert (row.amount_cents, row.account_id, row.card_last4) == (10_050, "account-1", "1111")
    assert (row.description, row.metadata) == ("two tickets", {"order": "7"})
    assert row.card_holder == "MARIA SILVA"


def test_a_decision_is_never_taken_back() -> None:
    pending()
    record(decided(id="tx-1"))

    record(
        decided(id="tx-1", status="rejected", error_code="x", error_message="y"),
        now=LATER + timedelta(hours=1),
    )

    row = Transaction.objects.get()
    assert (row.status, row.error_code, row.result_read_at) == ("approved", "", LATER)


def test_an_outside_transaction_gets_its_row() -> None:
    record(decided(id="outside", account_id="account-9"), decided(id="outside"))

    row = Transaction.objects.get()
    assert (row.account_id, row.status, row.amount_cents) == ("account-9", "approved", 10_050)
    assert (row.card_brand, row.card_last4, row.metadata) == ("visa", "1111", {})
    assert (row.created_at, row.processed_at) == (NOW, NOW)


def test_an_outside_refusal_of_a_negative_amount_gets_its_row() -> None:
    record(decided(id="outside", amount_cents=-500, status="rejected", error_code="x"))

    assert Transaction.objects.get().amount_cents == -500


def test_a_large_batch_is_recorded_whole() -> None:
    pending(id="first")
    pending(id="last")

    record(decided(id="first"), *(decided() for _ in range(1500)), decided(id="last"))

    assert Transaction.objects.filter(status="approved").count() == 1502
    assert not Transaction.objects.filter(status="pending").exists()
