"""Counts fields that no source should send, without keeping a value, on a sample of the records."""

from collections.abc import Iterable
from typing import Final

import msgspec

from messaging.records import Record
from televendas.domain.sources import RESERVED
from televendas.metrics import UNKNOWN_FIELDS

_FRAME: Final = RESERVED | {"ts_ms", "ts_us", "ts_ns", "transaction"}
_INSIDE: Final = ("payload", "before", "after")
_OTHER: Final = "other"


class UnknownFields:
    """Looks through one record in `sample`, by its offset; a redelivery is counted again.

    Values are skipped over as bytes of the record. A name is used as label only if it is in
    `known`, for a name may itself tell of a person; every other one counts as "other".
    """

    def __init__(self, known: Iterable[str], sample: int) -> None:
        """Count names in `known` by name; look at nothing when `sample` is 0."""
        self._sample = sample
        self._counters = {name: UNKNOWN_FIELDS.labels(name) for name in (*known, _OTHER)}
        self._allowed = set(_FRAME)
        self._decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode

    def allow(self, names: Iterable[str]) -> None:
        """Take these for known good."""
        self._allowed.update(names)

    def look(self, record: Record) -> None:
        """Count the unknown fields of `record`, if it is of the sample and an object."""
        if self._sample and record.offset % self._sample == 0 and record.value is not None:
            self._count(record.value)

    def _count(self, value: bytes | msgspec.Raw) -> None:
        try:
            fields = self._decode(value)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            # The reader says what is wrong with it; `before` is often null.
            return
        for name in fields.keys() - self._allowed:
            self._counters.get(name, self._counters[_OTHER]).inc()
        for name in _INSIDE:
            if name in fields:
                self._count(fields[name])
