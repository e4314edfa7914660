"""Promise 2: what was applied once is never applied again, wherever the copy comes from."""

from typing import Any

import pytest
from django.db import transaction

from messaging.consumer import Message
from messaging.errors import CallInsideTransactionError, TransientError
from messaging.models import InboxEntry
from messaging.processing import refuse_inside_transaction
from messaging.tests.behaviour.doubles import (
    RecordingBatchConsumer,
    RecordingCallingConsumer,
    RecordingConsumer,
    double,
    note,
)
from messaging.tests.behaviour.worlds import World, start, turn_until


class TestInbox:
    def test_lets_a_copy_change_nothing(self, world: World) -> None:
        consumer = double(RecordingBatchConsumer, world)
        identity = note(world, 1)
        note(world, 1, event_id=identity)
        note(world, 2)
        runtime = start(world, consumer)
        turn_until(lambda: 2 in consumer.numbers(), runtime)
        note(world, 1, event_id=identity)
        note(world, 3)

        turn_until(lambda: 3 in consumer.numbers(), runtime)

        assert consumer.numbers() == [1, 2, 3]

    def test_knows_records_without_an_id_by_their_place(self, world: World) -> None:
        consumer = double(RecordingConsumer, world)
        world.produce(b'{"number": 1}', "k", 0, ())
        world.produce(b'{"number": 1}', "k", 0, ())
        runtime = start(world, consumer)

        turn_until(lambda: len(consumer.numbers()) == 2, runtime)

        assert InboxEntry.objects.filter(consumer=world.group).count() == 2

    def test_is_undone_with_the_effect(self, world: World) -> None:
        consumer = double(RecordingConsumer, world)
        attempts = []

        def fail_once(message: Message[Any]) -> None:
            attempts.append(InboxEntry.objects.filter(consumer=world.group).count())
            if len(attempts) < 3:
                raise TransientError("after the effect was written")

        consumer.fault = fail_once
        note(world, 1)
        runtime = start(world, consumer)

        turn_until(lambda: world.committed().get(0) == 1, runtime)

        assert attempts == [1, 1, 1]
        assert consumer.numbers() == [1]


class TestCallingConsumer:
    def test_goes_on_with_the_same_intent(self, world: World) -> None:
        consumer = double(RecordingCallingConsumer, world)

        def time_out_twice(intent: str) -> None:
            if len(consumer.calls) < 3:
                raise TransientError("no answer: it may have been done or not")

        consumer.on_call = time_out_twice
        note(world, 1)
        runtime = start(world, consumer)

        turn_until(lambda: consumer.numbers() == [1], runtime)

        assert len(consumer.calls) == 3
        assert len(set(consumer.calls)) == 1

    def test_does_not_call_again_for_what_was_concluded(self, world: World) -> None:
        consumer = double(RecordingCallingConsumer, world)
        identity = note(world, 1)
        note(world, 1, event_id=identity)
        note(world, 2)
        runtime = start(world, consumer)

        turn_until(lambda: consumer.numbers() == [1, 2], runtime)

        assert len(consumer.calls) == 2

    def test_calls_with_no_transaction_open(self, world: World) -> None:
        consumer = double(RecordingCallingConsumer, world)
        consumer.on_call = lambda _: refuse_inside_transaction()
        note(world, 1)
        runtime = start(world, consumer)

        turn_until(lambda: bool(consumer.numbers()), runtime)

        # Had one been open, the call would have been refused and the record tried again.
        assert consumer.numbers() == [1]
        assert len(consumer.calls) == 1

    def test_is_refused_a_call_inside_atomic(self, db: None) -> None:
        with transaction.atomic(), pytest.raises(CallInsideTransactionError):
            refuse_inside_transaction()
