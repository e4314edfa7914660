"""Opens a record: which event it is, who it is, and the struct inside, straight from the bytes."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha1
from typing import Any, Final
from uuid import UUID

import msgspec

from messaging.consumer import Message, Takes
from messaging.errors import PoisonError
from messaging.events import Event, EventType
from messaging.records import Record

_NAMESPACE: Final = UUID("5c0b8a4e-5d5c-5f0e-9d0c-6f1d7a3f2b10")
_is_uuid = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
# Only the place and the name of a missing field: other words of the message may quote the payload.
_PLACE: Final = re.compile(r"at `(\$[^`]*)`")
_MISSING: Final = re.compile(r"missing required field `(\w+)`")


@dataclass(frozen=True, slots=True)
class _Opener:
    event_type: str
    read: Callable[[Record], Event]


class Decoder:
    """Turns the records of one consumer's topics into messages.

    `topic_id` gives a topic's id on the broker; it is asked for records without a `ce_id` alone.
    """

    def __init__(self, takes: Iterable[Takes], topic_id: Callable[[str], str]) -> None:
        """Build one JSON decoder for each type, once."""
        self._topic_id = topic_id
        self._by_type: dict[tuple[str, bytes], _Opener] = {}
        self._defaults: dict[str, _Opener] = {}
        self._stems: set[tuple[str, str]] = set()
        for each in takes:
            self._take(each)

    def decode(self, record: Record) -> Message[Any] | None:
        """Return the message in `record`, or None when it is of a type that nobody here takes.

        Raises PoisonError for what can never be read: bad JSON, a breach of the schema, an
        unknown version of a known type, a record without type where none is taken by default.
        """
        headers = dict(record.headers)
        opener = self._opener(record.topic, headers.get("ce_type"))
        if opener is None:
            return None
        traceparent = headers.get("traceparent")
        return Message(
            opener.read(record),
            self._identity(record, headers),
            opener.event_type,
            None if traceparent is None else traceparent.decode("latin-1"),
            record,
        )

    def _take(self, takes: Takes) -> None:
        topic, text = takes.struct.TOPIC.name, takes.struct.TYPE
        opener = _Opener(text, takes.opens or _reader(takes.struct))
        self._by_type[topic, text.encode()] = opener
        self._stems.add((topic, EventType.parse(text).stem))
        if takes.default:
            self._defaults[topic] = opener

    def _opener(self, topic: str, event_type: bytes | None) -> _Opener | None:
        if event_type is None:
            if topic not in self._defaults:
                raise PoisonError("no_type", "neither ce_type nor a default type")
            return self._defaults[topic]
        known = self._by_type.get((topic, event_type))
        if known is None:
            self._refuse_unknown_version(topic, event_type)
        return known

    def _refuse_unknown_version(self, topic: str, event_type: bytes) -> None:
        try:
            parsed = EventType.parse(event_type.decode("utf-8", "replace"))
        except ValueError:
            return
        if (topic, parsed.stem) in self._stems:
            raise PoisonError("unknown_version", f"{parsed.stem}.v{parsed.version}")

    def _identity(self, record: Record, headers: dict[str, bytes | None]) -> str:
        given = headers.get("ce_id")
        if not given:
            place = f"{self._topic_id(record.topic)}/{record.partition}/{record.offset}"
            return _named(place)
        text = given.decode("utf-8", "replace")
        if _is_uuid(text):
            return text
        source = (headers.get("ce_source") or b"").decode("utf-8", "replace")
        return _named(f"{source}\n{text}")


def _named(name: str) -> str:
    """Return what `str(uuid5(_NAMESPACE, name))` would, in a third of the time."""
    made = bytearray(sha1(_NAMESPACE.bytes + name.encode(), usedforsecurity=False).digest()[:16])
    made[6] = made[6] & 0x0F | 0x50
    made[8] = made[8] & 0x3F | 0x80
    digits = made.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _reader(struct: type[Event]) -> Callable[[Record], Event]:
    decode = msgspec.json.Decoder(struct).decode

    def read(record: Record) -> Event:
        if record.value is None:
            raise PoisonError("no_value", "a tombstone, which this type does not know")
        try:
            return decode(record.value)
        except msgspec.ValidationError as error:
            raise PoisonError("bad_shape", describe(str(error))) from None
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            raise PoisonError("bad_json") from None

    return read


def describe(problem: str) -> str:
    """Return the place and the name in msgspec's words of a breach, without what they quote."""
    missing, place = _MISSING.search(problem), _PLACE.search(problem)
    words = [f"missing field {missing[1]}" if missing else "wrong value"]
    if place:
        words.append(f"at {place[1]}")
    return " ".join(words)
