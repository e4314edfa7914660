"""Makes versions of whatever a source counts by: texts of one length, which sort as it counts."""

import re
from functools import lru_cache
from typing import Final

_DIGITS: Final = 40
_FILE_DIGITS: Final = 10
_POSITION_DIGITS: Final = 20
_ROW_DIGITS: Final = 10
_number_at_end = re.compile(r"(\d{1,10})\Z").search

NOTHING: Final = "0" * _DIGITS
"""Older than, or as old as, whatever a source may write."""


class NotAVersionError(ValueError):
    """What the source gives as a version cannot be put in order."""


def of_number(number: int) -> str:
    """Return the version of a source that counts by one integer, or by a record's offset.

    Raises NotAVersionError for a negative one and for one of more than 40 digits.
    """
    text = f"{number:0{_DIGITS}d}"
    if number < 0 or len(text) > _DIGITS:
        raise NotAVersionError("not a number that counts")
    return text


def of_text(text: str) -> str:
    """Return the same of a number that was written as text; raises NotAVersionError."""
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise NotAVersionError("not a number")
    return text.zfill(_DIGITS)


def of_binlog(file: str, position: int, row: int) -> str:
    """Return the version of a row by its place in the binary log.

    `file` is the log's name, such as `bin.000001`, whose number counts. Raises NotAVersionError
    for a name without number and for places that no log has.
    """
    text = f"{_file_digits(file)}{position:0{_POSITION_DIGITS}d}{row:0{_ROW_DIGITS}d}"
    if position < 0 or row < 0 or len(text) > _DIGITS:
        raise NotAVersionError("not a place in a binary log")
    return text


@lru_cache(maxsize=64)
def _file_digits(file: str) -> str:
    # Thousands of records in a row are of one file.
    found = _number_at_end(file)
    if found is None:
        raise NotAVersionError("not a file of a binary log")
    return found[1].zfill(_FILE_DIGITS)
