"""What an agent may ask of the list of customers, and how its questions stand in an address."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

LONGEST_SEARCH: Final = 60


class Show(enum.StrEnum):
    """Whom the list shows, as far as calling goes."""

    CALLABLE = "callable"
    BARRED = "barred"
    ALL = "all"


class Order(enum.StrEnum):
    """How the list is sorted; people of the same place by their hash."""

    NAME = "name"
    NAME_DOWN = "-name"
    CHANGED = "-changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The filters of a list: a region's code or none, and how the name begins."""

    show: Show = Show.CALLABLE
    order: Order = Order.NAME
    region: str = ""
    begins: str = ""

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> "Wanted":
        """Return what an address asks for; what means nothing is as if it were not there."""
        return cls(
            show=_one_of(Show, query.get("show"), Show.CALLABLE),
            order=_one_of(Order, query.get("sort"), Order.NAME),
            region=_text(query.get("region"))[:32],
            begins=_text(query.get("q"))[:LONGEST_SEARCH],
        )

    @property
    def told(self) -> dict[str, Any]:
        """Return the filters as the audit keeps them: that a name was sought, never which."""
        return {
            "show": self.show.value,
            "sort": self.order.value,
            "region": self.region,
            "searched": bool(self.begins),
        }

    @property
    def is_narrowed(self) -> bool:
        """Tell whether a region or a name is asked for."""
        return bool(self.region or self.begins)


def _text(value: object) -> str:
    text = value if isinstance(value, str) else ""
    # What cannot be seen can be in no name, and a database may refuse it.
    return "".join(each for each in text if each.isprintable()).strip()


def _one_of(kind: Any, value: object, default: Any) -> Any:
    try:
        return kind(value)
    except ValueError:
        return default
