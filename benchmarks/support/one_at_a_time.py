"""The textbook's processor: one message at a time, each row saved through the ORM."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from confluent_kafka import TopicPartition
from django.db import transaction
from uuid_utils.compat import uuid7

from benchmarks import harness
from benchmarks.harness import Sample
from benchmarks.support import processing
from cards import rules
from cards.installation import vault
from messaging import clients, trace
from messaging.models import InboxEntry, OutboxMessage
from messaging.topics import Topic
from transactions.domain import decisions
from transactions.models import Decision


def run(topic: Topic, messages: int) -> Sample:
    """Read, decide and commit the first `messages` of the topic, one by one."""
    client = clients.consumer(f"bench-{uuid4()}")
    places = [TopicPartition(topic.name, number, 0) for number in range(processing.PARTITIONS)]
    client.assign(places)

    def work() -> None:
        done = 0
        while done < messages:
            record = client.poll(1.0)
            if record is not None:
                _decide(record)
                client.store_offsets(record)
                done += 1

    sample = harness.timed(work, messages)
    client.close()
    return sample


def _decide(record: Any) -> None:
    headers = dict(record.headers())
    event, now = json.loads(record.value()), datetime.now(UTC)
    with transaction.atomic():
        InboxEntry.objects.create(
            consumer="bench", event_id=headers["ce_id"].decode(), processed_at=now
        )
        decision = _decision(event, now)
        decision.save(force_insert=True)
        _message(decision).save(force_insert=True)


def _decision(event: dict[str, Any], now: datetime) -> Decision:
    card, created_at = event["card"], datetime.fromisoformat(event["created_at"])
    number = vault().open(card["sealed"], context=event["id"])
    decision = Decision(
        id=event["id"],
        event_id=str(uuid7()),
        account_id=event["account_id"],
        amount_cents=round(float(event["amount"]) * 100),
        card_brand=rules.brand_of(number) or "",
        card_last4=number[-4:],
        card_token=card["token"],
        created_at=created_at,
        processed_at=now,
    )
    decision.status, decision.error_code, decision.error_message = decisions.decide(
        number=number,
        month=card["expiration_month"],
        year=card["expiration_year"],
        amount_cents=decision.amount_cents,
        on=rules.day_in_brazil(created_at),
    )
    return decision


def _message(decision: Decision) -> OutboxMessage:
    headers = {
        "ce_id": decision.event_id,
        "ce_type": "transactions.decided.v1",
        "ce_source": "/trilho/transactions",
        "ce_time": decision.processed_at.isoformat(),
        "ce_specversion": "1.0",
        "content-type": "application/json",
        "traceparent": trace.start(),
    }
    return OutboxMessage(
        event_id=decision.event_id,
        topic="transactions_result",
        key=decision.id,
        headers=json.dumps(headers),
        payload=json.dumps(_payload(decision)).encode(),
        created_at=decision.processed_at,
    )


def _payload(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.id,
        "status": decision.status,
        "error_message": decision.error_message,
        "error_code": decision.error_code,
        "account_id": decision.account_id,
        "amount": decision.amount_cents / 100,
        "amount_cents": decision.amount_cents,
        "currency": decision.currency,
        "card_brand": decision.card_brand,
        "card_last4": decision.card_last4,
        "created_at": decision.created_at.isoformat(),
        "processed_at": decision.processed_at.isoformat(),
    }
