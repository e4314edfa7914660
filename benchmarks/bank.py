"""Paying over gRPC: the whole bank against the empty handler and the bare SQL on the same wire."""

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import psutil
from django.db import connection
from django.utils import timezone

from bank_grpc.models import Card
from bank_grpc.protos import payment_pb2
from bank_grpc.services.cards import IssuedCard, issue_card
from benchmarks.harness import Benchmark, Ratio, Sample, Variant
from benchmarks.support.waiting import until_listening
from config.launcher import ports

CARDS: Final = 500
THREADS: Final = 8
_CALLS: Final = {1: 400, 16: 4_000, 64: 6_000}
_LIMIT_CENTS: Final = 10**12
_TABLES: Final = ("bank_ledger_entry", "bank_payment", "messaging_outbox")
_RATIOS: Final = tuple(
    Ratio(
        name=f"{told}{processes}, 64 clients, to the empty handler{processes}",
        of=f"ours{processes}, {of}, 64",
        to=f"empty handler{processes}, 64",
        goal=0.6,
        floor=0.45,
    )
    for processes in ("", ", two processes")
    for told, of in (("many cards", "many cards"), ("one hot card", "hot card"))
)
_NOTES: Final = (
    f"One server process of each kind, {THREADS} threads for the empty handler and the bare SQL;"
    " ours runs on an event loop with one writing thread (record 0118), beside both kinds of empty"
    " handler; the ratios are to the one with threads. The number behind each name is that of the"
    " calls in flight. Ours checks limit, expiry and CVV, keeps the idempotency key, and commits"
    " balance, payment, two ledger rows and outbox row before it"
    " answers. The bare SQL writes the same rows in one packet a call and checks nothing. CPU is"
    " the servers' alone; one client process, servers and database share the machine. Two processes"
    " listen on ports of their own, and the client's connections take turns."
)


def benchmark() -> Benchmark:
    """Return the comparison; all servers run all the time, one of them is asked."""
    cards = [issue(f"Holder {number}") for number in range(CARDS)]
    many, hot = [request(each) for each in cards], [request(cards[0])]
    nothing, bare = _bare("empty"), _bare("bare", os.environ["DATABASE_URL"])
    nothing_async, bank = _bare("empty-asyncio"), ours()
    nothings, banks = (nothing, _bare("empty")), (bank, ours())
    told: list[tuple[str, Sequence[Server], Sequence[str], tuple[int, ...]]] = [
        ("empty handler", [nothing], many, (1, 16, 64)),
        ("empty handler, asyncio", [nothing_async], many, (64,)),
        ("empty handler, two processes", nothings, many, (64,)),
        ("bare SQL, many cards", [bare], many, (16, 64)),
        ("bare SQL, hot card", [bare], hot, (64,)),
        ("ours, many cards", [bank], many, (1, 16, 64)),
        ("ours, hot card", [bank], hot, (1, 16, 64)),
        ("ours, two processes, many cards", banks, many, (64,)),
        ("ours, two processes, hot card", banks, hot, (64,)),
    ]
    return Benchmark(
        title="gRPC: pay with a card",
        unit="payments",
        variants=[
            Variant(
                name=f"{name}, {clients}",
                run=partial(_ask, servers, requests, clients),
                prepare=empty,
            )
            for name, servers, requests, counts in told
            for clients in counts
        ],
        ratios=_RATIOS,
        notes=_NOTES,
    )


class Server:
    """A server process and the port that it listens on."""

    def __init__(self, command: Sequence[str], port: int, **environment: str) -> None:
        """Start it and wait until it listens."""
        self.port = port
        process = psutil.Popen(command, env=os.environ | environment)
        atexit.register(process.kill)
        self._process = psutil.Process(process.pid)
        until_listening(port)

    def cpu(self) -> float:
        """Return the seconds of CPU that it has taken."""
        return sum(self._process.cpu_times()[:2])


def _ask(servers: Sequence[Server], requests: Sequence[str], clients: int) -> Sample:
    calls, before = _CALLS[clients], sum(each.cpu() for each in servers)
    told = ",".join(str(each.port) for each in servers)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.support.grpc_load"),
            *(told, str(clients), str(calls)),
        ],
        input=json.dumps(requests),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    if found["failed"]:
        raise RuntimeError(f"{found['failed']} calls failed")
    return Sample(
        units=calls,
        seconds=found["seconds"],
        cpu_seconds=sum(each.cpu() for each in servers) - before,
        extra={"p50 ms": found["p50"] * 1000, "p99 ms": found["p99"] * 1000},
    )


def _bare(kind: str, *more: str) -> Server:
    port = ports.free_run(1)
    command = [sys.executable, "-m", "benchmarks.support.bare_bank", kind, str(port), str(THREADS)]
    return Server([*command, *more], port)


def ours() -> Server:
    """Start the bank."""
    port = ports.free_run(1)
    command = [sys.executable, "manage.py", "run_bank", "--address", f"127.0.0.1:{port}"]
    return Server(command, port, TRILHO_BACKGROUND="true")


def issue(holder: str) -> IssuedCard:
    """Issue a card that pays for everything."""
    return issue_card(
        holder=holder, limit_cents=_LIMIT_CENTS, actor="benchmark", now=timezone.now()
    )


def request(card: IssuedCard) -> str:
    """Return a charge of one cent on the old wire, as hexadecimal digits."""
    plastic = card.plastic
    typed = payment_pb2.PaymentRequest.CreditCard(
        name=card.holder,
        number=plastic.number,
        expirationMonth=plastic.expiration_month,
        expirationYear=plastic.expiration_year,
        cvv=int(plastic.cvv),
    )
    asked = payment_pb2.PaymentRequest(
        creditCard=typed, amount=0.01, store="Padaria", description=card.card_id
    )
    return asked.SerializeToString().hex()


def empty() -> None:
    """Give the bank empty books; not by DELETE, which the database cleans up after for seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SET FOREIGN_KEY_CHECKS = 0")
        for table in _TABLES:
            cursor.execute(f"TRUNCATE {table}")
        cursor.execute("SET FOREIGN_KEY_CHECKS = 1")
    Card.objects.update(balance_cents=0)
