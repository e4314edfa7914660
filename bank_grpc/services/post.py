"""Posts what `payments` tells to the cards' statements, in the order of the topic."""

from collections.abc import Sequence
from typing import Any

from bank_grpc.events import PaymentRecorded
from bank_grpc.models import StatementLine
from messaging.consumer import Message

_APPROVED = "approved"


def post(messages: Sequence[Message[Any]]) -> None:
    """Write a line for every approved payment, refund and invoice payment.

    A movement that has its line already keeps it: the topic is kept for ever, longer than any
    inbox, and may be read again from its beginning.
    """
    lines = {
        line.movement_id: line
        for line in (line_of(each) for each in reversed(messages) if each.event.status == _APPROVED)
    }
    posted = StatementLine.objects.filter(pk__in=list(lines)).values_list("pk", flat=True)
    # Not "insert or ignore": that would ignore a line which does not fit, too.
    known = set(posted)
    fresh = [line for key, line in lines.items() if key not in known]
    StatementLine.objects.bulk_create(reversed(fresh))


def line_of(message: Message[Any]) -> StatementLine:
    """Return the line that an approved record stands for."""
    event: PaymentRecorded = message.event
    record = message.record
    return StatementLine(
        movement_id=event.refund_id or event.transaction_id,
        card_id=event.card_id,
        transaction_id=event.transaction_id,
        kind=event.kind,
        amount_cents=event.amount_cents,
        store=event.store,
        description=event.description,
        instalments=event.instalments,
        authorised_at=event.payment_date,
        posted_at=message.recorded_at,
        balance_after_cents=event.balance_after_cents,
        partition=record.partition,
        offset=record.offset,
    )
