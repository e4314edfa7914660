"""Makes the statement anew from the topic, to the same bytes, while payments go on being posted."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from bank_grpc.adapters.payments_topic import PostedRecords
from bank_grpc.models import StatementLine
from bank_grpc.services.post import post
from messaging.consumer import Message

_COLUMNS = tuple(field.attname for field in StatementLine._meta.concrete_fields)  # noqa: SLF001 - Django's documented door


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was done: records read, lines made, and lines that the topic knows nothing of."""

    records: int
    lines: int
    strays: int


def rebuild(topic: PostedRecords, *, card_id: str | None = None) -> Rebuilt:
    """Make the lines anew of one card, or of all, as far as the consumer has posted.

    Range by range, each in one transaction, so that no reader ever misses a line; broken off,
    it is simply begun again. Raises TransientError and TopicGoneError.
    """
    records = lines = strays = 0
    for partition, (start, stop) in topic.posted().items():
        kept = 0
        for first, _last, messages in topic.messages(partition, start, stop):
            records += len(messages)
            wanted = [each for each in messages if card_id in (None, each.event.card_id)]
            kept += _redo(partition, first, wanted)
        lines += kept
        behind = _lines(card_id).filter(partition=partition, offset__gte=start, offset__lt=stop)
        strays += behind.count() - kept
    return Rebuilt(records, lines, strays)


@transaction.atomic
def _redo(partition: int, first: int, messages: Sequence[Message[Any]]) -> int:
    """Replace the lines of these records; return how many lines stand for them now.

    A record that the relay had to send twice keeps the line of its first place, as it has live.
    """
    ids = {each.event.refund_id or each.event.transaction_id for each in messages}
    earlier = Q(partition=partition, offset__lt=first)
    StatementLine.objects.filter(Q(pk__in=sorted(ids)) & ~earlier).delete()
    post(messages)
    return StatementLine.objects.filter(
        pk__in=sorted(ids), partition=partition, offset__gte=first
    ).count()


def digest_of(card_id: str | None = None) -> str:
    """Return a SHA-256 over every column of every line, of one card or of all."""
    digest = hashlib.sha256()
    rows = _lines(card_id).order_by("movement_id").values_list(*_COLUMNS)
    for row in rows.iterator(chunk_size=2000):
        digest.update("\x1f".join(map(str, row)).encode() + b"\x1e")
    return digest.hexdigest()


def _lines(card_id: str | None) -> Any:
    lines = StatementLine.objects.all()
    return lines if card_id is None else lines.filter(card_id=card_id)
