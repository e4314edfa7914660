"""The lag as a real broker tells it: what a group has not read, whoever runs it."""

import pytest

from messaging.clock import SystemClock
from messaging.lag import LagMeter
from messaging.tests.behaviour.doubles import RecordingConsumer, double, note
from messaging.tests.behaviour.worlds import World, start, turn_until


@pytest.mark.parametrize("world", [pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)
class TestLagMeter:
    def test_counts_what_was_never_read_from_the_earliest_record(self, world: World) -> None:
        for number in range(5):
            note(world, number, partition=number % 2)
        consumer = double(RecordingConsumer, world)

        (lag,) = LagMeter([type(consumer)], SystemClock()).measure()

        assert (lag.consumer, lag.topic, lag.messages) == (world.group, world.topic, 5)

    def test_counts_from_what_the_group_has_committed(self, world: World) -> None:
        consumer = double(RecordingConsumer, world)
        meter = LagMeter([type(consumer)], SystemClock())
        note(world, 1)
        runtime = start(world, consumer)
        turn_until(lambda: world.committed().get(0) == 1, runtime)
        note(world, 2)
        note(world, 3)

        (lag,) = meter.measure()

        assert lag.messages == 2
        assert sum(meter.behind[world.group].values()) == 2
