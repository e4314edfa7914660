"""Sends orders over REST at their pace, and repeats each until its outcome is known."""

import queue
import random
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import httpx

from transactions.simulation.ledger import Ledger
from transactions.simulation.traffic import Order

_ACCEPTED: Final = 202
_SERVER_ERRORS: Final = 500
_TOO_MANY: Final = 429
_KEY_IN_USE: Final = "idempotency_key_in_use"
_FIRST_DELAY: Final = 0.05
_LONGEST_DELAY: Final = 2.0


@dataclass(frozen=True, slots=True)
class Merchant:
    """An account as a merchant holds it."""

    account_id: str
    secret: str = field(repr=False)


@dataclass(slots=True)
class Sender:
    """Worker threads that send what `send_all` is given.

    `patience` is for how many seconds one order is repeated, with the same key, through 503, 429,
    a twin in flight and lost connections, until it is given up as unknown. `stop` set: no new
    orders. `hurry` set: no more patience either.
    """

    base_url: str
    merchants: list[Merchant]
    ledger: Ledger
    workers: int = 16
    patience: float = 120.0
    stop: threading.Event = field(default_factory=threading.Event)
    hurry: threading.Event = field(default_factory=threading.Event)

    def send_all(self, orders: Iterable[Order], *, rate: float) -> None:
        """Send the orders, `rate` a second on average (0: as fast as they are answered)."""
        waiting: queue.Queue[Order | None] = queue.Queue(self.workers * 2)
        threads = [
            threading.Thread(target=self._work, args=(waiting,), daemon=True)
            for _ in range(self.workers)
        ]
        for thread in threads:
            thread.start()
        self._pace(orders, rate, waiting)
        for _ in threads:
            waiting.put(None)
        for thread in threads:
            thread.join()

    def _pace(
        self, orders: Iterable[Order], rate: float, waiting: "queue.Queue[Order | None]"
    ) -> None:
        due = time.monotonic()
        for order in orders:
            if rate:
                due += order.gap / rate
                self.stop.wait(max(0.0, due - time.monotonic()))
                # After a halt the pace goes on from here: what was missed is not made up for.
                due = max(due, time.monotonic() - 1.0)
            if self.stop.is_set():
                return
            waiting.put(order)

    def _work(self, waiting: "queue.Queue[Order | None]") -> None:
        with httpx.Client(base_url=self.base_url, timeout=10.0, trust_env=False) as client:
            while (order := waiting.get()) is not None:
                self.ledger.note_sent()
                self._send(client, order)

    def _send(self, client: httpx.Client, order: Order) -> None:
        deadline = time.monotonic() + self.patience
        delay = _FIRST_DELAY
        while True:
            pause = self._try(client, order)
            if pause is None:
                return
            if time.monotonic() >= deadline or self.hurry.is_set():
                self.ledger.note_unknown(order, "given up")
                return
            # Half of it by chance, so that what failed together does not come back together.
            self.hurry.wait(max(pause, delay * random.uniform(0.5, 1.0)))  # noqa: S311 - no secret
            delay = min(delay * 2, _LONGEST_DELAY)

    def _try(self, client: httpx.Client, order: Order) -> float | None:
        """Send once; return the pause that was asked for, or None when the outcome is known."""
        merchant = self.merchants[order.account]
        try:
            answer = client.post(
                "/api/v1/transactions",
                content=order.body,
                auth=(merchant.account_id, merchant.secret),
                headers={"Content-Type": "application/json", "Idempotency-Key": order.key},
            )
        except httpx.TransportError as error:
            self.ledger.note_retry(type(error).__name__)
            return 0.0
        if answer.status_code == _ACCEPTED:
            is_replay = answer.headers.get("Idempotent-Replayed") == "true"
            self.ledger.note_accepted(
                order, answer.json()["id"], merchant.account_id, is_replay=is_replay
            )
            return None
        return self._judge(answer)

    def _judge(self, answer: httpx.Response) -> float | None:
        code = _code_of(answer)
        status = answer.status_code
        if status >= _SERVER_ERRORS or status == _TOO_MANY or code == _KEY_IN_USE:
            self.ledger.note_retry(f"{status} {code}")
            return min(_seconds(answer.headers.get("Retry-After")), 5.0)
        self.ledger.note_refused(f"{status} {code}")
        return None


def _code_of(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["code"])
    except (ValueError, KeyError, TypeError):
        return "no code"


def _seconds(header: str | None) -> float:
    return float(header) if header and header.isdigit() else 0.0
