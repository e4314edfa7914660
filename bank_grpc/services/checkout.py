"""Takes a shop's payment: its key is committed first, then the bank is asked, then answered.

The bank is called with no transaction open. A process that is killed on the way leaves a key
without an answer; the next request under it asks the bank again, under the same key of the bank's.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import msgspec
from django.db import IntegrityError, transaction
from uuid_utils.compat import uuid7

from bank_grpc.adapters.bank import Bank, Purchase, RefusedError
from bank_grpc.models import Checkout
from bank_grpc.services.requests import (
    RequestReusedError,
    checkout_key,
    digest_of,
    secret_hash,
)
from cards import rules
from cards.installation import vault

APPROVED = 201
REFUSED = 402


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutOrder:
    """What a shop asks for; `caller` is its account's id, `key` the client's or None.

    The card is in the clear, lives no longer than the request, and is never printed.
    """

    caller: str
    key: str | None
    store: str
    amount_cents: int
    description: str
    number: str = field(repr=False)
    holder: str = field(repr=False)
    expiration_month: int
    expiration_year: int
    cvv: str = field(repr=False)

    @property
    def card_hash(self) -> str:
        """Return the keyed hash of the card's number."""
        return vault().fingerprint(self.number)

    @property
    def digest(self) -> str:
        """Return the keyed hash of what is asked for, the CVV left out."""
        fingerprint = self.card_hash
        expiry = (self.expiration_month, self.expiration_year)
        asked = (self.amount_cents, self.store, self.description)
        return digest_of("checkout", self.caller, fingerprint, self.holder, *expiry, *asked)


class Gate(Protocol):
    """Decides whether the bank may be asked once more; either call may raise to end the checkout.

    What was answered before is answered again whatever the gate says.
    """

    def refuse_if_locked(self) -> None:
        """Look before the bank is asked."""

    def count_refusal(self, reason: str) -> None:
        """Hear of a refusal before anybody else does."""


class OpenGate:
    """Lets everything through."""

    def refuse_if_locked(self) -> None:
        """Let it through."""

    def count_refusal(self, reason: str) -> None:
        """Count nothing."""


OPEN: Final = OpenGate()


@dataclass(frozen=True, slots=True)
class Answered:
    """What the shop is told; `id` names the checkout where it had a key."""

    id: str
    status: int
    body: dict[str, Any]
    is_replay: bool

    @property
    def is_approved(self) -> bool:
        """Tell whether the card pays."""
        return self.status == APPROVED


def check_out(order: CheckoutOrder, bank: Bank, gate: Gate = OPEN) -> Answered:
    """Charge the card once, or find what the order's key was answered before.

    A refusal that the gate raises at is kept nowhere here: repeated, it is asked for again. Raises
    what the gate raises, RequestReusedError, BankAwayError (nothing is kept: the same order again
    tells) and MalformedError.
    """
    now = datetime.now(UTC)
    if order.key is None:
        return _ask(order, bank, gate, checkout_key(order.caller, str(uuid7())), now)
    identity = secret_hash("checkout", f"{order.caller}\x1f{order.key}")
    kept = _claim(identity, order, now)
    if kept.status is not None:
        return _kept(kept)
    asked = _ask(order, bank, gate, checkout_key(order.caller, identity), kept.created_at)
    _keep(identity, asked)
    return replace(asked, id=identity)


def answer_of(identity: str) -> Answered | None:
    """Return what a checkout was answered, None where nothing is known of it."""
    kept = Checkout.objects.filter(pk=identity, status__isnull=False).first()
    return None if kept is None else _kept(kept)


def _claim(identity: str, order: CheckoutOrder, now: datetime) -> Checkout:
    """Commit the key, or find it; raises RequestReusedError where it stands for another order."""
    digest = order.digest
    kept = Checkout.objects.filter(pk=identity).first()
    if kept is None:
        made = Checkout(id=identity, caller=order.caller, request_digest=digest, created_at=now)
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError:
            # A twin came first; the bank lets only one of the two charge.
            kept = Checkout.objects.get(pk=identity)
        else:
            return made
    if kept.request_digest != digest:
        raise RequestReusedError
    return kept


def _ask(order: CheckoutOrder, bank: Bank, gate: Gate, key: str, at: datetime) -> Answered:
    gate.refuse_if_locked()
    purchase = Purchase(
        number=order.number,
        holder=order.holder,
        expiration_month=order.expiration_month,
        expiration_year=order.expiration_year,
        cvv=order.cvv,
        amount_cents=order.amount_cents,
        store=order.store,
        description=order.description,
        key=key,
    )
    try:
        transaction_id = bank.pay(purchase)
    except RefusedError as error:
        gate.count_refusal(error.reason)
        return Answered("", REFUSED, {"reason": error.reason}, is_replay=False)
    return Answered("", APPROVED, _approved(order, transaction_id, at), is_replay=False)


def _approved(order: CheckoutOrder, transaction_id: str, at: datetime) -> dict[str, Any]:
    return {
        "id": transaction_id,
        "status": "approved",
        "amount": f"{order.amount_cents // 100}.{order.amount_cents % 100:02}",
        "currency": "BRL",
        "description": order.description,
        "store": order.store,
        "card": {"brand": rules.brand_of(order.number) or "", "last4": rules.last4(order.number)},
        "created_at": at.isoformat().replace("+00:00", "Z"),
    }


def _keep(identity: str, asked: Answered) -> None:
    # Of twins the first one to come back writes; the bank has told both the same.
    Checkout.objects.filter(pk=identity, status__isnull=True).update(
        status=asked.status, answer=msgspec.json.encode(asked.body).decode()
    )


def _kept(kept: Checkout) -> Answered:
    body = msgspec.json.decode(kept.answer)
    return Answered(kept.id, kept.status or REFUSED, body, is_replay=True)
