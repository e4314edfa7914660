"""What housekeeping does for the bank: it closes the invoices whose day is over."""

from datetime import date, datetime
from typing import Final

from bank_grpc.models import Invoice
from bank_grpc.services.invoices import GRACE, close_some
from cards import rules
from messaging.housekeeping import Chore, register_chore


class _Closing:
    """Closes what is due, and then asks no more until a day is over: all close at midnight."""

    def __init__(self) -> None:
        self._done_on: date | None = None

    def __call__(self, now: datetime) -> int:
        today = rules.day_in_brazil(now - GRACE)
        if self._done_on == today:
            return 0
        closed = close_some(now)
        if not closed:
            self._done_on = today
        return closed


closing: Final = _Closing()
register_chore(
    Chore(
        table=Invoice._meta.db_table,  # noqa: SLF001 - Django's documented door
        using="default",
        told="invoices are closed after their closing day",
        work=closing,
    )
)
