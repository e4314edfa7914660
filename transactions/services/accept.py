"""Accepts a transaction: its row, its idempotency key and its event are committed, or none."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec
from uuid_utils import uuid7

from cards.installation import vault
from cards.rules import brand_of
from messaging import outbox
from messaging.group_commit import GroupCommit
from transactions.domain.money import format_cents
from transactions.events import ReceivedCard, TransactionReceived
from transactions.models import IdempotencyKey, Transaction
from transactions.services import accepted_rows, fingerprints
from transactions.services.accepted_sql import Entry, Outcome
from transactions.services.order import Order
from transactions.services.resource import CardView, Resource, as_first_answered, view

_LARGEST_BATCH: Final = 64
_LONGEST_QUEUE: Final = 1000


class IdempotencyKeyReusedError(Exception):
    """The key stands for another request; `fields` names those that differ."""

    def __init__(self, fields: list[str]) -> None:
        """Name the fields that differ, in the order of the resource."""
        super().__init__("the idempotency key was used for another request")
        self.fields = fields


class IdempotencyKeyInUseError(Exception):
    """A request with the same key is still under way."""


class UnknownOutcomeError(Exception):
    """The database could not say whether the request was accepted; repeating it tells."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer to an accepted request; `is_replay` says that it was given before."""

    resource: Resource
    is_replay: bool


def accept(order: Order, *, now: datetime) -> Accepted:
    """Accept `order` at `now`, or find the answer that its idempotency key has got already.

    Raises IdempotencyKeyReusedError, IdempotencyKeyInUseError, UnknownOutcomeError, and
    `group_commit.QueueFullError` when too many requests wait.
    """
    resource = _new_resource(order, str(uuid7()), now)
    entry = _entry(order, resource)
    _commits.submit(entry)
    if entry.outcome is Outcome.COMMITTED:
        return Accepted(resource, is_replay=False)
    if entry.outcome is Outcome.DUPLICATE:
        return _first_answer(entry)
    if entry.failure is not None:
        raise entry.failure
    if entry.outcome is Outcome.KEY_IN_USE:
        raise IdempotencyKeyInUseError
    raise UnknownOutcomeError


def _new_resource(order: Order, identity: str, now: datetime) -> Resource:
    return Resource(
        id=identity,
        account_id=order.account_id,
        status="pending",
        amount=format_cents(order.amount_cents),
        currency=order.currency,
        card=CardView(
            brand=brand_of(order.number) or "",
            last4=order.number[-4:],
            expiration_month=order.expiration_month,
            expiration_year=order.expiration_year,
            holder=order.holder,
        ),
        description=order.description,
        metadata=msgspec.Raw(order.metadata_json.encode()),
        error_code="",
        error_message="",
        created_at=now,
        processed_at=None,
    )


def _entry(order: Order, resource: Resource) -> Entry:
    safe = vault()
    sealed = safe.seal(order.number, context=resource.id)
    event = _event(resource, token=safe.fingerprint(order.number), sealed=sealed)
    key = order.idempotency_key
    key_id = "" if key is None else fingerprints.key_id(order.account_id, key)
    return Entry(
        id=resource.id,
        columns=_columns(order, resource, event.card.token),
        created_at=resource.created_at,
        outbox_row=outbox.prepare(event, key=resource.id, event_id=resource.id),
        key_id=key_id,
        fingerprints=fingerprints.fingerprints(order, key_id) if key_id else "",
    )


def _columns(order: Order, resource: Resource, token: str) -> tuple[str, ...]:
    return (
        order.account_id,
        str(order.amount_cents),
        order.currency,
        resource.card.brand,
        resource.card.last4,
        str(order.expiration_month),
        str(order.expiration_year),
        order.holder,
        token,
        order.description,
        order.metadata_json,
        order.request_id,
    )


def _event(resource: Resource, *, token: str, sealed: str) -> TransactionReceived:
    card = resource.card
    return TransactionReceived(
        id=resource.id,
        account_id=resource.account_id,
        amount=msgspec.Raw(resource.amount.encode()),
        currency=resource.currency,
        card=ReceivedCard(
            token=token,
            brand=card.brand,
            last4=card.last4,
            expiration_month=card.expiration_month or 0,
            expiration_year=card.expiration_year or 0,
            holder=card.holder,
            sealed=sealed,
        ),
        created_at=resource.created_at,
    )


def _first_answer(entry: Entry) -> Accepted:
    kept = IdempotencyKey.objects.filter(id=entry.key_id).first()
    if kept is None:
        # Trimmed, or undone, in the moment between: the next try is a first one.
        raise IdempotencyKeyInUseError
    fields = fingerprints.differing(kept.fingerprints, entry.fingerprints)
    if fields:
        raise IdempotencyKeyReusedError(fields)
    row = Transaction.objects.get(id=kept.transaction_id)
    return Accepted(as_first_answered(view(row)), is_replay=True)


_commits: Final = GroupCommit(
    accepted_rows.write, largest_batch=_LARGEST_BATCH, longest_queue=_LONGEST_QUEUE
)
