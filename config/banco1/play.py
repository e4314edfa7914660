"""What happens to Banco 1's customers, by dice, wherever the bank keeps them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, Protocol

from config.banco1 import people

_FEWEST: Final = 3
# By how many of a hundred acts each is.
_ACTS: Final = {"create": 50, "move": 20, "change_phone": 18, "change_what_stays": 8, "erase": 4}
_STAYS: Final = ("cpf", "email", "renda", "endereco")


class Book(Protocol):
    """Where a bank keeps its customers: the columns of `people.Person` by an id."""

    def open(self, columns: Mapping[str, Any]) -> int:
        """Add a customer; return the id."""

    def change(self, customer: int, columns: Mapping[str, Any]) -> bool:
        """Change these columns; tell whether the customer was there."""

    def erase(self, customer: int) -> bool:
        """Forget a customer; tell whether there was one."""

    def rows(self, customers: Collection[int]) -> dict[int, dict[str, Any]]:
        """Return `nome`, `telefone` and `regiao` at least, by id, of those who are there."""

    def source_of(self, customer: int) -> str:
        """Return under which declared source telesales hears of the customer."""


@dataclass(slots=True)
class Play:
    """Customers of its own making in `book`, and what becomes of them.

    `there` are those who, as far as this play knows, are customers; `gone` left.
    """

    book: Book
    random: Random
    there: list[int] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)

    @property
    def everybody(self) -> list[int]:
        """Return the ids of all whom this play has made."""
        return [*self.there, *self.gone]

    def act(self) -> str:
        """Have something happen to somebody; return its name."""
        while True:
            name = self._choose()
            if getattr(self, f"_{name}")():
                return name

    def _choose(self) -> str:
        if len(self.there) < _FEWEST:
            return "create"
        return self.random.choices(list(_ACTS), list(_ACTS.values()))[0]

    def _create(self) -> bool:
        self.there.append(self.book.open(people.invent(self.random).columns))
        return True

    def _move(self) -> bool:
        """Move to another region, or within one."""
        return self._change(people.place(self.random))

    def _change_phone(self) -> bool:
        area = self.random.choice(("11", "51", "81"))
        # One in ten has none any more.
        phone = people.phone(self.random, area) if self.random.randrange(10) else None
        return self._change({"telefone": phone})

    def _change_what_stays(self) -> bool:
        """Change what telesales may not know; nothing may follow of it."""
        other = people.invent(self.random).columns
        return self._change({name: other[name] for name in _STAYS})

    def _change(self, columns: Mapping[str, Any]) -> bool:
        customer = self.random.choice(self.there)
        is_there = self.book.change(customer, columns)
        if not is_there:
            self._left(customer)
        return is_there

    def _erase(self) -> bool:
        customer = self.random.choice(self.there)
        self._left(customer)
        return self.book.erase(customer)

    def _left(self, customer: int) -> None:
        """Note who is gone, perhaps by another hand than ours: the bank has its own day."""
        self.there.remove(customer)
        self.gone.add(customer)
