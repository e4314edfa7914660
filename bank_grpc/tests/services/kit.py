"""Cards and charges for the bank's tests; all of them plainly synthetic."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from uuid_utils.compat import uuid7

from bank_grpc.domain.authorisation import TypedCard
from bank_grpc.domain.charging import Charge
from bank_grpc.services import cards
from bank_grpc.services.authorise import Answer, authorise
from bank_grpc.services.requests import digest_of
from cards.installation import vault
from messaging.models import OutboxMessage

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
STORE = "Padaria"
SCOPE = f"store:{STORE}"


def issued(limit_cents: int = 100_000) -> cards.IssuedCard:
    """Return a new card."""
    return cards.issue_card(holder="Ana Teste", limit_cents=limit_cents, actor="test", now=NOW)


def charge(card: cards.IssuedCard, amount_cents: int = 10_000, **changes: Any) -> Charge:
    """Return a charge of the card as typed, under a key of its own."""
    plastic = card.plastic
    identity = str(uuid7())
    made = Charge(
        id=identity,
        scope=SCOPE,
        request_key=identity,
        digest=digest_of(amount_cents),
        amount_cents=amount_cents,
        store=STORE,
        description="bread",
        card=TypedCard(
            plastic.number, plastic.expiration_month, plastic.expiration_year, int(plastic.cvv)
        ),
        fingerprint=vault().fingerprint(plastic.number),
    )
    return made._replace(**changes)


def pay(card: cards.IssuedCard, amount_cents: int = 10_000, **changes: Any) -> Answer:
    """Authorise a charge and return its answer."""
    return authorise(charge(card, amount_cents, **changes), now=NOW)


def events() -> list[dict[str, Any]]:
    """Return what the outbox holds, oldest first."""
    rows = OutboxMessage.objects.order_by("id")
    return [msgspec.json.decode(bytes(row.payload or b"")) for row in rows]
