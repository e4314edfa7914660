"""The cursor: where a client stands, as one offset per partition, good in every process."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import msgspec

from transactions.events import TRANSACTIONS, TRANSACTIONS_RESULT

Partition: TypeAlias = tuple[str, int]
Positions: TypeAlias = Mapping[Partition, int]

TOPICS: Final = (TRANSACTIONS.name, TRANSACTIONS_RESULT.name)
_PREFIX: Final = "v1."
_LONGEST: Final = 4096
_LARGEST_OFFSET: Final = 2**62


class InvalidCursorError(ValueError):
    """The text is not a cursor of ours."""


class _Wire(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    offsets: tuple[dict[int, int], dict[int, int]]
    at_ms: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """The next offset wanted of each partition, and the time of the newest record before it.

    `at_ms` (milliseconds since 1970, 0 when unknown) serves only where Kafka no longer holds the
    records and the database has to answer by time.
    """

    positions: Positions
    at_ms: int = 0

    def encode(self) -> str:
        """Return the cursor as the opaque text that clients keep."""
        offsets = tuple(
            {part: self.positions[name, part] for name, part in sorted(self.positions) if name == t}
            for t in TOPICS
        )
        packed = msgspec.msgpack.encode((offsets, self.at_ms))
        return _PREFIX + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decode(text: str) -> Cursor:
    """Return the cursor that `text` stands for; raises InvalidCursorError for anything else."""
    if not text.startswith(_PREFIX) or len(text) > _LONGEST or not text.isascii():
        raise InvalidCursorError("not a cursor")
    body = text.removeprefix(_PREFIX)
    try:
        packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        wire = msgspec.msgpack.decode(packed, type=_Wire)
    except (binascii.Error, msgspec.MsgspecError) as error:
        raise InvalidCursorError("not a cursor") from error
    positions = {
        (topic, partition): offset
        for topic, offsets in zip(TOPICS, wire.offsets, strict=True)
        for partition, offset in offsets.items()
    }
    numbers = [wire.at_ms, *positions.values(), *(partition for _, partition in positions)]
    if not all(0 <= number < _LARGEST_OFFSET for number in numbers):
        raise InvalidCursorError("not a cursor")
    return Cursor(positions, wire.at_ms)


def furthest(one: Positions, other: Positions) -> dict[Partition, int]:
    """Return the greater offset of each partition that either knows."""
    return {key: max(one.get(key, 0), other.get(key, 0)) for key in {**one, **other}}


def covers(reached: Positions, wanted: Positions) -> bool:
    """Say whether `reached` is at or past `wanted` in every partition of `wanted`."""
    return all(reached.get(key, 0) >= offset for key, offset in wanted.items())
