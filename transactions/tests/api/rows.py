"""Makes stored transactions as the processor and the results consumer would leave them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from uuid_utils.compat import uuid7

from transactions.models import Transaction

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def stored(account_id: str, **changes: Any) -> Transaction:
    """Return a stored transaction, pending where no `status` says otherwise."""
    created_at = changes.setdefault("created_at", LONG_AGO)
    if changes.get("status", "pending") != "pending":
        changes.setdefault("processed_at", created_at + timedelta(seconds=1))
        changes.setdefault("result_read_at", created_at + timedelta(seconds=2))
    fields: dict[str, Any] = {
        "id": str(uuid7()),
        "amount_cents": 1000,
        "card_brand": "visa",
        "card_last4": "1111",
        "card_expiration_month": 12,
        "card_expiration_year": 2030,
        "card_holder": "MARIA DA SILVA",
    }
    return Transaction.objects.create(account_id=account_id, **{**fields, **changes})
