"""The testing kit: consumers and whole chains of them, tried without a broker and without waiting.

It needs no pytest. The behaviour of its broker is held to real Kafka's by one suite that runs
against both (`messaging/tests/behaviour/`).
"""

from messaging.testing.broker import MemoryBroker, MemoryLetterBox, MemoryMembership
from messaging.testing.clock import FakeClock
from messaging.testing.delivery import deliver, deliver_record, record_of
from messaging.testing.draining import Drained, drain
from messaging.testing.examples import example

__all__ = [
    "Drained",
    "FakeClock",
    "MemoryBroker",
    "MemoryLetterBox",
    "MemoryMembership",
    "deliver",
    "deliver_record",
    "drain",
    "example",
    "record_of",
]
