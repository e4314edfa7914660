"""From the 202 to the decision on the panel, through every process of the product."""

import asyncio
import atexit
import json
import logging
import statistics
import tempfile
import time
from base64 import b64encode
from pathlib import Path
from typing import Any, Final

import httpx
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.harness import Benchmark, Sample, Variant
from tests.stack import Stack, payment

PER_SECOND: Final = 200
SECONDS: Final = 10
_CONNECTIONS: Final = 16
_DEADLINE: Final = 30.0


def benchmark() -> Benchmark:
    """Return one variant: the whole product, as `bin/run` starts it, on a database of its own."""
    # A line for each request would cost what is to be measured.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    folder = tempfile.TemporaryDirectory()
    stack = Stack(Path(folder.name))
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
            " and the live process on one machine, SQLite, frames at ten a second. From the moment"
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
    async with connect(stack.plan.websocket_url, additional_headers=headers) as panel:
        await panel.send('{"type":"resume","cursor":null}')
        watcher = asyncio.create_task(_watch(panel, shown))
        begin = time.perf_counter()
        await _post_all(stack, accepted)
        await _until_all_are_shown(accepted, shown)
        seconds = time.perf_counter() - begin
        watcher.cancel()
    times = sorted(max(0.0, shown[each] - at) * 1000 for each, at in accepted.items())
    return Sample(
        units=len(times),
        seconds=seconds,
        extra={
            "p50 ms": statistics.median(times),
            "p99 ms": times[-(-len(times) * 99 // 100) - 1],
        },
    )


async def _post_all(stack: Stack, accepted: dict[str, float]) -> None:
    account = stack.demo["accounts"][0]
    token = b64encode(f"{account['id']}:{account['secret']}".encode()).decode()
    limits = httpx.Limits(max_connections=_CONNECTIONS)
    async with httpx.AsyncClient(
        base_url=stack.base_url, limits=limits, trust_env=False, timeout=_DEADLINE
    ) as client:
        client.headers["Authorization"] = f"Basic {token}"
        begin, tasks = time.perf_counter(), []
        for number in range(PER_SECOND * SECONDS):
            await asyncio.sleep(max(0.0, begin + number / PER_SECOND - time.perf_counter()))
            tasks.append(asyncio.create_task(_post(client, accepted)))
        await asyncio.gather(*tasks)


async def _post(client: httpx.AsyncClient, accepted: dict[str, float]) -> None:
    answer = await client.post("/api/v1/transactions", json=payment())
    answer.raise_for_status()
    accepted[answer.json()["id"]] = time.perf_counter()


async def _watch(panel: ClientConnection, shown: dict[str, float]) -> None:
    async for text in panel:
        now = time.perf_counter()
        message: dict[str, Any] = json.loads(text)
        for event in message.get("events", ()):
            if event["kind"] == "decided":
                shown.setdefault(event["transaction"]["id"], now)


async def _until_all_are_shown(accepted: dict[str, float], shown: dict[str, float]) -> None:
    async with asyncio.timeout(_DEADLINE):
        while accepted.keys() - shown.keys():  # noqa: ASYNC110 - the watcher fills it
            await asyncio.sleep(0.01)
