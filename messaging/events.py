"""The base of every message struct: what a topic carries, under which type, and its bytes."""

import re
from dataclasses import dataclass
from typing import ClassVar, Self

import msgspec

from messaging.topics import Topic

_encoder = msgspec.json.Encoder(decimal_format="number")
_TYPE = re.compile(r"^(?P<stem>[a-z_]+(?:\.[a-z_]+)+)\.v(?P<version>[1-9]\d*)$")


@dataclass(frozen=True, slots=True)
class EventType:
    """A CloudEvents type such as `transactions.decided.v1`: its stem and its version."""

    stem: str
    version: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Split `text`; raises ValueError when it is not `<app>.<name>.v<number>`."""
        match = _TYPE.match(text)
        if match is None:
            raise ValueError(f"not an event type: {text[:80]!r}")
        return cls(match["stem"], int(match["version"]))


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A message as a struct; subclasses say the topic and the type that they travel under.

    Unknown fields are dropped while decoding; a missing or ill-typed one raises
    `msgspec.ValidationError`. A Decimal is written as a JSON number with its own digits.
    """

    TOPIC: ClassVar[Topic]
    TYPE: ClassVar[str]

    @classmethod
    def source(cls) -> str:
        """Return the CloudEvents source: the app that owns the struct."""
        return f"/trilho/{cls.TYPE.partition('.')[0]}"

    def encode(self) -> bytes:
        """Return the event as UTF-8 JSON."""
        return _encoder.encode(self)
