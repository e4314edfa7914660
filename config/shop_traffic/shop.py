"""The shop over REST, as a script calls it: orders and cancellations, asked again until known."""

import threading
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

import httpx

_SECONDS: Final = 30.0
_AGAIN_SECONDS: Final = 0.5
_AGAIN: Final = frozenset({429, 500, 502, 503})


class Shop:
    """One account's way to the shop; shared by threads. `answers` counts codes by their words."""

    def __init__(self, base_url: str, account: Mapping[str, str], *, patience: float) -> None:
        """Call as `account` (`id`, `secret`); give an order up after `patience` seconds."""
        self._client = httpx.Client(
            base_url=base_url,
            auth=(account["id"], account["secret"]),
            timeout=_SECONDS,
            trust_env=False,
        )
        self._patience = patience
        self._lock = threading.Lock()
        self.answers: Counter[str] = Counter()
        self.placed: list[str] = []

    def stock(self) -> dict[str, int]:
        """Return how many of each article can be sold."""
        answer = self._client.get("/api/v1/products").raise_for_status().json()
        return {product["sku"]: product["stock"] for product in answer["data"]}

    def order(self, body: Mapping[str, Any]) -> str | None:
        """Order once, however often it has to be asked; return the order's id where it is one."""
        answer = self._post("/api/v1/orders", dict(body), key=str(uuid4()))
        if answer is None:
            self._count("given up")
            return None
        told = answer.json()
        accepted = answer.status_code == httpx.codes.ACCEPTED
        self._count("accepted" if accepted else str(told.get("code", answer.status_code)))
        if not accepted:
            return None
        with self._lock:
            self.placed.append(told["id"])
        return str(told["id"])

    def cancel(self, order_id: str) -> None:
        """Cancel an order, or learn that it is too late."""
        answer = self._post(f"/api/v1/orders/{order_id}/cancel", {}, key="")
        done = answer is not None and answer.status_code == httpx.codes.ACCEPTED
        self._count("cancelled" if done else "too late to cancel")

    def _post(self, path: str, body: dict[str, Any], *, key: str) -> httpx.Response | None:
        until = time.monotonic() + self._patience
        headers = {"Idempotency-Key": key} if key else {}
        while time.monotonic() < until:
            try:
                answer = self._client.post(path, json=body, headers=headers)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code not in _AGAIN:
                return answer
            self._count("asked again")
            time.sleep(_AGAIN_SECONDS)
        return None

    def _count(self, what: str) -> None:
        with self._lock:
            self.answers[what] += 1
