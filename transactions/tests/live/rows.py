"""Makes transactions as they stand in the database."""

from datetime import UTC, datetime, timedelta
from typing import Any

from uuid_utils.compat import uuid7

from transactions.models import Transaction


def stored(account_id: str, status: str = "approved", **changes: Any) -> Transaction:
    now = datetime.now(UTC)
    fields: dict[str, Any] = {
        "id": str(uuid7()),
        "account_id": account_id,
        "amount_cents": 1000,
        "status": status,
        "error_code": "invalid_card_number" if status == "rejected" else "",
        "card_brand": "visa",
        "card_last4": "4242",
        "card_expiration_month": 12,
        "card_expiration_year": 2030,
        "card_holder": "Ana",
        "created_at": now,
        "processed_at": None if status == "pending" else now + timedelta(milliseconds=40),
        **changes,
    }
    return Transaction.objects.create(**fields)
