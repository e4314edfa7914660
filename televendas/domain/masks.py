"""Hides a phone but for its last digits."""

from typing import Final

_SHOWN: Final = 2


def masked(phone: str | None) -> str:
    """Return what may be shown of a phone to whoever has not asked for it: its last two digits."""
    return f"\u2022\u2022\u2022\u2022\u2022-\u2022\u2022{phone[-_SHOWN:]}" if phone else ""
