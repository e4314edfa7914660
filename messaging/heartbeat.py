"""A heartbeat that means progress: it stops when work waits and none of it gets done."""

from typing import Final

from messaging.clock import Clock

PATIENCE_SECONDS: Final = 60.0


class Heartbeat:
    """Beats when a record was finished, or when there was none to finish."""

    def __init__(self, clock: Clock) -> None:
        """Count from now."""
        self._clock = clock
        self.turns = 0
        self._progressed_at = clock.monotonic()

    def beat(self, *, has_progressed: bool) -> None:
        """Note that the loop has turned, and whether it got anywhere or had nothing to do."""
        self.turns += 1
        if has_progressed:
            self._progressed_at = self._clock.monotonic()

    def age(self) -> float:
        """Return the seconds since the last progress."""
        return self._clock.monotonic() - self._progressed_at

    def is_alive(self) -> bool:
        """Tell whether there was progress within the last minute."""
        return self.age() < PATIENCE_SECONDS
