"""The presenter: the one place that knows the JSON of `transactions_result`."""

import msgspec

from transactions.domain import money
from transactions.domain.decisions import Decided
from transactions.events import TransactionDecided


def present_decision(decided: Decided) -> TransactionDecided:
    """Return the wire message of `decided`; its `amount` is a JSON number with two decimals."""
    return TransactionDecided(
        id=decided.id,
        status=decided.status,
        error_message=decided.error_message,
        error_code=decided.error_code,
        account_id=decided.account_id,
        amount=msgspec.Raw(money.format_cents(decided.amount_cents).encode()),
        amount_cents=decided.amount_cents,
        currency=decided.currency,
        card_brand=decided.card_brand,
        card_last4=decided.card_last4,
        created_at=decided.created_at,
        processed_at=decided.processed_at,
    )
