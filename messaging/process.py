"""The process around the loops: signals, the budget for stopping, and how it all ends."""

import logging
import os
import threading
import time
from collections.abc import Sequence
from typing import Final

from messaging import clients
from messaging.errors import MissingOffsetError, TooManyDeadLettersError
from messaging.metering import where
from messaging.runtime import Runtime
from messaging.stopping import on_stop_signal

STOP_BUDGET_SECONDS: Final = 8.0
# What a restart cannot cure has exit codes of its own.
EXIT_FAILURE: Final = 1
EXIT_TOO_MANY_DEAD_LETTERS: Final = 3
EXIT_MISSING_OFFSET: Final = 4
_HALTS: Final = (TooManyDeadLettersError, MissingOffsetError)
_logger = logging.getLogger("messaging.process")


class Loop(threading.Thread):
    """One runtime in a thread of its own.

    It is a daemon: `leave` was seen to hang for 45 seconds while the broker is away, and must not
    hold up the process. What was in hand is finished and stored by then; what was not committed
    comes again, and the inbox knows it.
    """

    def __init__(
        self, name: str, runtime: Runtime, on_end: threading.Event, *, stays: bool
    ) -> None:
        """Prepare to run `runtime`; `on_end` is set when that ends.

        With `stays`, it is not set by an end that waits for a person.
        """
        super().__init__(name=name, daemon=True)
        self.runtime = runtime
        self.error: BaseException | None = None
        self._on_end = on_end
        self._stays = stays

    def run(self) -> None:
        """Run until told to stop, then leave the group."""
        try:
            self._run()
        except BaseException as error:  # noqa: BLE001 - however it ends, the process must know
            self.error = error
            _logger.critical("%s ends: %s", self.name, type(error).__name__, extra=_facts(error))
            self._on_end.set()

    def _run(self) -> None:
        try:
            self.runtime.run()
        except _HALTS as error:
            if not self._stays:
                raise
            self.error = error
            self.runtime.halted_by = str(error)
            _logger.critical("%s halts, and waits for a person: %s", self.name, error)
            # Whoever takes over meets the same, but nobody is kept waiting for this member.
            self.runtime.leave()
        else:
            self.runtime.leave()
            self._on_end.set()


def stop_event() -> threading.Event:
    """Return an event that the first SIGTERM or SIGINT sets; a second ends the process at once.

    To be called before any thread is started, for those inherit what it blocks.
    """
    ending = threading.Event()
    on_stop_signal(ending.set)
    return ending


class Process:
    """Runs loops until a signal comes or one of them ends, and then ends the process.

    A loop that halts because only a person can help ends the process too, unless it `stays`: then
    its probes say so until a signal comes, and nobody starts it again in vain.
    """

    def __init__(
        self, runtimes: dict[str, Runtime], ending: threading.Event, *, stays: bool = False
    ) -> None:
        """Prepare one loop for each runtime, under its consumer's name; `ending` stops them."""
        self._ending = ending
        self._loops = [
            Loop(name, each, self._ending, stays=stays) for name, each in runtimes.items()
        ]

    def run(self) -> None:
        """Run until the end, which is an `os._exit` with the fitting code within ten seconds."""
        for loop in self._loops:
            loop.start()
        self._ending.wait()
        self._stop()
        end(exit_code([loop.error for loop in self._loops]))

    def _stop(self) -> None:
        """Let every loop finish what it has in hand, for as long as the budget lasts."""
        deadline = time.monotonic() + STOP_BUDGET_SECONDS
        for loop in self._loops:
            loop.runtime.stop()
        for loop in self._loops:
            loop.join(max(0.0, deadline - time.monotonic()))
            if loop.is_alive():
                _logger.warning("%s could not leave in time; its group will notice", loop.name)


def exit_code(errors: Sequence[BaseException | None]) -> int:
    """Return 0 where nothing failed, else what tells a supervisor whether a restart may help."""
    for error in errors:
        if isinstance(error, TooManyDeadLettersError):
            return EXIT_TOO_MANY_DEAD_LETTERS
        if isinstance(error, MissingOffsetError):
            return EXIT_MISSING_OFFSET
    return EXIT_FAILURE if any(errors) else 0


def end(code: int) -> None:
    """Flush what this process has produced and logged, and end it without further waiting."""
    clients.flush(0.5)
    logging.shutdown()
    os._exit(code)


def _facts(error: BaseException) -> dict[str, str]:
    # Our own errors speak of names and offsets; foreign ones may quote data.
    is_ours = type(error).__module__.startswith("messaging.")
    return {"where": where(error), "detail": str(error) if is_ours else ""}
