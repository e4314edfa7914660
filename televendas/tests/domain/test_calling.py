"""The table of "may I call now?": each reason, and who comes before whom."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from televendas.domain.calling import (
    FREE,
    Hours,
    Obstacle,
    Outcome,
    Standing,
    due_after,
    may_call,
)

ZONE = ZoneInfo("America/Sao_Paulo")
WEEKDAY = (time(9), time(21))
HOURS = Hours(
    week={**dict.fromkeys(range(5), WEEKDAY), 5: (time(10), time(16))},
    holidays=frozenset({date(2026, 11, 20)}),
)
# Wednesday.
NOON = datetime(2026, 11, 18, 12, tzinfo=ZONE)
HOUR = timedelta(hours=1)
CALLED = Standing(last_outcome=Outcome.NO_ANSWER, last_called_at=NOON - HOUR)


class TestMayCall:
    @pytest.mark.parametrize(
        ("standing", "obstacle"),
        [
            (Standing(), None),
            (Standing(is_present=False, phone_problem="withheld"), Obstacle.GONE),
            (Standing(phone_problem="withheld"), Obstacle.WITHHELD),
            (Standing(phone_problem="unreadable"), Obstacle.UNREADABLE),
            (Standing(phone_problem="missing"), Obstacle.MISSING),
            (Standing(opted_out_on=NOON.date()), Obstacle.OPTED_OUT),
            (Standing(opted_out_on=NOON.date() - timedelta(days=9)), Obstacle.OPTED_OUT),
            (Standing(opted_out_on=NOON.date() + timedelta(days=1)), None),
            (Standing(opted_out_on=NOON.date(), claimed_until=NOON + HOUR), Obstacle.OPTED_OUT),
            (Standing(claimed_until=NOON + HOUR), Obstacle.CLAIMED),
            (Standing(claimed_until=NOON), None),
            (CALLED, Obstacle.JUST_CALLED),
            (Standing(last_outcome=Outcome.NO_ANSWER, last_called_at=NOON - 4 * HOUR), None),
            (
                Standing(last_outcome=Outcome.REFUSED, last_called_at=NOON - 80 * 24 * HOUR),
                Obstacle.JUST_CALLED,
            ),
            (Standing(last_outcome=Outcome.SOLD, last_called_at=NOON - 31 * 24 * HOUR), None),
            (
                Standing(last_outcome=Outcome.DO_NOT_CALL, last_called_at=NOON - 9999 * HOUR),
                Obstacle.OPTED_OUT,
            ),
        ],
    )
    def test_names_the_first_obstacle(self, standing: Standing, obstacle: Obstacle | None) -> None:
        assert may_call(standing, NOON, HOURS).obstacle == obstacle

    @pytest.mark.parametrize(
        ("minutes", "is_free"), [(-60, True), (0, True), (5, True), (6, False), (600, False)]
    )
    def test_holds_a_promised_call_back_until_shortly_before(
        self, minutes: int, is_free: bool
    ) -> None:
        promised = Standing(
            last_outcome=Outcome.CALL_BACK,
            last_called_at=NOON - HOUR,
            promised_at=NOON + timedelta(minutes=minutes),
        )

        verdict = may_call(promised, NOON, HOURS)

        assert verdict.is_free is is_free
        assert is_free or verdict.at == promised.promised_at

    def test_says_when_waiting_is_over(self) -> None:
        assert may_call(CALLED, NOON, HOURS).at == NOON + 3 * HOUR

    def test_does_not_wait_for_what_never_ends(self) -> None:
        assert may_call(Standing(opted_out_on=NOON.date()), NOON, HOURS).is_lasting
        assert not may_call(CALLED, NOON, HOURS).is_lasting


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=ZONE)


class TestHours:
    @pytest.mark.parametrize(
        ("now", "opens_at"),
        [
            (at(18, 9, 0), None),
            (at(18, 20, 59, 59), None),
            (at(18, 8, 59, 59), at(18, 9)),
            (at(18, 21, 0), at(19, 9)),
            # Friday the 20th is a holiday, Sunday never has calls.
            (at(20, 12, 0), at(21, 10)),
            (at(21, 10, 0), None),
            (at(21, 16, 0), at(23, 9)),
            (at(22, 12, 0), at(23, 9)),
        ],
    )
    def test_open_and_close_by_the_day(self, now: datetime, opens_at: datetime | None) -> None:
        verdict = may_call(Standing(), now, HOURS)

        if opens_at is None:
            assert verdict == FREE
        else:
            assert verdict.obstacle is Obstacle.OUT_OF_HOURS
            assert verdict.at == opens_at

    def test_mean_the_business_day_not_the_day_in_utc(self) -> None:
        late = datetime(2026, 11, 18, 23, 30, tzinfo=UTC).astimezone(ZONE)

        assert may_call(Standing(), late, HOURS) == FREE

    def test_may_never_open(self) -> None:
        assert may_call(Standing(), NOON, Hours(week={})).at is None


class TestDueAfter:
    @pytest.mark.parametrize(
        ("outcome", "due"),
        [
            (Outcome.NO_ANSWER, NOON + 4 * HOUR),
            (Outcome.CALL_BACK, NOON + 2 * HOUR),
            (Outcome.REFUSED, NOON + timedelta(days=90)),
            (Outcome.SOLD, NOON + timedelta(days=30)),
            (Outcome.DO_NOT_CALL, None),
        ],
    )
    def test_has_an_answer_for_every_outcome(self, outcome: Outcome, due: datetime | None) -> None:
        assert due_after(outcome, NOON, NOON + 2 * HOUR) == due
