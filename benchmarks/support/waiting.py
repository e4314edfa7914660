"""Waits for what a benchmark needs before its clock may start."""

import socket
import time
from typing import Final

from messaging.clock import SystemClock
from messaging.consumer import Consumer
from messaging.kafka import KafkaLetterBox, KafkaMembership
from messaging.observers import Observers
from messaging.runtime import Runtime

_LISTENING_SECONDS: Final = 60


def until_listening(port: int) -> None:
    """Return once something listens on the loopback port; raises RuntimeError after a minute."""
    deadline = time.monotonic() + _LISTENING_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server does not listen")


def seated(consumer: Consumer, share: int) -> Runtime:
    """Return a runtime that holds `share` partitions and has read nothing yet."""
    membership = KafkaMembership(consumer.name)
    runtime = Runtime(
        consumer,
        membership,
        box=KafkaLetterBox(),
        observers=Observers(consumer.name, ()),
        clock=SystemClock(),
    )
    runtime.join()
    # New partitions stay paused until the first turn, so nothing comes meanwhile.
    while len(runtime.holdings) != share:
        membership.poll(1, 0.1)
    return runtime
