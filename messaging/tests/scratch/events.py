import os
from typing import ClassVar

from messaging.events import Event
from messaging.topics import Topic, declare

# Process tests give each case a topic of its own.
SCRATCH = declare(Topic(name=os.environ.get("TRILHO_SCRATCH_TOPIC", "scratch"), retention=None))


class Noted(Event, frozen=True, kw_only=True):
    """Something to write down."""

    TOPIC: ClassVar[Topic] = SCRATCH
    TYPE: ClassVar[str] = "scratch.noted.v1"

    number: int
