"""The old wire: one call that charges a card, with codes that callers have always read."""

import asyncio
import time
from functools import cache
from typing import Any, Final

import grpc
from django.utils import timezone
from google.protobuf.empty_pb2 import Empty
from prometheus_client import Counter
from uuid_utils import uuid7

from bank_grpc.domain.authorisation import TypedCard
from bank_grpc.domain.charging import Charge
from bank_grpc.protos import payment_pb2, payment_pb2_grpc
from bank_grpc.server import fields, identity, metrics
from bank_grpc.server.endings import malformed, refused
from bank_grpc.services.authorise import Answer
from bank_grpc.services.clerk import Clerk
from bank_grpc.services.requests import digest_of
from cards.installation import vault

Context = grpc.ServicerContext
Told = dict[str, str | bytes]
_KEY: Final = "idempotency-key"
_EMPTY: Final = Empty()


class PaymentService(payment_pb2_grpc.PaymentServiceServicer):
    """`payment.PaymentService`, CONTRACTS section 3: approved is OK, refused is code 9.

    On the event loop: nothing here may wait for anything but the clerk, and what asks the database
    who calls goes to another thread.
    """

    def __init__(self, clerk: Clerk) -> None:
        """Let `clerk` write."""
        self._clerk = clerk

    async def Payment(self, request: payment_pb2.PaymentRequest, context: Any) -> Empty:  # noqa: N802 - the wire's name
        """Charge the card; trailing metadata names the transaction, and on code 9 the reason."""
        told = dict(context.invocation_metadata() or ())
        caller = await _caller(context, told)
        charge = _charge(request, caller, told)
        answer = await self._clerk.authorise(
            charge, now=timezone.now(), deadline=deadline_of(context)
        )
        count(answer)
        named = ("transaction-id", answer.payment_id)
        if not answer.is_approved:
            raise refused(answer.refusal_code, (named,))
        context.set_trailing_metadata((named,))
        return _EMPTY


async def _caller(context: Any, told: Told) -> identity.Caller | None:
    if not identity.is_claimed(told):
        return None
    return await asyncio.to_thread(identity.caller, context)


def deadline_of(context: Context) -> float | None:
    """Return when the caller gives up, on the monotonic clock."""
    left = context.time_remaining()
    return None if left is None else time.monotonic() + left


def count(answer: Answer) -> None:
    """Count an answered payment by what was decided."""
    _counter(answer.refusal_code or "approved").inc()


@cache
def _counter(outcome: str) -> Counter:
    # `labels` takes a lock and a look-up each time.
    return metrics.PAYMENTS.labels(outcome)


def _charge(
    request: payment_pb2.PaymentRequest, caller: identity.Caller | None, told: Told
) -> Charge:
    """Return what is asked for; raises EndedError where that is malformed."""
    if not request.HasField("creditCard"):
        raise malformed("creditCard is missing")
    card = request.creditCard
    amount_cents = fields.amount(request.amount)
    store = fields.store(request.store, card.number)
    description = fields.description(request.description, card.number)
    made = str(uuid7())
    fingerprint = vault().fingerprint(fields.any_number("creditCard.number", card.number))
    return Charge(
        id=made,
        scope=caller.scope if caller else f"store:{store}",
        request_key=_key(told, card.number) or made,
        digest=digest_of(fingerprint, amount_cents, store, description),
        amount_cents=amount_cents,
        store=store,
        description=description,
        card=TypedCard(card.number, card.expirationMonth, card.expirationYear, card.cvv),
        fingerprint=fingerprint,
    )


def _key(told: Told, number: str) -> str:
    given = told.get(_KEY)
    return "" if given is None else fields.key(_KEY, fields.text_of(given), number)
