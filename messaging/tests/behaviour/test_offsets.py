"""Promise 1: offsets follow durable effects, and a group's beginning is a deed, not an accident."""

from collections.abc import Sequence

import pytest

from messaging.broker import Letter, LetterBox
from messaging.errors import DeliveryError, MissingOffsetError, TransientError
from messaging.models import DeadLetter, GroupStart
from messaging.tests.behaviour.doubles import SOON, RecordingConsumer, double, note
from messaging.tests.behaviour.worlds import World, start, turn_until


class TestOffsets:
    def test_are_stored_only_when_the_effect_is_durable(self, world: World) -> None:
        consumer = double(RecordingConsumer, world)
        is_failing = True

        def fail(message: object) -> None:
            if is_failing:
                raise TransientError("not now")

        consumer.fault = fail
        note(world, 1)
        runtime = start(world, consumer)
        turn_until(lambda: len(consumer.handled) >= 3, runtime)
        assert world.committed()[0] == 0

        is_failing = False
        turn_until(lambda: world.committed()[0] == 1, runtime)

        assert consumer.numbers() == [1]

    def test_are_stored_only_when_the_dead_letter_is_confirmed(self, world: World) -> None:
        consumer = double(RecordingConsumer, world)
        world.produce(b"not json", "k", 0, ())
        runtime = start(world, consumer)
        turn_until(lambda: bool(world.letters()), runtime)

        turn_until(lambda: world.committed()[0] == 1, runtime)

        assert len(world.letters()) == 1

    def test_stay_while_the_dead_letter_is_not_confirmed(self, world: World) -> None:
        consumer = double(RecordingConsumer, world, retry=SOON)
        box = UnsureBox(world.box())
        world.produce(b"not json", "k", 0, ())
        runtime = start(world, consumer, box=box)

        turn_until(lambda: box.refused >= 3 or world.committed().get(0, 0) > 0, runtime)
        assert world.committed().get(0, 0) == 0
        assert not DeadLetter.objects.filter(consumer=world.group).exists()

        box.is_sure = True
        turn_until(lambda: world.committed()[0] == 1, runtime)
        assert len(world.letters()) == 1


class UnsureBox:
    """Has no word from the broker until it is sure."""

    def __init__(self, box: LetterBox) -> None:
        self._box = box
        self.is_sure = False
        self.refused = 0

    def send(self, letters: Sequence[Letter], seconds: float) -> None:
        if not self.is_sure:
            self.refused += 1
            raise DeliveryError("no word")
        self._box.send(letters, seconds)


class TestFirstStart:
    def test_commits_the_earliest_offset_and_records_it(self, world: World) -> None:
        for number in range(5):
            note(world, number)
        world.trim(0, 2)
        consumer = double(RecordingConsumer, world)

        runtime = start(world, consumer)
        turn_until(lambda: len(runtime.holdings) == 2, runtime)
        turn_until(lambda: not runtime.holdings.unsettled(), runtime)

        starts = GroupStart.objects.filter(topic=world.topic).order_by("partition")
        assert list(starts.values_list("partition", "offset")) == [(0, 2), (1, 0)]
        assert world.committed() == {0: 2, 1: 0}
        turn_until(lambda: consumer.numbers() == [2, 3, 4], runtime)

    def test_happens_once_even_when_nothing_was_ever_read(self, world: World) -> None:
        consumer = double(RecordingConsumer, world)
        runtime = start(world, consumer)
        turn_until(lambda: 1 in world.committed(), runtime)
        runtime.leave()
        note(world, 1)

        again = start(world, consumer)
        turn_until(lambda: bool(consumer.numbers()), again)

        assert consumer.numbers() == [1]
        started = GroupStart.objects.filter(topic=world.topic)
        assert sorted(started.values_list("partition", flat=True)) == [0, 1]

    def test_of_a_partition_added_later_is_its_earliest(self, world: World) -> None:
        consumer = double(RecordingConsumer, world)
        runtime = start(world, consumer)
        turn_until(lambda: len(world.committed()) == 2, runtime)
        world.add_partitions(3)

        note(world, 7, partition=2)
        turn_until(lambda: consumer.numbers() == [7], runtime)

        assert GroupStart.objects.get(topic=world.topic, partition=2).offset == 0


class TestMissingOffset:
    def test_stops_a_group_that_has_started_before(self, world: World) -> None:
        consumer = double(RecordingConsumer, world)
        runtime = start(world, consumer)
        turn_until(lambda: len(world.committed()) == 2, runtime)
        runtime.leave()
        world.forget_offsets()

        again = start(world, consumer)

        with pytest.raises(MissingOffsetError):
            turn_until(lambda: False, again)

    def test_out_of_range_stops_it_too(self, world: World) -> None:
        consumer = double(RecordingConsumer, world)
        note(world, 0)
        runtime = start(world, consumer)
        turn_until(lambda: world.committed().get(0) == 1, runtime)
        runtime.leave()
        for number in range(1, 6):
            note(world, number)
        world.trim(0, 4)

        again = start(world, consumer)

        with pytest.raises(MissingOffsetError):
            turn_until(lambda: False, again)
        assert consumer.numbers() == [0]
