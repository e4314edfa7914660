"""Dead letters come back: any number of times with one effect, and in a parked key's order."""

from typing import Any

import pytest

from messaging.consumer import DeadLetterPolicy, Message
from messaging.models import DeadLetter, ParkedRecord, RedriveRun
from messaging.redrive import Choice, Redrive
from messaging.tests.behaviour.doubles import RecordingConsumer, double, note
from messaging.tests.behaviour.worlds import World, start, turn_until


class BugError(Exception):
    """What the next deploy will mend."""


class Mended:
    """A consumer with a bug for some keys, which can be mended for all of its instances."""

    def __init__(self, world: World, *broken: str, **attributes: Any) -> None:
        self.world = world
        self.broken = {key.encode() for key in broken}
        self.consumer = double(RecordingConsumer, world, **attributes)
        self.consumer.fault = self.fault
        self.kind = type(self.consumer)
        # A redrive makes an instance of its own; this one shares what the test sees.
        shared = vars(self.consumer)
        self.kind.__init__ = lambda made: vars(made).update(shared)  # type: ignore[assignment,method-assign]

    def fault(self, message: Message[Any]) -> None:
        if message.record.key in self.broken:
            raise BugError

    def redrive(self, choice: Choice | None = None, **options: Any) -> RedriveRun:
        redrive = Redrive(
            self.kind,
            source=self.world.source(),
            box=self.world.box(),
            clock=self.world.clock,
        )
        return redrive.run(choice or Choice(), actor="maria", **options)


@pytest.fixture
def mended(world: World) -> Mended:
    """Give a consumer for which the records of `a` and `b` have died, and no other."""
    made = Mended(world, "a", "b")
    for number, key in enumerate(["a", "b", "c", "a"]):
        note(world, number, key=key)
    runtime = start(world, made.consumer)
    turn_until(lambda: world.committed().get(0) == 4, runtime)
    return made


class TestRedrive:
    def test_applies_what_has_been_mended(self, mended: Mended) -> None:
        mended.broken.clear()

        run = mended.redrive()

        assert run.fates == {"applied": 3}
        assert sorted(mended.consumer.numbers()) == [0, 1, 2, 3]
        letters = DeadLetter.objects.filter(consumer=mended.world.group)
        assert {(each.state, each.redrives, each.redriven_by) for each in letters} == {
            ("resolved", 1, "maria")
        }

    def test_has_one_effect_however_often_it_runs(self, mended: Mended) -> None:
        mended.broken.clear()
        mended.redrive()

        runs = [mended.redrive(Choice(again=True)) for _ in range(2)]

        assert [run.fates for run in runs] == [{"seen before": 3}] * 2
        assert sorted(mended.consumer.numbers()) == [0, 1, 2, 3]

    def test_leaves_open_what_still_fails(self, mended: Mended) -> None:
        mended.broken = {b"b"}

        run = mended.redrive()

        assert run.fates == {"applied": 2, "still failing": 1}
        assert DeadLetter.objects.get(consumer=mended.world.group, state="open").redrives == 1

    def test_tries_only_what_was_chosen(self, mended: Mended) -> None:
        mended.broken.clear()

        assert mended.redrive(Choice(cause="PoisonError")).fates == {}
        assert mended.redrive(Choice(key="b")).fates == {"applied": 1}
        assert mended.redrive(Choice(cause="BugError")).fates == {"applied": 2}

    def test_changes_nothing_when_dry(self, mended: Mended) -> None:
        mended.broken.clear()

        run = mended.redrive(is_dry_run=True)

        assert run.fates == {"would be tried": 3}
        assert mended.consumer.numbers() == [2]

    def test_says_when_the_topic_no_longer_holds_the_record(self, mended: Mended) -> None:
        mended.world.trim(0, 1)
        mended.broken.clear()

        assert mended.redrive().fates == {"gone": 1, "applied": 2}

    def test_is_audited_without_the_key_itself(self, mended: Mended) -> None:
        mended.redrive(Choice(key="b"))

        run = RedriveRun.objects.get(consumer=mended.world.group)
        assert run.actor == "maria"
        assert run.filters["key"] != "b"


class TestParkedKey:
    def test_waits_in_order_while_the_rest_goes_on(self, world: World) -> None:
        policy = DeadLetterPolicy(park_key=True)
        made = Mended(world, "a", dead_letters=policy)
        for number, key in enumerate(["a", "b", "a", "a", "b"]):
            note(world, number, key=key)
        runtime = start(world, made.consumer)
        turn_until(lambda: world.committed().get(0) == 5, runtime)
        assert made.consumer.numbers() == [1, 4]
        assert ParkedRecord.objects.filter(consumer=world.group).count() == 2

        made.broken.clear()
        made.redrive()

        assert made.consumer.numbers("a") == [0, 2, 3]
        assert not ParkedRecord.objects.filter(consumer=world.group).exists()
        note(world, 9, key="a")
        turn_until(lambda: made.consumer.numbers("a") == [0, 2, 3, 9], runtime)

    def test_stops_again_at_a_parked_record_that_fails(self, world: World) -> None:
        policy = DeadLetterPolicy(park_key=True)
        made = Mended(world, "a", dead_letters=policy)
        for number in range(4):
            note(world, number, key="a")
        runtime = start(world, made.consumer)
        turn_until(lambda: world.committed().get(0) == 4, runtime)

        def fail_on_one(message: Message[Any]) -> None:
            if message.event.number == 1:
                raise BugError

        made.consumer.fault = fail_on_one
        made.redrive()

        assert made.consumer.numbers("a") == [0]
        assert DeadLetter.objects.get(consumer=world.group, state="open").offset == 1
        assert ParkedRecord.objects.filter(consumer=world.group).count() == 2
        made.consumer.fault = lambda _: None
        made.redrive()
        assert made.consumer.numbers("a") == [0, 1, 2, 3]
