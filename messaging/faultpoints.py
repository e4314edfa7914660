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

# Every name in the code; a test holds this list, the code and the cases together.
NAMES: Final = (
    "accept.before_commit",
    "accept.after_commit",
    "relay.selected",
    "relay.produced",
    "relay.reported",
    "relay.marked",
    "start.committed",
    "start.recorded",
    "consumer.polled",
    "consumer.decoded",
    "consumer.parked",
    "consumer.prepared",
    "consumer.called",
    "consumer.entered",
    "consumer.handled",
    "consumer.committed",
    "consumer.stored",
    "deadletter.produced",
    "deadletter.confirmed",
    "deadletter.listed",
    "processor.before_insert",
    "processor.after_insert",
    "processor.after_publish",
    "results.after_write",
    "webhooks.after_enqueue",
    "webhooks.after_claim",
    "webhooks.after_post",
    "televendas.after_forget",
    "televendas.after_write",
    "redrive.tried",
    "redrive.released",
)

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
