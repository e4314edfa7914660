"""Reads amounts as people type them, in either of the two languages."""

import re
from typing import Final

_PLAIN: Final = re.compile(r"(\d{1,11})(?:[.,](\d{1,2}))?", re.ASCII)
_GROUPED: Final = re.compile(r"(\d{1,3}(?:([.,])\d{3})+)(?:(?!\2)[.,](\d{1,2}))?", re.ASCII)


def cents_of(text: str) -> int | None:
    """Return the cents of `1,234.56`, `1.234,56`, `R$ 1234.5`; None where it is no amount."""
    typed = text.removeprefix("R$").strip()
    plain = _PLAIN.fullmatch(typed)
    if plain:
        return int(plain[1]) * 100 + int((plain[2] or "").ljust(2, "0"))
    grouped = _GROUPED.fullmatch(typed)
    if grouped:
        whole = int(re.sub(r"[.,]", "", grouped[1]))
        return whole * 100 + int((grouped[3] or "").ljust(2, "0"))
    return None
