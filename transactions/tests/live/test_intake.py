"""A decision never goes out before its request, and nothing waits longer than it must."""

import time

from transactions.live.cursor import TOPICS, Partition
from transactions.live.intake import Batch, Intake
from transactions.live.presenter import PanelEvent
from transactions.tests.live.events import event, names

ASKED, DECIDED = (TOPICS[0], 0), (TOPICS[1], 0)


def put(intake: Intake, *events: PanelEvent) -> None:
    ends: dict[Partition, int] = {}
    for each in events:
        assert each.place is not None
        ends[each.place] = each.offset + 1
    intake.put(Batch(list(events), ends, dict.fromkeys(ends, 0)))


def begun() -> Intake:
    intake = Intake()
    intake.begin({ASKED: 0, DECIDED: 0})
    return intake


class TestIntake:
    def test_a_decision_goes_out_with_its_request(self) -> None:
        intake = begun()
        put(intake, event(DECIDED, 0, identity="x"), event(ASKED, 0, identity="x"))

        assert names(intake.take(fresh_at=0.0)) == [(ASKED, 0), (DECIDED, 0)]
        assert intake.positions == {ASKED: 1, DECIDED: 1}

    def test_a_decision_read_first_waits_for_its_request(self) -> None:
        intake = begun()
        put(intake, event(DECIDED, 0, identity="x"), event(DECIDED, 1, identity="y"))

        assert intake.take(fresh_at=0.0) == []
        assert intake.positions == {ASKED: 0, DECIDED: 0}
        assert intake.waiting == 2

        put(intake, event(ASKED, 0, identity="x"))

        assert names(intake.take(fresh_at=0.0)) == [(ASKED, 0), (DECIDED, 0)]
        assert intake.positions == {ASKED: 1, DECIDED: 1}

    def test_a_decision_without_request_goes_once_all_before_it_has_come(self) -> None:
        intake = begun()
        put(intake, event(DECIDED, 0, identity="x"))

        assert intake.take(fresh_at=0.0) == []
        assert names(intake.take(fresh_at=time.monotonic())) == [(DECIDED, 0)]

    def test_what_came_before_is_left_out(self) -> None:
        intake = begun()
        put(intake, event(ASKED, 0), event(ASKED, 1))
        put(intake, event(ASKED, 1), event(ASKED, 2))

        assert names(intake.take(fresh_at=0.0)) == [(ASKED, 0), (ASKED, 1), (ASKED, 2)]
