"""Finds the customer in a record's key, where a tombstone has nothing else to say whose it is."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import UNSET

from messaging.errors import PoisonError
from messaging.records import Record
from televendas.domain.sources import Source, is_own_event

LONGEST_ID: Final = 64
_OBJECT: Final = b"{"
_QUOTE: Final = b'"'


class Keys:
    """Reads the keys `{"id":1}`, the same under `payload`, and the bare customer id."""

    def __init__(self, sources: Sequence[Source]) -> None:
        """Read the keys of `sources`, tried in their order."""
        self._columns: Mapping[str, Source] = {source.key: source for source in sources}
        self._bare = [source for source in sources if source.text_keys]
        self._attributes = {name: f"k{place}" for place, name in enumerate(self._columns)}
        names = {attribute: name for name, attribute in self._attributes.items()}
        scalar: Any = str | int | None | msgspec.UnsetType
        inner = msgspec.defstruct("Key", [(name, scalar, UNSET) for name in names], rename=names)
        wrapped: Any = [("payload", inner | None | msgspec.UnsetType, UNSET)]
        whole = msgspec.defstruct("WholeKey", wrapped, bases=(inner,))
        self._decode = msgspec.json.Decoder(whole).decode

    def customer(self, record: Record) -> tuple[Source, str]:
        """Return whose key it is and which customer; raises PoisonError where it does not say."""
        if not record.key:
            raise PoisonError("no_key", "a record without value says whose it is by its key alone")
        if record.key.startswith(_OBJECT):
            return self._by_column(record.key)
        return self._owner_of_bare_keys(record), identity(_text(record.key))

    def _by_column(self, key: bytes) -> tuple[Source, str]:
        try:
            whole: Any = self._decode(key)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            raise PoisonError("bad_key") from None
        found = whole if whole.payload is UNSET else whole.payload
        for column, source in self._columns.items():
            value = getattr(found, self._attributes[column], UNSET)
            if value is not UNSET:
                return source, identity(value)
        raise PoisonError("unknown_source", "no declared column in the key")

    def _owner_of_bare_keys(self, record: Record) -> Source:
        if len(self._bare) > 1:
            is_own = record.header("ce_type") is not None
            return next(source for source in self._bare if is_own_event(source) is is_own)
        if not self._bare:
            raise PoisonError("unknown_source", "no source is declared to have bare keys")
        return self._bare[0]


def identity(value: object) -> str:
    """Return a customer id as text, exactly as the source has it; raises PoisonError."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID or not value.isprintable():
        raise PoisonError("bad_customer_id", f"a number or 1 to {LONGEST_ID} visible characters")
    return value


def _text(key: bytes) -> str:
    try:
        if key.startswith(_QUOTE):
            return msgspec.json.decode(key, type=str)
        return key.decode()
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise PoisonError("bad_key") from None
