"""The old wire: one call that charges a card, with codes that callers have always read."""

import time
from typing import Final

import grpc
from django.utils import timezone
from google.protobuf.empty_pb2 import Empty
from uuid_utils import uuid7

from bank_grpc.adapters.vault import vault
from bank_grpc.domain.authorisation import TypedCard
from bank_grpc.domain.charging import Charge
from bank_grpc.protos import payment_pb2, payment_pb2_grpc
from bank_grpc.server import fields, identity, metrics
from bank_grpc.server.endings import malformed, refused
from bank_grpc.services.authorise import Answer, authorise
from bank_grpc.services.requests import digest_of

Context = grpc.ServicerContext
_KEY: Final = "idempotency-key"
_EMPTY: Final = Empty()


class PaymentService(payment_pb2_grpc.PaymentServiceServicer):
    """`payment.PaymentService`, CONTRACTS section 3: approved is OK, refused is code 9."""

    def Payment(self, request: payment_pb2.PaymentRequest, context: Context) -> Empty:  # noqa: N802 - the wire's name
        """Charge the card; trailing metadata names the transaction, and on code 9 the reason."""
        charge = _charge(request, context)
        answer = authorise(charge, now=timezone.now(), deadline=deadline_of(context))
        count(answer)
        named = ("transaction-id", answer.payment_id)
        if not answer.is_approved:
            raise refused(answer.refusal_code, (named,))
        context.set_trailing_metadata((named,))
        return _EMPTY


def deadline_of(context: Context) -> float | None:
    """Return when the caller gives up, on the monotonic clock."""
    left = context.time_remaining()
    return None if left is None else time.monotonic() + left


def count(answer: Answer) -> None:
    """Count an answered payment by what was decided."""
    metrics.PAYMENTS.labels(answer.refusal_code or "approved").inc()


def _charge(request: payment_pb2.PaymentRequest, context: Context) -> Charge:
    """Return what is asked for; raises EndedError where that is malformed."""
    if not request.HasField("creditCard"):
        raise malformed("creditCard is missing")
    card = request.creditCard
    amount_cents = fields.amount(request.amount)
    store = fields.store(request.store)
    description = fields.description(request.description)
    made = str(uuid7())
    fingerprint = vault().fingerprint(fields.number("creditCard.number", card.number))
    caller = identity.caller(context)
    return Charge(
        id=made,
        scope=caller.scope if caller else f"store:{store}",
        request_key=_key(context) or made,
        digest=digest_of(fingerprint, amount_cents, store, description),
        amount_cents=amount_cents,
        store=store,
        description=description,
        card=TypedCard(card.number, card.expirationMonth, card.expirationYear, card.cvv),
        fingerprint=fingerprint,
    )


def _key(context: Context) -> str:
    for name, value in context.invocation_metadata() or ():
        if name == _KEY:
            return fields.key(_KEY, fields.text_of(value))
    return ""
