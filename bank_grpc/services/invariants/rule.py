"""What an invariant is: a name, a plain sentence, and a function that finds what breaks it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from django.utils.functional import Promise

from bank_grpc.adapters.payments_topic import PostedRecords

# More breakers than these are not told apart: something general is wrong.
MOST_COUNTED: Final = 1000


@dataclass(frozen=True, slots=True)
class Look:
    """What a check may look at beside the database; `since` bounds what is read of the outbox."""

    topic: PostedRecords
    since: datetime


Find = Callable[[Look], Iterable[object]]


@dataclass(frozen=True, slots=True)
class Invariant:
    """One rule; `find` gives the ids of what breaks it, none where it holds."""

    name: str
    sentence: str | Promise
    find: Find

    def broken(self, look: Look) -> list[str]:
        """Return what breaks it, up to MOST_COUNTED; raises TransientError without a broker."""
        return [str(each) for each in islice(self.find(look), MOST_COUNTED)]
