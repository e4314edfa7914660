"""What a text of a merchant may contain: printable words, no control characters, no pictures."""

import unicodedata
from typing import Final

# Symbols such as emoji, and keycaps; letters, marks and punctuation of any script are welcome.
_PICTURES: Final = frozenset({"So", "Me"})
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)
_VARIATION_SELECTORS: Final = range(0xFE00, 0xFE10)


def is_printable(text: str) -> bool:
    """Say whether every character is visible or a plain space; lone surrogates are not."""
    return text.isprintable()


def is_name(text: str) -> bool:
    """Say whether `text` can be a person's or company's name: printable, no pictures, not blank."""
    if not text.isprintable() or not text.strip():
        return False
    return text.isascii() or not any(_is_picture(character) for character in text)


def _is_picture(character: str) -> bool:
    point = ord(character)
    return (
        unicodedata.category(character) in _PICTURES
        or point in _SKIN_TONES
        or point in _VARIATION_SELECTORS
    )
