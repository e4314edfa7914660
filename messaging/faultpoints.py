"""Named places where a test may kill, fail or delay a process; a no-op everywhere else.

The environment names one: `TRILHO_FAULTPOINT=<name>:<nth pass>:<kill|raise|sleep>`. Production
settings refuse to start while it is set.
"""

import os
import signal
import time
from typing import Final

ENVIRONMENT_VARIABLE: Final = "TRILHO_FAULTPOINT"
SLEEP_SECONDS: Final = 5.0

_passes: dict[str, int] = {}


class InjectedFaultError(Exception):
    """Raised by a fault point that was told to raise."""


def faultpoint(name: str) -> None:
    """Do what the environment asks of the fault point `name` on this pass, mostly nothing."""
    if ENVIRONMENT_VARIABLE in os.environ:
        _act(name, os.environ[ENVIRONMENT_VARIABLE])


def _act(name: str, order: str) -> None:
    wanted, nth, act = order.split(":")
    if wanted != name:
        return
    _passes[name] = _passes.get(name, 0) + 1
    if _passes[name] != int(nth):
        return
    if act == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif act == "raise":
        raise InjectedFaultError(name)
    elif act == "sleep":
        time.sleep(SLEEP_SECONDS)
    else:
        raise ValueError(f"{ENVIRONMENT_VARIABLE}: unknown act {act!r}")
