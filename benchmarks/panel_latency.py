"""From the 202 to the decision on the panel, through every process of the product."""

import asyncio
import atexit
import json
import logging
import os
import statistics
import tempfile
import time
from base64 import b64encode
from pathlib import Path
from typing import Final

import httpx
import msgspec
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.harness import Benchmark, Sample, Variant
from benchmarks.support.paced import Pace, request
from tests.stack import Stack, payment

PER_SECOND: Final = 200
SECONDS: Final = 10
_DEADLINE: Final = 30.0


class _Transaction(msgspec.Struct):
    id: str


class _Event(msgspec.Struct):
    kind: str
    transaction: _Transaction


class _Message(msgspec.Struct):
    events: list[_Event] = []


def benchmark() -> Benchmark:
    """Return one variant: the whole product, as `bin/run` starts it, on a database of its own."""
    # A line for each request would cost what is to be measured.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    folder = tempfile.TemporaryDirectory()
    # The frame made this database; without the name a stack would run on a file of SQLite.
    stack = Stack(Path(folder.name), environment={"DATABASE_URL": os.environ["DATABASE_URL"]})
    atexit.register(folder.cleanup)
    atexit.register(stack.stop)
    stack.start()
    session = _log_in(stack)
    return Benchmark(
        title="Live panel: from the 202 to the decision on it",
        unit="transactions",
        rounds=3,
        variants=[Variant(name="the product", run=lambda: asyncio.run(_measure(stack, session)))],
        notes=(
            f"{PER_SECOND} transactions/s for {SECONDS} s over REST; web, relay, processor, results"
            " and the live process on one machine, MariaDB, frames at ten a second. From the moment"
            " the client has the 202 to the moment the frame with the decision is there. Goal:"
            " p99 <= 200 ms, floor 400 ms, on two cores that do nothing else."
        ),
    )


def _log_in(stack: Stack) -> str:
    login = next(each for each in stack.demo["logins"] if each["role"] == "staff")
    with httpx.Client(base_url=stack.base_url, trust_env=False) as client:
        client.get("/login/")
        fields = {"username": login["username"], "password": login["password"]}
        token = client.cookies["csrftoken"]
        client.post("/login/", data={**fields, "csrfmiddlewaretoken": token})
        return client.cookies["sessionid"]


async def _measure(stack: Stack, session: str) -> Sample:
    accepted: dict[str, float] = {}
    shown: dict[str, float] = {}
    headers = {"Cookie": f"sessionid={session}"}
    async with connect(
        stack.plan.websocket_url, additional_headers=headers, compression=None
    ) as panel:
        await panel.send('{"type":"resume","cursor":null}')
        watcher = asyncio.create_task(_watch(panel, shown))
        posted_in = await _pace(stack, accepted).run()
        await _until_all_are_shown(accepted, shown)
        watcher.cancel()
    times = sorted(max(0.0, shown[each] - at) * 1000 for each, at in accepted.items())
    return Sample(
        units=len(times),
        seconds=posted_in,
        extra={
            "p50 ms": statistics.median(times),
            "p95 ms": times[-(-len(times) * 95 // 100) - 1],
            "p99 ms": times[-(-len(times) * 99 // 100) - 1],
            "longest ms": times[-1],
        },
    )


def _pace(stack: Stack, accepted: dict[str, float]) -> Pace:
    account = stack.demo["accounts"][0]
    token = b64encode(f"{account['id']}:{account['secret']}".encode()).decode()
    body = json.dumps(payment()).encode()
    return Pace(
        port=stack.plan.port,
        request=request("/api/v1/transactions", {"Authorization": f"Basic {token}"}, body),
        per_second=PER_SECOND,
        total=PER_SECOND * SECONDS,
        note=accepted.__setitem__,
    )


async def _watch(panel: ClientConnection, shown: dict[str, float]) -> None:
    decoder = msgspec.json.Decoder(_Message)
    async for text in panel:
        now = time.perf_counter()
        for event in decoder.decode(text).events:
            if event.kind == "decided":
                shown.setdefault(event.transaction.id, now)


async def _until_all_are_shown(accepted: dict[str, float], shown: dict[str, float]) -> None:
    async with asyncio.timeout(_DEADLINE):
        while accepted.keys() - shown.keys():  # noqa: ASYNC110 - the watcher fills it
            await asyncio.sleep(0.01)
