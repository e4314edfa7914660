"""When wrong secrets lock: the numbers, and what a count of failures means."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

EVERY_ADDRESS: Final = "*"


@dataclass(frozen=True, slots=True)
class LockoutRule:
    """So many failures within the window lock for as long again."""

    failures: int
    window: timedelta = timedelta(minutes=30)

    def window_floor(self, now: datetime) -> datetime:
        """Return the start of the oldest window that still counts at `now`."""
        return now - self.window

    def locked_until(self, now: datetime) -> datetime:
        """Return when a lock that begins at `now` ends."""
        return now + self.window


ONE_ADDRESS: Final = LockoutRule(failures=10)
ALL_ADDRESSES: Final = LockoutRule(failures=100)


def rule_for(address: str) -> LockoutRule:
    """Return the rule of one address, or of all addresses together for `EVERY_ADDRESS`."""
    return ALL_ADDRESSES if address == EVERY_ADDRESS else ONE_ADDRESS
