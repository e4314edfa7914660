"""Letters that cannot be sent as they are: too large, to a topic that is away, of an odd time."""

from collections.abc import Sequence
from typing import Any

import pytest

from messaging.broker import Letter, Partition
from messaging.consumer import DeadLetterPolicy, Message
from messaging.deadletters import DeadLetters
from messaging.errors import (
    DeliveryError,
    MissingTopicError,
    PoisonError,
    TooManyDeadLettersError,
)
from messaging.metering import LogObserver
from messaging.models import DeadLetter
from messaging.records import Record
from messaging.redrive import Choice, Redrive
from messaging.testing import MemoryBroker
from messaging.tests.behaviour.doubles import (
    TYPE,
    RecordingBatchConsumer,
    RecordingConsumer,
    double,
    note,
)
from messaging.tests.behaviour.test_redrive import Mended
from messaging.tests.behaviour.worlds import MemoryWorld, World, headers, start, turn_until

# Just small enough to be produced by itself.
ALMOST_ALL = 999_700


class TestRecordAsLargeAsTheBrokerTakes:
    def test_gets_a_letter_of_coordinates_alone(self, world: World) -> None:
        consumer = double(RecordingConsumer, world)
        world.produce(b"{", "k", 0, headers(ce_source="s" * ALMOST_ALL))
        note(world, 2)
        runtime = start(world, consumer)

        turn_until(lambda: world.committed().get(0) == 2, runtime)

        [(_, value, found)] = world.letters()
        assert b'"offset": 0' in (value or b"")
        assert (found["dl_reason"], found["dl_offset"]) == (b"bad_json", b"0")
        assert "ce_source" not in found
        assert consumer.numbers() == [2]


class TestRecordThatCannotBeReadBehindOneThatFails:
    @pytest.mark.parametrize("kind", [RecordingConsumer, RecordingBatchConsumer])
    def test_does_not_begin_the_count_of_its_attempts_anew(
        self, world: World, kind: type[RecordingConsumer | RecordingBatchConsumer]
    ) -> None:
        consumer = double(kind, world)

        def fail_on_one(message: Message[Any]) -> None:
            if consumer.handled[-1][1] == 1:
                raise ValueError

        consumer.fault = fail_on_one
        note(world, 1)
        world.produce(b"{", "k", 0, headers(ce_type=TYPE))
        note(world, 3)
        runtime = start(world, consumer)

        turn_until(lambda: world.committed().get(0) == 3, runtime)

        assert consumer.numbers() == [3]
        dead = DeadLetter.objects.filter(consumer=world.group).order_by("offset")
        assert list(dead.values_list("offset", flat=True)) == [0, 1]


class BrokenBox:
    """A letter box whose topic is away for the first `failures` letters."""

    def __init__(self, world: World, failures: int) -> None:
        self._box, self.failures = world.box(), failures

    def send(self, letters: Sequence[Letter], seconds: float) -> None:
        if self.failures:
            self.failures -= 1
            raise DeliveryError("no word")
        self._box.send(letters, seconds)


@pytest.mark.django_db
class TestTopicOfLettersThatIsAway:
    def test_does_not_make_many_deaths_of_one(self) -> None:
        world = MemoryWorld()
        policy = DeadLetterPolicy(limit_in_row=3)
        consumer = double(RecordingConsumer, world, dead_letters=policy)
        world.produce(b"{", "k", 0, ())
        note(world, 2)
        runtime = start(world, consumer, box=BrokenBox(world, failures=20))

        turn_until(lambda: world.committed().get(0) == 2, runtime)

        assert len(world.letters()) == 1
        assert consumer.numbers() == [2]

    def test_still_stops_at_the_limit(self) -> None:
        world = MemoryWorld()
        policy = DeadLetterPolicy(limit_in_row=3)
        consumer = double(RecordingConsumer, world, dead_letters=policy)
        for _ in range(10):
            world.produce(b"{", "k", 0, ())
        runtime = start(world, consumer, box=BrokenBox(world, failures=20))

        with pytest.raises(TooManyDeadLettersError):
            turn_until(lambda: False, runtime)

        assert len(world.letters()) == 3


@pytest.mark.django_db
class TestRecordOfAnImpossibleTime:
    @pytest.mark.parametrize("timestamp_ms", [1_763_700_000_000_000, 2**62, -(2**62)])
    def test_is_buried_all_the_same(self, timestamp_ms: int) -> None:
        world = MemoryWorld()
        consumer = double(RecordingConsumer, world)
        record = Record(world.topic, 0, 0, b"k", b"{", timestamp_ms)
        letters = DeadLetters(
            consumer, box=world.box(), topic_id=world.broker.topic_id, clock=world.clock
        )

        assert letters.bury(record, PoisonError("bad_json"))

        found = DeadLetter.objects.get(consumer=world.group)
        assert found.recorded_at == found.died_at


class SourceWithoutTopic:
    """A memory broker that has lost one topic."""

    def __init__(self, broker: MemoryBroker, gone: str) -> None:
        self._broker, self._gone = broker, gone

    def topic_id(self, topic: str) -> str:
        if topic == self._gone:
            raise MissingTopicError(topic)
        return self._broker.topic_id(topic)

    def read(self, partition: Partition, offset: int) -> Record | None:
        return self._broker.read(partition, offset)


@pytest.mark.django_db
class TestTopicThatIsGone:
    def test_holds_up_no_redrive_of_other_topics(self) -> None:
        world = MemoryWorld()
        made = Mended(world, "a")
        note(world, 1, key="a")
        runtime = start(world, made.consumer)
        turn_until(lambda: world.committed().get(0) == 1, runtime)
        letter = DeadLetter.objects.get(consumer=world.group)
        letter.pk, letter.topic, letter.topic_id = None, "a-topic-before", "its-id"
        letter.save()
        made.broken.clear()
        source = SourceWithoutTopic(world.broker, gone="a-topic-before")
        redrive = Redrive(made.kind, source=source, box=world.box(), clock=world.clock)

        run = redrive.run(Choice(), actor="maria")

        assert run.fates == {"gone": 1, "applied": 1}


class TestLog:
    def test_quotes_no_more_of_an_outside_id_than_the_list_of_letters(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        record = Record("t", 0, 0, None, None, 0, headers(ce_id="i" * 5000))

        LogObserver().on_retried("notes", record, PoisonError("bad_json"))

        assert caplog.records[-1].__dict__["event_id"] == "i" * 36
