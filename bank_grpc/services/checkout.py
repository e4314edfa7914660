"""Takes a shop's payment: its key is committed first, then the bank is asked, then answered.

The bank is called with no transaction open. A process that is killed on the way leaves a key
without an answer; the next request under it asks the bank again, under the same key of the bank's.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.db import IntegrityError, transaction
from uuid_utils.compat import uuid7

from bank_grpc.adapters.bank import Bank, Purchase, RefusedError
from bank_grpc.adapters.vault import vault
from bank_grpc.models import Checkout
from bank_grpc.services.requests import RequestReusedError, digest_of, secret_hash
from cards import rules

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
    def digest(self) -> str:
        """Return the keyed hash of what is asked for, the CVV left out."""
        fingerprint = vault().fingerprint(self.number)
        expiry = (self.expiration_month, self.expiration_year)
        asked = (self.amount_cents, self.store, self.description)
        return digest_of("checkout", self.caller, fingerprint, self.holder, *expiry, *asked)


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


def check_out(order: CheckoutOrder, bank: Bank) -> Answered:
    """Charge the card once, or find what the order's key was answered before.

    Raises RequestReusedError, BankAwayError (nothing is kept: the same order again tells) and
    MalformedError.
    """
    now = datetime.now(UTC)
    if order.key is None:
        return _ask(order, bank, "", f"checkout:{order.caller}:{uuid7()}", now)
    identity = secret_hash("checkout", f"{order.caller}\x1f{order.key}")
    kept = _claim(identity, order, now)
    if kept.status is not None:
        return _kept(kept)
    asked = _ask(order, bank, identity, f"checkout:{order.caller}:{identity}", kept.created_at)
    _keep(asked)
    return asked


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


def _ask(order: CheckoutOrder, bank: Bank, identity: str, key: str, at: datetime) -> Answered:
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
        return Answered(identity, REFUSED, {"reason": error.reason}, is_replay=False)
    return Answered(identity, APPROVED, _approved(order, transaction_id, at), is_replay=False)


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


def _keep(asked: Answered) -> None:
    # Of twins the first one to come back writes; the bank has told both the same.
    Checkout.objects.filter(pk=asked.id, status__isnull=True).update(
        status=asked.status, answer=msgspec.json.encode(asked.body).decode()
    )


def _kept(kept: Checkout) -> Answered:
    body = msgspec.json.decode(kept.answer)
    return Answered(kept.id, kept.status or REFUSED, body, is_replay=True)
