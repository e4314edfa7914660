"""What counts as stuck: older in a state than nineteen of twenty orders that went on."""

from datetime import UTC, datetime, timedelta

from orders.domain.board import LANES, Stay, limits, stays
from orders.domain.states import FINAL, State

BEGUN = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return BEGUN + timedelta(minutes=minutes)


class TestLanes:
    def test_show_every_state_in_which_something_is_to_be_done(self) -> None:
        shown = [state for lane in LANES.values() for state in lane]

        assert sorted(shown) == sorted(set(State) - FINAL)


class TestStays:
    def test_are_from_one_state_to_the_next(self) -> None:
        events = [
            ("a", "placed", at(0)),
            ("a", "held", at(1)),
            ("a", "held", at(2)),
            ("a", "reserved", at(4)),
            ("b", "placed", at(0)),
        ]

        assert stays(events) == [
            Stay(State.PLACED, timedelta(minutes=1)),
            Stay(State.HELD, timedelta(minutes=3)),
        ]


class TestLimits:
    def test_are_what_nineteen_of_twenty_took(self) -> None:
        known = [Stay(State.PAID, timedelta(minutes=number)) for number in range(1, 101)]

        assert limits(known)[State.PAID] == timedelta(minutes=96)

    def test_leave_moments_alone(self) -> None:
        known = [Stay(State.HELD, timedelta(milliseconds=5))] * 100

        assert limits(known)[State.HELD] == timedelta(seconds=30)

    def test_are_usual_ones_while_little_is_known(self) -> None:
        assert limits([])[State.HELD_IN_REVIEW] == timedelta(hours=4)
