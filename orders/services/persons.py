"""Reads what a person has typed of themselves, for REST and for every form of the shop."""

from collections.abc import Callable, Mapping
from typing import Final

from orders.adapters.phones import to_e164
from orders.domain import customers
from orders.services.customers import Person

_READERS: Final[Mapping[str, Callable[[str], str | None]]] = {
    "name": customers.name_of,
    "phone": to_e164,
    "email": customers.email_of,
    "document": customers.document_of,
    "address": customers.address_of,
    "region": customers.region_of,
}
FIELDS: Final = tuple(_READERS)


class InvalidPersonError(Exception):
    """Some of the fields cannot be what they are; no text quotes them.

    `faults` says by field `missing`, `number` (a card's number stands in it), or the field's own
    name where its value is none of its kind.
    """

    def __init__(self, faults: Mapping[str, str]) -> None:
        """Keep the faults, in the order of FIELDS."""
        super().__init__(", ".join(faults))
        self.faults = dict(faults)


def read_person(
    typed: Mapping[str, str], *, optional: frozenset[str] = frozenset(), card_number: str = ""
) -> Person:
    """Return the person of what was `typed` by field; raises InvalidPersonError with every fault.

    Fields that are `optional` may be empty; no field may hold `card_number`, where one is given.
    """
    values: dict[str, str] = {}
    faults: dict[str, str] = {}
    for name, read in _READERS.items():
        text = typed.get(name, "")
        if not text.strip() and name in optional:
            values[name] = ""
            continue
        value = read(text)
        if value is None:
            faults[name] = name if text.strip() else "missing"
        elif customers.holds_number(card_number, text):
            faults[name] = "number"
        else:
            values[name] = value
    if faults:
        raise InvalidPersonError(faults)
    return Person(**values)
