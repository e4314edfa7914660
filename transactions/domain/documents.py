"""Reads JSON strictly: no key twice, no number changed, no depth without end."""

import json
from collections.abc import Callable
from typing import Any, Final

_DEEPEST: Final = 32
_LONGEST_NAME: Final = 64
# So many digits may be a card's number.
_MANY_DIGITS: Final = 12


class MalformedDocumentError(ValueError):
    """The bytes are not JSON in UTF-8, or are nested deeper than any document of ours."""


class DuplicateKeyError(ValueError):
    """An object names a key twice, so that two readers could see two documents."""

    def __init__(self, key: str) -> None:
        """Keep the key's name, which the answer shows."""
        super().__init__("a key stands twice in one object")
        self.key = key


def shown_name(name: str) -> str:
    """Return what may be said of a name from outside: short, printable, never a card's number."""
    printable = "".join(c if c.isprintable() else "?" for c in name[:_LONGEST_NAME])
    return printable if sum(c.isdigit() for c in printable) < _MANY_DIGITS else "?"


class Token(str):
    """A number as it stood in the document, digit for digit."""

    __slots__ = ()


def read_document(body: bytes, *, number: Callable[[str], Any] | None = None) -> Any:
    """Return the document in `body`; `number` makes values of number tokens, Token keeps them.

    NaN and Infinity, which are no JSON but which some write, come to `number` too. Raises
    MalformedDocumentError and DuplicateKeyError.
    """
    make = number or Token
    if body.count(b"[") + body.count(b"{") > _DEEPEST and _depth(body) > _DEEPEST:
        raise MalformedDocumentError("nested too deeply")
    try:
        return json.loads(
            body.decode(),
            object_pairs_hook=_object,
            parse_int=make,
            parse_float=make,
            parse_constant=make,
        )
    except DuplicateKeyError:
        raise
    except (ValueError, RecursionError) as error:
        # The decoder's own text quotes nothing, but its `doc` holds the whole body.
        raise MalformedDocumentError("not JSON") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise DuplicateKeyError(key)
            seen.add(key)
    return found


def _depth(body: bytes) -> int:
    depth = deepest = 0
    for byte in body:
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest
