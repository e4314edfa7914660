"""Promise 10: partitions come and go; what is no longer ours is left alone."""

import pytest

from messaging.tests.behaviour.doubles import RecordingConsumer, double, note
from messaging.tests.behaviour.worlds import World, start, turn_until

EVERY_PROTOCOL = pytest.mark.parametrize(
    "world",
    [
        "memory",
        pytest.param("kafka", marks=pytest.mark.kafka),
        pytest.param("kafka-classic", marks=pytest.mark.kafka),
    ],
    indirect=True,
)


@EVERY_PROTOCOL
class TestRebalance:
    def test_shares_the_partitions_and_loses_and_doubles_nothing(self, world: World) -> None:
        consumer = double(RecordingConsumer, world)
        first = start(world, consumer)
        for number in range(10):
            note(world, number, key=str(number % 2), partition=number % 2)
        turn_until(lambda: len(consumer.numbers()) == 10, first)

        second = start(world, consumer)
        turn_until(
            lambda: (
                len(first.holdings) == len(second.holdings) == 1 and not second.holdings.unsettled()
            ),
            first,
            second,
        )
        for number in range(10, 20):
            note(world, number, key=str(number % 2), partition=number % 2)
        turn_until(lambda: len(consumer.numbers()) >= 20, first, second)

        assert sorted(consumer.numbers()) == list(range(20))
        assert consumer.numbers("0") == list(range(0, 20, 2))

    def test_takes_over_what_a_leaving_member_gives_back(self, world: World) -> None:
        consumer = double(RecordingConsumer, world)
        first, second = start(world, consumer), start(world, consumer)
        turn_until(lambda: len(first.holdings) == len(second.holdings) == 1, first, second)
        first.leave()

        turn_until(lambda: len(second.holdings) == 2, second)
        note(world, 1, partition=0)
        note(world, 2, partition=1)

        turn_until(lambda: len(consumer.numbers()) >= 2, second)

        assert sorted(consumer.numbers()) == [1, 2]
        assert len(consumer.handled) == 2
