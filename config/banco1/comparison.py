"""Holds telesales' lean copy against what Banco 1 itself has, for the end of a play."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.conf import settings

from config.banco1.play import Book
from televendas.domain.identity import person_hash
from televendas.models import Customer

_AT_ONCE: Final = 500
_NATIONAL_DIGITS: Final = 11


def differing(book: Book, customers: Sequence[int]) -> list[int]:
    """Return which of the customers are in the copy another way than in the book.

    Whoever is not in the book must be forgotten by the copy.
    """
    found: list[int] = []
    for start in range(0, len(customers), _AT_ONCE):
        found += _differing_among(book, customers[start : start + _AT_ONCE])
    return found


def _differing_among(book: Book, customers: Sequence[int]) -> Iterator[int]:
    key: bytes = settings.TELEVENDAS_KEY
    told = book.rows(customers)
    persons = {each: person_hash(key, book.source_of(each), str(each)) for each in customers}
    copies = Customer.objects.in_bulk(persons.values())
    for customer, person in persons.items():
        if not _is_right(copies.get(person), told.get(customer)):
            yield customer


def _is_right(copy: Customer | None, told: Mapping[str, Any] | None) -> bool:
    if copy is None:
        return False
    if told is None:
        return copy.state != Customer.State.PRESENT and not copy.name
    digits = "".join(filter(str.isdigit, told["telefone"] or ""))
    # As people write it: area and nine digits, with the country before them or not.
    phone = f"+55{digits[-_NATIONAL_DIGITS:]}" if digits else None
    return (copy.name, copy.region, copy.phone) == (told["nome"], told["regiao"], phone)
