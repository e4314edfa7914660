"""Tells a card's brand from its first digits and its length, as the brands publish them.

Sources: ISO/IEC 7812 ranges as published by Visa, Mastercard, American Express, Diners Club,
Discover and JCB; Elo and Hipercard (with its sister Hiper) as acquirers in Brazil publish them.
"""

from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, Literal

Brand = Literal["visa", "mastercard", "amex", "diners", "discover", "jcb", "elo", "hipercard"]
_Entry = tuple[Brand, frozenset[int]]

_PREFIX_DIGITS: Final = 6
_SIXTEEN: Final = frozenset({16})
_SIXTEEN_TO_NINETEEN: Final = frozenset({16, 17, 18, 19})
_HIPERCARD_LENGTHS: Final = frozenset({13, 16, 19})

# Inclusive ranges of prefixes, both ends with the same number of digits.
_INTERNATIONAL: Final[tuple[tuple[Brand, frozenset[int], tuple[tuple[int, int], ...]], ...]] = (
    ("visa", frozenset({13, 16, 19}), ((4, 4),)),
    ("mastercard", _SIXTEEN, ((51, 55), (2221, 2720))),
    ("amex", frozenset({15}), ((34, 34), (37, 37))),
    (
        "diners",
        _SIXTEEN_TO_NINETEEN | {14},
        ((300, 305), (3095, 3095), (36, 36), (38, 39)),
    ),
    (
        "discover",
        _SIXTEEN_TO_NINETEEN,
        ((6011, 6011), (622126, 622925), (644, 649), (65, 65)),
    ),
    ("jcb", _SIXTEEN_TO_NINETEEN, ((3528, 3589),)),
)
# Ranges that lie inside those above (Elo in Visa's 4 and Discover's 65, Hipercard in Diners' 38).
_BRAZILIAN: Final[tuple[tuple[Brand, frozenset[int], tuple[tuple[int, int], ...]], ...]] = (
    (
        "elo",
        _SIXTEEN,
        (
            (401178, 401179),
            (431274, 431274),
            (438935, 438935),
            (451416, 451416),
            (457393, 457393),
            (457631, 457632),
            (504175, 504175),
            (506699, 506778),
            (509000, 509999),
            (627780, 627780),
            (636297, 636298),
            (636368, 636369),
            (650031, 650033),
            (650035, 650051),
            (650057, 650081),
            (650405, 650439),
            (650485, 650538),
            (650541, 650598),
            (650700, 650718),
            (650720, 650727),
            (650901, 650978),
            (651652, 651704),
            (655000, 655019),
            (655021, 655058),
        ),
    ),
    (
        "hipercard",
        _HIPERCARD_LENGTHS,
        ((384100, 384100), (384140, 384140), (384160, 384160), (606282, 606282)),
    ),
    (
        "hipercard",
        _SIXTEEN,
        (
            (637095, 637095),
            (637568, 637568),
            (637599, 637600),
            (637609, 637609),
            (637612, 637612),
        ),
    ),
)


class _Table:
    """Disjoint ranges of six-digit prefixes, found by bisection."""

    def __init__(
        self, rows: Iterable[tuple[Brand, frozenset[int], tuple[tuple[int, int], ...]]]
    ) -> None:
        """Widen every range to six digits and sort; raises ValueError when two overlap."""
        ranges: list[tuple[int, int, _Entry]] = []
        for brand, lengths, prefixes in rows:
            for low, high in prefixes:
                scale: int = 10 ** (_PREFIX_DIGITS - len(str(low)))
                ranges.append((low * scale, (high + 1) * scale - 1, (brand, lengths)))
        ranges.sort(key=lambda row: row[0])
        self._starts = [low for low, _, _ in ranges]
        self._ends = [high for _, high, _ in ranges]
        self._entries = [entry for _, _, entry in ranges]
        if any(end >= start for end, start in zip(self._ends, self._starts[1:], strict=False)):
            raise ValueError("two brands claim the same prefix")

    def find(self, prefix: int, length: int) -> Brand | None:
        """Return the brand of the six-digit `prefix` when it issues numbers of that length."""
        place = bisect_right(self._starts, prefix) - 1
        if place < 0 or prefix > self._ends[place]:
            return None
        brand, lengths = self._entries[place]
        return brand if length in lengths else None


_TABLES: Final = (_Table(_BRAZILIAN), _Table(_INTERNATIONAL))


def brand_of(number: str) -> Brand | None:
    """Return the brand that issues numbers with this prefix and this length, or None.

    `number` is plain digits; anything else has no brand. The check digit is not looked at.
    """
    length = len(number)
    if length < _PREFIX_DIGITS or not (number.isascii() and number.isdigit()):
        return None
    return _find(number[:_PREFIX_DIGITS], length)


@lru_cache(maxsize=4096)
def _find(prefix: str, length: int) -> Brand | None:
    number = int(prefix)
    return _TABLES[0].find(number, length) or _TABLES[1].find(number, length)
