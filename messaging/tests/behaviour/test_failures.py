"""Promises 3 to 6: order in retries, classes of errors, the guilty record alone, and the limits."""

from typing import Any

import pytest

from messaging.consumer import DeadLetterPolicy, Message
from messaging.errors import TooManyDeadLettersError, TransientError
from messaging.models import ConsumerHalt, DeadLetter
from messaging.tests.behaviour.doubles import (
    RecordingBatchConsumer,
    RecordingConsumer,
    double,
    note,
)
from messaging.tests.behaviour.worlds import World, headers, start, turn_until


class BugError(Exception):
    """What nobody foresaw."""


class TestOrder:
    def test_of_a_key_holds_while_its_record_is_tried_again(self, world: World) -> None:
        consumer = double(RecordingBatchConsumer, world)

        def fail_on_two(message: Message[Any]) -> None:
            if consumer.handled[-1][1] == 2 and consumer.handled.count(("a", 2)) < 5:
                raise TransientError("again")

        consumer.fault = fail_on_two
        for number in range(1, 6):
            note(world, number, key="a")
        runtime = start(world, consumer)

        turn_until(lambda: len(consumer.numbers()) == 5, runtime)

        assert consumer.numbers() == [1, 2, 3, 4, 5]

    def test_lets_other_partitions_go_on_meanwhile(self, world: World) -> None:
        consumer = double(RecordingConsumer, world)
        has_recovered = False

        def fail_on_a(message: Message[Any]) -> None:
            if message.record.key == b"a" and not has_recovered:
                raise TransientError("again")

        consumer.fault = fail_on_a
        note(world, 1, key="a", partition=0)
        note(world, 2, key="b", partition=1)
        runtime = start(world, consumer)
        turn_until(lambda: consumer.numbers("b") == [2], runtime)
        note(world, 3, key="b", partition=1)
        turn_until(lambda: consumer.numbers("b") == [2, 3], runtime)
        assert consumer.numbers("a") == []

        has_recovered = True
        turn_until(lambda: consumer.numbers("a") == [1], runtime)


class TestFailure:
    @pytest.mark.parametrize(
        ("value", "event_type", "reason"),
        [
            (b"{", "scratch.noted.v1", "bad_json"),
            (b'{"number": "one"}', "scratch.noted.v1", "bad_shape: wrong value at $.number"),
            (b"{}", "scratch.noted.v1", "bad_shape: missing field number"),
            (b'{"number": 1}', "scratch.noted.v2", "unknown_version: scratch.noted.v2"),
            (None, "scratch.noted.v1", "no_value: a tombstone, which this type does not know"),
        ],
    )
    def test_of_a_record_that_cannot_be_read_is_a_dead_letter_at_once(
        self, world: World, value: bytes | None, event_type: str, reason: str
    ) -> None:
        consumer = double(RecordingConsumer, world)
        world.produce(value, "k", 0, headers(ce_type=event_type))
        note(world, 2)
        runtime = start(world, consumer)

        turn_until(lambda: world.committed().get(0) == 2, runtime)

        letter = DeadLetter.objects.get(consumer=world.group)
        assert (letter.offset, letter.reason, letter.error_class) == (0, reason, "PoisonError")
        assert consumer.numbers() == [2]

    def test_of_an_unnamed_type_is_none_but_a_skip(self, world: World) -> None:
        consumer = double(RecordingConsumer, world)
        note(world, 1, event_type="scratch.other.v1")
        note(world, 2)
        runtime = start(world, consumer)

        turn_until(lambda: world.committed().get(0) == 2, runtime)

        assert consumer.numbers() == [2]
        assert not DeadLetter.objects.filter(consumer=world.group).exists()

    def test_of_unknown_kind_is_tried_three_times_and_then_a_dead_letter(
        self, world: World
    ) -> None:
        consumer = double(RecordingConsumer, world)

        def fail_on_two(message: Message[Any]) -> None:
            if consumer.handled[-1][1] == 2:
                raise BugError("4111111111111111")

        consumer.fault = fail_on_two
        for number in (1, 2, 3):
            note(world, number)
        runtime = start(world, consumer)

        turn_until(lambda: world.committed().get(0) == 3, runtime)

        assert consumer.numbers() == [1, 3]
        # Once in the batch, then alone until the attempts are used up.
        assert consumer.handled.count(("k", 2)) == 1 + consumer.retry.unknown_attempts
        letter = DeadLetter.objects.get(consumer=world.group)
        assert (letter.error_class, letter.reason) == ("BugError", "BugError")

    def test_of_one_record_in_a_batch_spares_the_others(self, world: World) -> None:
        consumer = double(RecordingBatchConsumer, world)

        def fail_on_five(message: Message[Any]) -> None:
            if consumer.handled[-1][1] == 5:
                raise BugError

        consumer.fault = fail_on_five
        for number in range(10):
            note(world, number, key=str(number))
        runtime = start(world, consumer)

        turn_until(lambda: world.committed().get(0) == 10, runtime)

        assert consumer.numbers() == [0, 1, 2, 3, 4, 6, 7, 8, 9]
        assert DeadLetter.objects.get(consumer=world.group).offset == 5


class TestDeadLetter:
    def test_carries_coordinates_and_telling_headers_alone_of_a_delicate_topic(
        self, world: World
    ) -> None:
        consumer = double(RecordingConsumer, world)
        world.produce(b"secret", "key", 0, headers(traceparent="00-1", note="whose"))
        runtime = start(world, consumer)

        turn_until(lambda: bool(world.letters()), runtime)

        [(key, value, found)] = world.letters()
        assert b"secret" not in (value or b"")
        assert key != b"key"
        assert found["traceparent"] == b"00-1"
        assert "note" not in found
        assert found["dl_reason"] == b"bad_json"
        assert (found["dl_partition"], found["dl_offset"]) == (b"0", b"0")

    def test_is_not_sent_twice_for_one_record(self, world: World) -> None:
        consumer = double(RecordingConsumer, world)
        world.produce(b"{", "k", 0, ())
        runtime = start(world, consumer)
        turn_until(lambda: world.committed().get(0) == 1, runtime)

        for holding in runtime.holdings:
            if holding.partition.number == 0:
                runtime._membership.seek(holding.partition, 0)
        note(world, 1)
        turn_until(lambda: consumer.numbers() == [1], runtime)

        assert len(world.letters()) == 1


class TestLimit:
    def test_in_a_row_stops_the_consumer_before_the_topic_is_empty(self, world: World) -> None:
        policy = DeadLetterPolicy(limit_in_row=3)
        consumer = double(RecordingConsumer, world, dead_letters=policy)
        for _ in range(10):
            world.produce(b"{", "k", 0, ())
        runtime = start(world, consumer)

        with pytest.raises(TooManyDeadLettersError):
            turn_until(lambda: False, runtime)

        assert len(world.letters()) == 3
        assert ConsumerHalt.objects.filter(consumer=world.group).exists()

    def test_by_share_stops_it_too(self, world: World) -> None:
        policy = DeadLetterPolicy(limit_in_row=100, limit_share=0.3, window=10)
        consumer = double(RecordingConsumer, world, dead_letters=policy, batch_size=1)
        for number in range(30):
            if number % 2:
                world.produce(b"{", "k", 0, ())
            else:
                note(world, number)
        runtime = start(world, consumer)

        with pytest.raises(TooManyDeadLettersError):
            turn_until(lambda: False, runtime)

        assert len(world.letters()) < 15

    def test_leaves_a_halted_consumer_on_probation(self, world: World) -> None:
        policy = DeadLetterPolicy(limit_in_row=2)
        consumer = double(RecordingConsumer, world, dead_letters=policy)
        for _ in range(10):
            world.produce(b"{", "k", 0, ())
        first = start(world, consumer)
        with pytest.raises(TooManyDeadLettersError):
            turn_until(lambda: False, first)
        first.leave()

        second = start(world, consumer)
        with pytest.raises(TooManyDeadLettersError):
            turn_until(lambda: False, second)

        assert len(world.letters()) == 2

    def test_is_lifted_by_the_first_success(self, world: World) -> None:
        ConsumerHalt.objects.create(
            consumer=world.group, reason="a bad deploy", halted_at=world.clock.now()
        )
        consumer = double(RecordingConsumer, world)
        note(world, 1)
        runtime = start(world, consumer)

        turn_until(lambda: consumer.numbers() == [1], runtime)

        assert not ConsumerHalt.objects.filter(consumer=world.group).exists()
