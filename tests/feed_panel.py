"""Feeds the live panel without a gateway: received and decided events, straight to the topics.

python -m tests.feed_panel --rate 20 --seconds 60 --account demo
"""

import argparse
import os
import random
import time
from datetime import UTC, datetime

import django
import msgspec
from uuid_utils.compat import uuid7

from messaging.confirmed import Send, confirmed

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
django.setup()

from messaging.events import Event  # noqa: E402
from transactions.domain.money import format_cents  # noqa: E402
from transactions.events import (  # noqa: E402
    ReceivedCard,
    TransactionDecided,
    TransactionReceived,
)

REFUSED_SHARE = 0.15
REASONS = ("invalid_card_number", "invalid_expiration_year", "amount_above_maximum")
BRANDS = ("visa", "mastercard", "elo", "amex", "hipercard")


def received(account_id: str) -> TransactionReceived:
    """Return a made-up request of `account_id`."""
    brand = random.choice(BRANDS)
    last4 = f"{random.randrange(10_000):04d}"
    card = ReceivedCard(
        token="t",
        brand=brand,
        last4=last4,
        expiration_month=12,
        expiration_year=2030,
        holder="Ana Souza",
        sealed="v1.none",
    )
    return TransactionReceived(
        id=str(uuid7()),
        account_id=account_id,
        amount=msgspec.Raw(format_cents(random.randrange(100, 100_000)).encode()),
        currency="BRL",
        card=card,
        created_at=datetime.now(UTC),
    )


def decided(request: TransactionReceived, *, reason: str = "") -> TransactionDecided:
    """Return the decision of `request`: approved, or rejected for `reason`."""
    return TransactionDecided(
        id=request.id,
        status="rejected" if reason else "approved",
        error_message=reason.replace("_", " "),
        error_code=reason,
        account_id=request.account_id,
        amount=request.amount,
        amount_cents=int(bytes(request.amount).replace(b".", b"")),
        currency=request.currency,
        card_brand=request.card.brand,
        card_last4=request.card.last4,
        created_at=request.created_at,
        processed_at=datetime.now(UTC),
    )


def tell(send: Send, event: Event, key: str) -> None:
    """Produce `event` as the relay would: with its type, under the transaction's id."""
    headers = [
        ("ce_type", event.TYPE.encode()),
        ("ce_id", str(uuid7()).encode()),
    ]
    send(event.TOPIC.name, event.encode(), key.encode(), headers=headers)


def feed(accounts: list[str], rate: float, seconds: float) -> int:
    """Produce `rate` transactions a second for `seconds`; return how many."""
    sent = 0
    start = time.monotonic()
    with confirmed() as send:
        while (now := time.monotonic() - start) < seconds:
            while sent < now * rate:
                request = received(random.choice(accounts))
                reason = random.choice(REASONS) if random.random() < REFUSED_SHARE else ""
                tell(send, request, request.id)
                tell(send, decided(request, reason=reason), request.id)
                sent += 1
            time.sleep(0.005)
    return sent


def main() -> None:
    """Read the command line and feed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=20, help="transactions a second")
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--account", action="append", help="account id; may be repeated")
    options = parser.parse_args()
    print(feed(options.account or ["loja-a", "loja-b"], options.rate, options.seconds))  # noqa: T201


if __name__ == "__main__":
    main()
