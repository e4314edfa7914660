"""What housekeeping does for the bank: keys and tokens go, invoices close, checks are made."""

import time
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q

from bank_grpc.adapters.payments_topic import PaymentsTopic
from bank_grpc.models import Checkout, InvariantResult, Invoice, PaymentToken
from bank_grpc.services.invariants.check import check_all
from bank_grpc.services.invoices import GRACE, close_some
from bank_grpc.services.verify import TOKEN_DAYS
from cards import rules
from messaging.housekeeping import Chore, Trimmer, register, register_chore


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


class _Checking:
    """Checks the invariants now and then; one that is broken is logged, measured and shown."""

    def __init__(self) -> None:
        self._due_at = float("-inf")

    def __call__(self, now: datetime) -> int:
        every = settings.BANK_INVARIANTS_SECONDS
        if every and time.monotonic() >= self._due_at:
            with PaymentsTopic() as topic:
                check_all(topic, now=now)
            self._due_at = time.monotonic() + every
        return 0


# A page of what was paid lives as long; what a key paid stands in the ledger for ever.
register(
    Trimmer(
        model=Checkout,
        column="created_at",
        age=timedelta(hours=settings.IDEMPOTENCY_HOURS),
    )
)
# A charge by an expired token is told `token_expired`, and its card's topic hears of it; one by an
# unknown token is told `token_mismatch`, and nobody hears. A charge may wait for a person for
# weeks, so a token stays for as long again as it was good for; even later the answer is a refusal.
# What is decided is found by its key and needs no token. Spent ones stay: they prove their payment.
register(
    Trimmer(
        model=PaymentToken,
        column="expires_at",
        age=timedelta(days=TOKEN_DAYS),
        only=Q(payment=None),
    )
)
closing: Final = _Closing()
register_chore(
    Chore(
        table=Invoice._meta.db_table,  # noqa: SLF001 - Django's documented door
        using="default",
        told="invoices are closed after their closing day",
        work=closing,
    )
)
register_chore(
    Chore(
        table=InvariantResult._meta.db_table,  # noqa: SLF001 - Django's documented door
        using="default",
        told="the money invariants are checked",
        work=_Checking(),
    )
)
