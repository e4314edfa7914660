"""Knows what a server has in hand, for the probes that ask whether it still gets anywhere."""

import time
from typing import Final

# No call may take so long: each waits for locks five seconds at most.
STALL_SECONDS: Final = 30.0


class Watch:
    """The calls in hand, and when one of them last ended; written by many threads, no lock.

    Ids of running calls stand in a dictionary, whose single operations are atomic.
    """

    def __init__(self) -> None:
        """Begin with nothing in hand."""
        self._running: dict[int, float] = {}

    def begin(self, call: object) -> None:
        """Note that `call` is worked on from now."""
        self._running[id(call)] = time.monotonic()

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
