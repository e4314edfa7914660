"""The structs that records are decoded into: declared columns and Debezium's frame, nothing else.

A field that is not declared is skipped by the parser and never becomes a Python object. One struct
takes every shape, so that a record is parsed once.
"""

from collections.abc import Iterable
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from messaging.envelope import describe
from messaging.errors import PoisonError

_SCALAR: Final[Any] = str | int | bool | None | UnsetType
_TEXT: Final[Any] = str | None | UnsetType
# What Debezium adds to a flattened row; the names in a struct are ours.
_ADDED: Final = {
    "flat_deleted": "__deleted",
    "flat_op": "__op",
    "flat_file": "__source_file",
    "flat_pos": "__source_pos",
    "flat_row": "__source_row",
    "flat_snapshot": "__source_snapshot",
}


class Position(msgspec.Struct, frozen=True):
    """Where Debezium read a change: its `source`, cut down to the place in the binary log."""

    file: str | None = None
    pos: int | None = None
    row: int | None = None
    snapshot: str | bool | None = None


class Shapes:
    """Decodes a value of any shape that the declared columns may come in."""

    def __init__(self, columns: Iterable[str]) -> None:
        """Make the structs, once; two sources may share a column."""
        self.attributes = {name: f"c{number}" for number, name in enumerate(dict.fromkeys(columns))}
        names = {attribute: name for name, attribute in self.attributes.items()} | _ADDED
        row = msgspec.defstruct(
            "Row", [(name, _SCALAR, UNSET) for name in names], rename=names, frozen=True
        )
        framed: Any = [
            ("op", _TEXT, UNSET),
            ("before", row | None | UnsetType, UNSET),
            ("after", row | None | UnsetType, UNSET),
            ("source", Position | None | UnsetType, UNSET),
        ]
        change = msgspec.defstruct("Change", framed, bases=(row,), frozen=True)
        wrapped: Any = [("payload", change | None | UnsetType, UNSET)]
        whole = msgspec.defstruct("Whole", wrapped, bases=(change,), frozen=True)
        self._decode = msgspec.json.Decoder(whole).decode
        self._decode_row = msgspec.json.Decoder(row).decode

    def whole(self, value: bytes) -> Any:
        """Return the value as a struct with every attribute; what is absent is UNSET.

        Raises PoisonError, which names the place of what is wrong and quotes nothing.
        """
        try:
            return self._decode(value)
        except msgspec.ValidationError as error:
            problem = describe(str(error))
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            raise PoisonError("bad_json") from None
        raise PoisonError("bad_shape", problem)

    def row(self, value: bytes) -> Any:
        """Return the value as a bare row, or None when it is none.

        A table may have columns called `source` or `op`, which are no frame.
        """
        try:
            return self._decode_row(value)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return None
