"""Ends a process on SIGTERM within its budget, whatever its main thread is waiting for.

A Python signal handler runs only between two steps of the main thread, so a call that hangs in a
database driver would hold it up, and taking a lock inside one can lock the process up for good.
Here a thread of its own waits for the signals.
"""

import os
import signal
import threading
from collections.abc import Callable
from typing import Final

BUDGET_SECONDS: Final = 9.0
_SIGNALS: Final = {signal.SIGTERM, signal.SIGINT}


def on_stop_signal(stop: Callable[[], None], *, budget: float = BUDGET_SECONDS) -> None:
    """Call `stop`, from another thread, at the first SIGTERM or SIGINT of this process.

    A second signal, or `budget` seconds without an end, ends the process at once. Call it from the
    main thread before any other thread is started, for those inherit what it blocks.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    threading.Thread(target=_listen, args=(stop, budget), name="signals", daemon=True).start()


def _listen(stop: Callable[[], None], budget: float) -> None:
    signal.sigwait(_SIGNALS)
    stop()
    signal.sigtimedwait(_SIGNALS, budget)
    os._exit(1)
