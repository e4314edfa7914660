"""What Kafka hands over, before anybody understood it: coordinates, key, value and headers."""

from dataclasses import dataclass

Headers = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a topic; `timestamp_ms` is the broker's, in milliseconds since 1970 UTC.

    A `value` of None is a tombstone.
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
            if key == name:
                return value.decode("utf-8", "replace")
        return None
