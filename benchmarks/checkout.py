"""The same payment straight over gRPC and over our REST checkout: latency and bytes, in one run."""

import json
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from accounts.services import create_account
from bank_grpc.models import Checkout
from bank_grpc.services.cards import IssuedCard
from benchmarks import accept, bank
from benchmarks.harness import Benchmark, Sample, Variant
from benchmarks.support.counted import Counted

_CLIENTS: Final = {1: 400, 16: 2_000}
# On one connection, whose beginning is counted with them.
_COUNTED: Final = 200
_NOTES: Final = (
    "One payment of the same card and amount, each with its own key, answered when it is committed:"
    " straight to the bank's gRPC server, and by `POST /api/v1/checkout` (granian, 16 threads),"
    " which authenticates the shop, keeps the key, calls the same gRPC server and keeps the answer."
    " The number behind each name is that of the calls in flight. The bytes are one payment's,"
    f" inside TCP, from {_COUNTED} on one connection through a relay that counts, apart from the"
    " calls that are timed. CPU is that of the servers, the bank's included in the checkout's."
    " The gRPC client is the library's in Python, the REST client bare sockets, which are quicker."
)

Load = Callable[[int, int, int], dict[str, Any]]


def benchmark() -> Benchmark:
    """Return the comparison; both servers run all the time."""
    card = bank.issue("Holder")
    server = bank.ours()
    shop = accept.serve(
        *accept.SERVERS["ours"], BANK_ADDRESS=f"127.0.0.1:{server.port}", BANK_REFLECTION="false"
    )
    account, secret = create_account("Padaria")
    token = b64encode(f"{account.id}:{secret}".encode()).decode()
    over_grpc = partial(_over_grpc, [bank.request(card)])
    over_rest = partial(_over_rest, _posted(card, token))
    told: list[tuple[str, Load, int, Sequence[Any]]] = [
        ("gRPC", over_grpc, server.port, [server]),
        ("REST checkout", over_rest, shop.port, [shop, server]),
    ]
    return Benchmark(
        title="The same payment over gRPC and over REST",
        unit="payments",
        variants=[
            Variant(
                name=f"{name}, {clients}",
                run=partial(_run, load, port, servers, clients),
                prepare=_empty,
            )
            for clients in _CLIENTS
            for name, load, port, servers in told
        ],
        notes=_NOTES,
    )


def _run(load: Load, port: int, servers: Sequence[Any], clients: int) -> Sample:
    with Counted(port) as relay:
        load(relay.port, 1, _COUNTED)
    before = sum(each.cpu() for each in servers)
    found = load(port, clients, _CLIENTS[clients])
    return Sample(
        units=_CLIENTS[clients],
        seconds=found["seconds"],
        cpu_seconds=sum(each.cpu() for each in servers) - before,
        extra={
            "p50 ms": found["p50"] * 1000,
            "p99 ms": found["p99"] * 1000,
            "bytes sent": relay.sent / _COUNTED,
            "bytes received": relay.received / _COUNTED,
        },
    )


def _over_grpc(requests: Sequence[str], port: int, clients: int, calls: int) -> dict[str, Any]:
    found = _loaded("grpc_load", (port, clients, calls), requests)
    if found["failed"]:
        raise RuntimeError(f"{found['failed']} calls failed")
    return found


def _over_rest(told: Mapping[str, str], port: int, clients: int, calls: int) -> dict[str, Any]:
    found = _loaded("keep_alive", (port, clients, calls), told)
    if found["refused"]:
        raise RuntimeError(f"{found['refused']} requests were refused")
    return found


def _loaded(module: str, numbers: Sequence[int], given: object) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.support.{module}", *map(str, numbers)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _posted(card: IssuedCard, token: str) -> dict[str, str]:
    plastic = card.plastic
    typed = {
        "number": plastic.number,
        "holder": card.holder,
        "expiration_month": plastic.expiration_month,
        "expiration_year": plastic.expiration_year,
        "cvv": plastic.cvv,
    }
    posted = {"amount": "0.01", "description": card.card_id, "card": typed}
    body = json.dumps(posted, separators=(",", ":"))
    head = (
        "POST /api/v1/checkout HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n"
        f"Authorization: Basic {token}\r\nContent-Type: application/json\r\n"
        f"Idempotency-Key: {{key}}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return {"head": head, "body": body, "status": "201"}


def _empty() -> None:
    bank.empty()
    Checkout.objects.all().delete()
