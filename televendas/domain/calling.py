"""Answers "may I call this person now?" with the reason, and says when the answer will change."""

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

# A promised call may be made a little early: whoever dials is not slower than that.
_EARLY: Final = timedelta(minutes=5)
_LOOK_AHEAD_DAYS: Final = 14


class Obstacle(enum.StrEnum):
    """Why a person may not be called now; the first that applies, the lasting ones before."""

    GONE = "gone"
    WITHHELD = "withheld"
    UNREADABLE = "unreadable"
    MISSING = "missing"
    OPTED_OUT = "opted_out"
    CLAIMED = "claimed"
    PROMISED = "promised"
    JUST_CALLED = "just_called"
    OUT_OF_HOURS = "out_of_hours"


class Outcome(enum.StrEnum):
    """How a call ended."""

    NO_ANSWER = "no_answer"
    CALL_BACK = "call_back"
    REFUSED = "refused"
    SOLD = "sold"
    DO_NOT_CALL = "do_not_call"


REST: Final[Mapping[Outcome, timedelta]] = {
    Outcome.NO_ANSWER: timedelta(hours=4),
    Outcome.REFUSED: timedelta(days=90),
    Outcome.SOLD: timedelta(days=30),
}
"""How long nobody calls a person again; after a call back it is until the time promised."""

LASTING: Final = frozenset(
    {
        Obstacle.GONE,
        Obstacle.WITHHELD,
        Obstacle.UNREADABLE,
        Obstacle.MISSING,
        Obstacle.OPTED_OUT,
    }
)
"""Obstacles that waiting does not remove: such a phone is not even revealed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When calls may be made: by weekday (Monday is 0) the opening and closing time.

    A weekday without an entry has no calls, and neither has a day of `holidays`.
    """

    week: Mapping[int, tuple[time, time]]
    holidays: Collection[date] = frozenset()

    def on(self, day: date) -> tuple[time, time] | None:
        """Return when calls begin and end on `day`; None where there are none."""
        return None if day in self.holidays else self.week.get(day.weekday())

    def are_open(self, now: datetime) -> bool:
        """Tell whether calls may be made at `now`, in the hours' own time zone."""
        window = self.on(now.date())
        return window is not None and window[0] <= now.time() < window[1]

    def next_opening(self, now: datetime) -> datetime | None:
        """Return when calls may next be made after `now`; None when not within two weeks."""
        for ahead in range(_LOOK_AHEAD_DAYS + 1):
            day = now.date() + timedelta(days=ahead)
            window = self.on(day)
            if window is not None:
                opening = datetime.combine(day, window[0], now.tzinfo)
                if opening > now:
                    return opening
        return None

    def closing(self, now: datetime) -> datetime | None:
        """Return when today's calls end; None on a day without calls."""
        window = self.on(now.date())
        return None if window is None else datetime.combine(now.date(), window[1], now.tzinfo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a person, as far as calling goes.

    `phone_problem` is empty where there is a phone. `claimed_until` is the end of somebody else's
    claim. `promised_at` is the time that the last call's outcome named.
    """

    is_present: bool = True
    phone_problem: str = ""
    opted_out_on: date | None = None
    claimed_until: datetime | None = None
    last_outcome: Outcome | None = None
    last_called_at: datetime | None = None
    promised_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer: no obstacle, or the first one with its time.

    `at` is the day of the opt-out or the moment from which the obstacle is gone, where known.
    """

    obstacle: Obstacle | None = None
    at: datetime | date | None = None

    @property
    def is_free(self) -> bool:
        """Tell whether the person may be called now."""
        return self.obstacle is None

    @property
    def is_lasting(self) -> bool:
        """Tell whether waiting would not help."""
        return self.obstacle in LASTING


FREE: Final = Verdict()


def may_call(standing: Standing, now: datetime, hours: Hours) -> Verdict:
    """Return whether the person may be called at `now` (aware, in the hours' time zone)."""
    return standing_verdict(standing, now) or _hours_verdict(now, hours)


def standing_verdict(standing: Standing, now: datetime) -> Verdict | None:
    """Return what about the person stands against a call, whatever the hour; None for nothing."""
    return _lasting(standing, now) or _passing(standing, now)


def due_after(outcome: Outcome, at: datetime, promised_at: datetime | None) -> datetime | None:
    """Return when a person is due again after a call that ended so; None for never."""
    if outcome is Outcome.CALL_BACK:
        return promised_at
    rest = REST.get(outcome)
    return None if rest is None else at + rest


def _lasting(standing: Standing, now: datetime) -> Verdict | None:
    if not standing.is_present:
        return Verdict(Obstacle.GONE)
    if standing.phone_problem:
        return Verdict(Obstacle(standing.phone_problem))
    opted_out_on = standing.opted_out_on
    if opted_out_on is not None and opted_out_on <= now.date():
        return Verdict(Obstacle.OPTED_OUT, opted_out_on)
    # Who asked not to be called meant every phone, the next one too.
    if standing.last_outcome is Outcome.DO_NOT_CALL and standing.last_called_at is not None:
        return Verdict(Obstacle.OPTED_OUT, standing.last_called_at.date())
    return None


def _passing(standing: Standing, now: datetime) -> Verdict | None:
    if standing.claimed_until is not None and standing.claimed_until > now:
        return Verdict(Obstacle.CLAIMED, standing.claimed_until)
    if standing.last_outcome is None or standing.last_called_at is None:
        return None
    if standing.last_outcome is Outcome.CALL_BACK:
        promised = standing.promised_at
        is_early = promised is not None and now < promised - _EARLY
        return Verdict(Obstacle.PROMISED, promised) if is_early else None
    free_at = due_after(standing.last_outcome, standing.last_called_at, None)
    return Verdict(Obstacle.JUST_CALLED, free_at) if free_at and now < free_at else None


def _hours_verdict(now: datetime, hours: Hours) -> Verdict:
    if hours.are_open(now):
        return FREE
    return Verdict(Obstacle.OUT_OF_HOURS, hours.next_opening(now))
