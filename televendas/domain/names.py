"""Brings names and codes into one form, so that a list sorts, filters and shows them safely."""

import unicodedata
from typing import Final

LONGEST_NAME: Final = 120
LONGEST_REGION: Final = 32
# A text beyond this is cut before it is looked at; combining marks may still shorten it.
_SLACK: Final = 4


def tidy(text: str, longest: int) -> str:
    """Return `text` in NFC, trimmed, with single spaces, at most `longest` characters.

    Whatever cannot be seen is dropped (control characters, marks of direction) or, where it
    separates, becomes a space. What is too long is cut, not refused: a person whose name is
    absurdly long must still be found, updated and erased.
    """
    if text.isascii() and text.isprintable():
        if len(text) <= longest and "  " not in text:
            return text.strip()
    else:
        text = text[: longest * _SLACK]
        text = "".join([_visible(each) for each in unicodedata.normalize("NFC", text)])
    return " ".join(text.split())[:longest].rstrip()


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else ""
