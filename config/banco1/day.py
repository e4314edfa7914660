"""The bank's day: acts in a plausible mixture, at a rate, for as long as the program runs."""

import threading
import time
from collections.abc import Callable
from random import Random
from typing import Final

import MySQLdb
import structlog

from config.banco1.bank import Bank

_PAUSE_SECONDS: Final = 1.0
# By how many of a hundred acts each is; new accounts are rarer where there are enough customers.
_WEIGHTS: Final = {
    "open_account": 30,
    "move": 15,
    "change_phone": 20,
    "change_what_stays_here": 20,
    "change_key": 2,
    "replace": 3,
    "close_account": 6,
    "erase": 4,
}
_OPENED_WHERE_ENOUGH: Final = 8
_GROWTH: Final = 1.5

_log = structlog.get_logger("banco1")


class Day:
    """Changes the bank's table `rate` times a second until told to stop.

    The table begins with `customers` people and grows by half of that at most.
    """

    def __init__(
        self,
        *,
        customers: int,
        rate: float,
        random: Random,
        connected: Callable[[], "MySQLdb.Connection"],
    ) -> None:
        """Prepare; the database is asked nothing yet, and connects by `connected`."""
        self._customers = customers
        self._rate = rate
        self._random = random
        self._connected = connected
        self._ending = threading.Event()
        self._trouble: str | None = "not begun"

    def run(self) -> None:
        """Work until told to stop; a database that is away is tried again every second."""
        while not self._ending.is_set():
            try:
                self._work()
            except MySQLdb.Error as error:
                # Its text may quote a row.
                self._trouble = f"database: {type(error).__name__}"
                _log.warning("banco1_interrupted", error=type(error).__name__)
                self._ending.wait(_PAUSE_SECONDS)

    def stop(self) -> None:
        """Have `run` return after the act in hand."""
        self._ending.set()

    def trouble(self) -> str | None:
        """Say what keeps the bank from working; None when all is well."""
        return self._trouble

    def _work(self) -> None:
        connection = self._connected()
        try:
            bank = Bank(connection, self._random)
            bank.open_accounts(max(0, self._customers - bank.count()))
            self._trouble = None
            self._keep_changing(bank)
        finally:
            connection.close()

    def _keep_changing(self, bank: Bank) -> None:
        due = time.monotonic()
        while not self._ending.wait(max(0.0, due - time.monotonic())):
            self._act(bank)
            due = max(due + 1 / self._rate, time.monotonic() - 1)

    def _act(self, bank: Bank) -> None:
        weights = dict(_WEIGHTS)
        if bank.count() > self._customers * _GROWTH:
            weights["open_account"] = _OPENED_WHERE_ENOUGH
        name = self._random.choices(list(weights), list(weights.values()))[0]
        getattr(bank, name)()
