"""Knows what a server has in hand, for the probes that ask whether it still gets anywhere."""

import time
from typing import Final

# No call may take so long: each waits for locks five seconds at most.
STALL_SECONDS: Final = 30.0
# So long nobody came: those who were on their way to a stopping bank have been told.
_QUIET_SECONDS: Final = 0.05
# Whoever asks again and again without a pause does not keep it from stopping.
_LONGEST_WAIT_FOR_QUIET: Final = 1.0
_LOOK_EVERY: Final = 0.01


class Watch:
    """The calls in hand, and when one of them last ended; written by many threads, no lock.

    Ids of running calls stand in a dictionary, whose single operations are atomic.
    """

    def __init__(self) -> None:
        """Begin with nothing in hand."""
        self._running: dict[int, float] = {}
        self._latest = 0.0

    def begin(self, call: object) -> None:
        """Note that `call` is worked on from now."""
        self._running[id(call)] = self._latest = time.monotonic()

    def turn_away(self) -> None:
        """Note that somebody came who is not worked for."""
        self._latest = time.monotonic()

    def end(self, call: object) -> None:
        """Note that `call` has its answer."""
        self._running.pop(id(call), None)

    def count(self) -> int:
        """Return how many calls are worked on."""
        return len(self._running)

    def stalled(self) -> str | None:
        """Say how long the oldest call has been stuck, None while none is."""
        begun = min(list(self._running.values()), default=None)
        age = 0.0 if begun is None else time.monotonic() - begun
        return f"a call has taken {age:.0f} s" if age > STALL_SECONDS else None

    def wait_quiet(self, seconds: float) -> None:
        """Wait until nothing is in hand and nobody comes any more, `seconds` at most."""
        end = time.monotonic() + seconds
        while self._running and time.monotonic() < end:
            time.sleep(_LOOK_EVERY)
        end = min(end, time.monotonic() + _LONGEST_WAIT_FOR_QUIET)
        while not self._is_quiet() and time.monotonic() < end:
            time.sleep(_LOOK_EVERY)

    def _is_quiet(self) -> bool:
        return not self._running and time.monotonic() - self._latest >= _QUIET_SECONDS
