"""Sockets of the whole site's application, opened as a browser opens them, without a server."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.db import connections

from config.asgi import application

DEADLINE: Final = 120.0


def run(work: Callable[[], Awaitable[None]]) -> None:
    """Run `work` on an event loop of its own, within a deadline."""

    async def whole() -> None:
        try:
            async with asyncio.timeout(DEADLINE):
                await work()
        finally:
            # The thread that asked the database outlives the loop.
            await sync_to_async(connections.close_all)()

    asyncio.run(whole())


@asynccontextmanager
async def socket(path: str, *, session: str = "", origin: str = "") -> AsyncIterator[Any]:
    """Give an open socket at `path`."""
    headers = [(b"host", b"testserver:81"), (b"cookie", f"sessionid={session}".encode())]
    if origin:
        headers.append((b"origin", origin.encode()))
    scope = {
        "type": "websocket",
        "path": path,
        "scheme": "ws",
        "query_string": b"",
        "headers": headers,
        "subprotocols": [],
    }
    communicator: Any = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]
    await communicator.send_input({"type": "websocket.connect"})
    accepted = await communicator.receive_output(DEADLINE)
    assert accepted["type"] == "websocket.accept"
    yield communicator
    await communicator.send_input({"type": "websocket.disconnect", "code": 1000})
    await communicator.wait(DEADLINE)


async def told(line: Any, kind: str) -> None:
    """Wait for a message of the kind; every message says its kind alone."""
    while True:
        message = json.loads((await line.receive_output(DEADLINE))["text"])
        assert list(message) == ["type"]
        if message["type"] == kind:
            return


async def code(line: Any) -> int:
    """Read on until the server closes; return its code."""
    while True:
        message = await line.receive_output(DEADLINE)
        if message["type"] == "websocket.close":
            return int(message["code"])
