"""Many clients on few cards at once; each payment is tried under its key until it is known."""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bank_grpc.client.calls import Card
from bank_grpc.client.client import BankClient
from bank_grpc.client.errors import BankError, BankUnavailable, PaymentRefused

_PAUSE_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Blows:
    """What is paid: `payments` of `amount_cents` by the cards in turn, `clients` at a time.

    With a `rate` no more are begun than so many a second; 0 is as fast as they go.
    """

    cards: Sequence[Card]
    clients: int
    payments: int
    amount_cents: int
    run: str
    store: str = "Hammer"
    patience_seconds: float = 300.0
    rate: float = 0.0


@dataclass(slots=True)
class Report:
    """What became of them; `accepted` counts by the card's place, `refused` by the reason.

    `retried` counts further tries under the same key, `unknown` the keys that patience ended for.
    """

    accepted: Counter[int] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    transactions: dict[str, str] = field(default_factory=dict)
    retried: int = 0
    unknown: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    def percentile(self, percent: float) -> float:
        """Return the latency in seconds below which so many of a hundred calls were."""
        ordered = sorted(self.latencies) or [0.0]
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


class Hammer:
    """One run: threads that share a client and take the next payment as soon as one is known."""

    def __init__(self, client: BankClient, blows: Blows) -> None:
        """Prepare to pay through `client`."""
        self._client = client
        self._blows = blows
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self.report = Report()

    def run(self) -> Report:
        """Pay everything and return what became of it."""
        begun = time.monotonic()
        # Daemons: whoever gives up on the run does not wait for their patience.
        clients = range(self._blows.clients)
        threads = [threading.Thread(target=self._work, args=(begun,), daemon=True) for _ in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.report.seconds = time.monotonic() - begun
        return self.report

    def _work(self, run_begun: float) -> None:
        while (number := next(self._numbers)) < self._blows.payments:
            if self._blows.rate:
                time.sleep(max(0.0, run_begun + number / self._blows.rate - time.monotonic()))
            begun = time.monotonic()
            self._pay(number, until=begun + self._blows.patience_seconds)
            with self._lock:
                self.report.latencies.append(time.monotonic() - begun)

    def _pay(self, number: int, *, until: float) -> None:
        """Ask until the outcome is known; one key for all tries."""
        while time.monotonic() < until:
            try:
                if self._ask(number):
                    return
            except BankError as error:
                with self._lock:
                    self.report.errors[error.code] += 1
                return
            with self._lock:
                self.report.retried += 1
            time.sleep(_PAUSE_SECONDS)
        with self._lock:
            self.report.unknown += 1

    def _ask(self, number: int) -> bool:
        """Tell whether the outcome is known now, and note it."""
        blows = self._blows
        place, key = number % len(blows.cards), f"{blows.run}:{number}"
        try:
            paid = self._client.pay(
                blows.cards[place], amount_cents=blows.amount_cents, store=blows.store, key=key
            )
        except PaymentRefused as refused:
            self._note(key, refused.transaction_id, refused=refused.reason)
        except BankUnavailable:
            return False
        else:
            self._note(key, paid, place=place)
        return True

    def _note(self, key: str, transaction: str, *, refused: str = "", place: int = 0) -> None:
        with self._lock:
            self.report.transactions[key] = transaction
            if refused:
                self.report.refused[refused] += 1
            else:
                self.report.accepted[place] += 1
