"""The process around the loops: signals, the budget for stopping, and how it all ends."""

import logging
import os
import signal
import threading
import time
from collections.abc import Sequence
from types import FrameType
from typing import Final

from messaging import clients
from messaging.runtime import Runtime

STOP_BUDGET_SECONDS: Final = 8.0
FAILURE: Final = 1
_WATCH_SECONDS: Final = 0.2
_logger = logging.getLogger("messaging.process")


class Loop(threading.Thread):
    """One runtime in a thread of its own, so that the main thread is free for signals.

    It is a daemon: a client that hangs in its farewell cannot hold up the process.
    """

    def __init__(self, name: str, runtime: Runtime) -> None:
        """Prepare to run `runtime`."""
        super().__init__(name=name, daemon=True)
        self.runtime = runtime
        self.error: BaseException | None = None

    def run(self) -> None:
        """Run until told to stop, then leave the group."""
        try:
            self.runtime.run()
            self.runtime.leave()
        except BaseException as error:
            self.error = error
            _logger.exception("%s ends: %s", self.name, type(error).__name__)


class Process:
    """Runs loops until a signal comes or one of them fails, and then ends the process."""

    def __init__(self, loops: Sequence[Loop]) -> None:
        """Watch over `loops`."""
        self._loops = loops
        self._signals: list[int] = []

    def run(self) -> None:
        """Start the loops, wait for the end, and leave by `os._exit` with the fitting code.

        `os._exit`, because the interpreter would wait for clients that wait for a broker.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        for loop in self._loops:
            loop.start()
        while not self._signals and all(loop.is_alive() for loop in self._loops):
            time.sleep(_WATCH_SECONDS)
        has_failed = not self._signals
        self._stop()
        end(FAILURE if has_failed or any(loop.error for loop in self._loops) else 0)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del frame
        if self._signals:
            os._exit(128 + number)
        self._signals.append(number)

    def _stop(self) -> None:
        """Let every loop finish what it has in hand, for as long as the budget lasts."""
        deadline = time.monotonic() + STOP_BUDGET_SECONDS
        for loop in self._loops:
            loop.runtime.stop()
        for loop in self._loops:
            loop.join(max(0.0, deadline - time.monotonic()))
            if loop.is_alive():
                _logger.warning("%s did not leave in time; its group will notice", loop.name)


def end(code: int) -> None:
    """Flush what this process has produced and logged, and end it at once."""
    clients.flush(1.0)
    logging.shutdown()
    os._exit(code)
