"""A merchant's order to process a transaction, as the service takes it: no CVV has a place here."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a merchant asks for; the card's number is in the clear and never printed.

    `metadata_json` is a JSON object with sorted keys.
    """

    account_id: str
    amount_cents: int
    currency: str
    number: str = field(repr=False)
    holder: str = field(repr=False)
    expiration_month: int
    expiration_year: int
    description: str = ""
    metadata_json: str = "{}"
    request_id: str = ""
    idempotency_key: str | None = field(default=None, repr=False)
