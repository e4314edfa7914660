"""Accepting over REST: the whole stack against the textbook's view with the same writes."""

import atexit
import json
import os
import socket
import subprocess
import sys
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import psutil

from accounts.services import create_account
from benchmarks.harness import Benchmark, Ratio, Sample, Variant
from benchmarks.support.waiting import until_listening
from messaging.models import OutboxMessage
from transactions.models import IdempotencyKey, Transaction

CLIENTS: Final = 32
THREADS: Final = 16
REQUESTS: Final = {"textbook": 1_500, "ours": 10_000}
# The settings of each, and the application as granian is told of it.
SERVERS: Final = {
    "textbook": (
        "benchmarks.support.textbook_settings",
        ("--factory", "django.core.wsgi:get_wsgi_application"),
    ),
    "ours": ("config.settings.base", ("config.wsgi:application",)),
}
_BODY: Final[dict[str, Any]] = {
    "amount": "10.50",
    "currency": "BRL",
    "card": {
        "number": "4111111111111111",
        "holder": "MARIA DA SILVA",
        "expiration_month": 12,
        "expiration_year": 2030,
        "cvv": "123",
    },
    "description": "Order 1001",
}
_NOTES: Final = (
    f"granian, WSGI, one worker, {THREADS} threads; {CLIENTS} keep-alive clients, each request with"
    " its own idempotency key. Both do the same: authenticate by HMAC, seal the card, write"
    " transaction, key and outbox row, answer 202 after the commit. CPU is the server's alone."
    " Nothing of DRF is left out of ours: view, authentication, permission, throttle, negotiation,"
    " errors."
)


_RATIOS: Final = (
    Ratio(name="ours to textbook", of="ours", to="textbook", goal=9, floor=6),
    Ratio(
        name="CPU per request, textbook to ours",
        of="textbook",
        to="ours",
        goal=9,
        floor=6,
        measure=lambda sample: sample.cpu_per_unit,
    ),
)


def benchmark() -> Benchmark:
    """Return the comparison; both servers run all the time, one of them is asked."""
    account, secret = create_account("Benchmark")
    token = b64encode(f"{account.id}:{secret}".encode()).decode()
    servers = {name: serve(*arguments) for name, arguments in SERVERS.items()}
    return Benchmark(
        title="REST: accept a transaction",
        unit="requests",
        variants=[
            Variant(name=name, run=partial(server.ask, token, REQUESTS[name]), prepare=_empty)
            for name, server in servers.items()
        ],
        ratios=_RATIOS,
        notes=_NOTES,
    )


@dataclass(slots=True)
class Server:
    """A granian process and the port that it listens on."""

    process: psutil.Process
    port: int

    def ask(self, token: str, requests: int) -> Sample:
        """Return how long the server took for so many requests."""
        before = self.cpu()
        found = self._load(token, requests)
        if found["refused"] or Transaction.objects.count() != requests:
            raise RuntimeError(f"{found['refused']} requests were refused")
        return Sample(
            units=requests,
            seconds=found["seconds"],
            cpu_seconds=self.cpu() - before,
            extra={"p50 ms": found["p50"] * 1000, "p99 ms": found["p99"] * 1000},
        )

    def _load(self, token: str, requests: int) -> dict[str, Any]:
        body = json.dumps(_BODY)
        head = (
            "POST /api/v1/transactions HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n"
            f"Authorization: Basic {token}\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {{key}}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        command = [sys.executable, "-m", "benchmarks.support.keep_alive"]
        done = subprocess.run(
            [*command, str(self.port), str(CLIENTS), str(requests)],
            input=json.dumps({"head": head, "body": body}),
            capture_output=True,
            text=True,
            check=True,
        )
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def cpu(self) -> float:
        """Return the seconds of CPU that it and its worker have taken."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(sum(each.cpu_times()[:2]) for each in family)


def serve(settings: str, application: Sequence[str], **more: str) -> Server:
    """Start granian with `settings`, and with `more` in its environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1"]
    command += ["--blocking-threads", str(THREADS), "--no-ws", "--log-level", "warning"]
    command += ["--host", "127.0.0.1", "--port", str(port), *application]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": settings,
        "ACCOUNTS_RATE_LIMIT": "1000000000",
        **more,
    }
    process = psutil.Popen(command, env=environment)
    atexit.register(process.terminate)
    until_listening(port)
    return Server(psutil.Process(process.pid), port)


def _empty() -> None:
    for model in (Transaction, IdempotencyKey, OutboxMessage):
        model.objects.all().delete()
