"""Pauses a card whose code was typed wrong too often in a row, on every door of the bank."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

WRONG_IN_A_ROW: Final = 10
PAUSE: Final = timedelta(minutes=30)
# A wrong code a day old belongs to no row of guesses any more.
MEMORY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Guesses:
    """How often in a row a card's code or expiry was wrong, and when it last was."""

    wrong: int = 0
    last_at: datetime | None = None

    @property
    def paused_until(self) -> datetime | None:
        """Return when the pause ends or has ended, None where there is none."""
        is_long = self.wrong >= WRONG_IN_A_ROW
        return self.last_at + PAUSE if is_long and self.last_at else None

    def is_paused(self, now: datetime) -> bool:
        """Tell whether no code is looked at, the right one neither."""
        until = self.paused_until
        return until is not None and now < until

    def paused_for(self, now: datetime) -> timedelta:
        """Return how much of the pause is left, nothing where there is none."""
        until = self.paused_until
        return max(until - now, timedelta(0)) if until else timedelta(0)

    def after_wrong(self, now: datetime) -> Self:
        """Return the row with one more; after a pause the next wrong one begins another."""
        is_same_row = self.last_at is not None and now < self.last_at + MEMORY
        wrong = min(self.wrong, WRONG_IN_A_ROW - 1) if is_same_row else 0
        return type(self)(wrong + 1, now)

    def lifted(self) -> Self:
        """Return the row without its pause; it goes on where it was, one guess before the next."""
        return type(self)(min(self.wrong, WRONG_IN_A_ROW - 1), self.last_at)


NO_GUESSES: Final = Guesses()
