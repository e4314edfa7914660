"""What Kafka hands over, before anybody understood it: coordinates, key, value and headers."""

import msgspec

Headers = tuple[tuple[str, bytes | None], ...]


class Record(msgspec.Struct, frozen=True):
    """One record of a topic; `timestamp_ms` is the broker's, in milliseconds since 1970 UTC.

    A `value` of None is a tombstone. (A msgspec struct, because one is made for every record and
    it is made eight times faster than a frozen dataclass.)
    """

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    timestamp_ms: int
    headers: Headers = ()

    def header(self, name: str) -> str | None:
        """Return the header called `name` as text, or None; bad UTF-8 is replaced, not raised."""
        for key, value in self.headers:
            if key == name and value is not None:
                return value.decode("utf-8", "replace")
        return None
