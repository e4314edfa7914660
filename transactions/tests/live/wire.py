"""Clients of the real socket, and what they are told of: users, sessions, records."""

import asyncio
import json
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec
from confluent_kafka import Producer
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from uuid_utils.compat import uuid7
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from messaging.confirmed import confirmed
from transactions.events import ReceivedCard, TransactionDecided, TransactionReceived

# In seconds; a run with a thousand sockets on a small machine needs more.
DEADLINE = float(os.environ.get("TRILHO_PANEL_PATIENCE", "20"))


def session_of(user: User) -> str:
    """Log `user` in; return the session's key, as the cookie carries it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def received(account_id: str, identity: str | None = None) -> TransactionReceived:
    return TransactionReceived(
        id=identity or str(uuid7()),
        account_id=account_id,
        amount=msgspec.Raw(b"29.90"),
        currency="BRL",
        card=ReceivedCard(
            token="t",
            brand="visa",
            last4="4242",
            expiration_month=12,
            expiration_year=2030,
            holder="Ana",
            sealed="v1.none",
        ),
        created_at=datetime.now(UTC),
    )


def decided(request: TransactionReceived, status: str = "approved") -> TransactionDecided:
    return TransactionDecided(
        id=request.id,
        status=status,
        error_message="",
        error_code="",
        account_id=request.account_id,
        amount=request.amount,
        amount_cents=2990,
        currency="BRL",
        card_brand="visa",
        card_last4="4242",
        created_at=request.created_at,
        processed_at=datetime.now(UTC),
    )


def produce(producer: Producer, events: Iterable[TransactionReceived | TransactionDecided]) -> None:
    """Put the events on their topics, under the ids of their transactions, and wait for it."""
    with confirmed(producer) as send:
        for event in events:
            headers = [("ce_type", event.TYPE)]
            send(event.TOPIC.name, event.encode(), event.id.encode(), headers=headers)


def name_of(event: dict[str, Any]) -> tuple[str, int, int]:
    """Return what makes an event itself: where its record stands."""
    return event["topic"], event["partition"], event["offset"]


class Panel:
    """A panel without a page: keeps what came, and the last cursor."""

    def __init__(self, url: str, session: str | None = None, origin: str | None = None) -> None:
        self.url = url
        self.headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"} if session else {}
        self.origin: Any = origin
        self.cursor: str | None = None
        self.events: list[dict[str, Any]] = []
        self.frames = 0
        self.statuses: list[dict[str, Any]] = []
        self.socket: ClientConnection | None = None

    async def open(self) -> None:
        self.socket = await connect(
            self.url,
            additional_headers=self.headers,
            origin=self.origin,
            max_size=None,
            compression=None,
            open_timeout=DEADLINE,
        )

    async def resume(self) -> None:
        await self.send({"type": "resume", "cursor": self.cursor})

    async def send(self, message: Any) -> None:
        assert self.socket is not None
        await self.socket.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def take(self) -> dict[str, Any]:
        """Wait for the next message and keep what it brings."""
        assert self.socket is not None
        # Not `wait_for`, which may swallow the cancellation of a timeout around it.
        async with asyncio.timeout(DEADLINE):
            message = self.decode(await self.socket.recv())
        if message["type"] == "frame":
            self.frames += 1
            self.cursor = message["cursor"]
            self.keep(message["events"])
        else:
            self.statuses.append(message)
        return message

    def decode(self, text: str | bytes) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(text)
        return message

    def keep(self, events: list[Any]) -> None:
        self.events += events

    async def take_until(self, is_enough: Callable[[], bool]) -> None:
        async with asyncio.timeout(DEADLINE):
            while not is_enough():
                await self.take()

    async def take_for(self, seconds: float) -> None:
        """Keep what comes within `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    await self.take()
        except TimeoutError:
            return

    def stop_reading(self) -> None:
        assert self.socket is not None
        self.socket.transport.pause_reading()

    def go_on_reading(self) -> None:
        assert self.socket is not None
        self.socket.transport.resume_reading()

    async def drop(self) -> None:
        """Cut the line without a word, as a phone does in a tunnel."""
        assert self.socket is not None
        self.socket.transport.abort()
        await self.socket.wait_closed()

    async def close(self) -> None:
        if self.socket is not None:
            await self.socket.close()

    async def close_code(self) -> int | None:
        """Read on until the server closes; return its code."""
        assert self.socket is not None
        try:
            async with asyncio.timeout(DEADLINE):
                while True:
                    await self.take()
        except ConnectionClosed:
            return self.socket.close_code


class _Told(msgspec.Struct):
    id: str
    account_id: str


class _Event(msgspec.Struct):
    topic: str
    partition: int
    offset: int
    kind: str
    transaction: _Told


class _Message(msgspec.Struct):
    type: str
    cursor: str = ""
    events: list[_Event] = []


class Tally(Panel):
    """A panel that counts one account's events instead of keeping them: many fit beside it.

    It fails when an offset does not come after the one before it in its partition. With that, the
    count of the events and the sum of their marks tell whether each one came, once.
    """

    def __init__(self, url: str, session: str, account: str) -> None:
        super().__init__(url, session)
        self.count = 0
        self.marks = 0
        self._account = account
        self._last: dict[tuple[str, int], int] = {}
        self._decoder = msgspec.json.Decoder(_Message)

    def decode(self, text: str | bytes) -> dict[str, Any]:
        return msgspec.structs.asdict(self._decoder.decode(text))

    def keep(self, events: list[Any]) -> None:
        for event in events:
            if event.transaction.account_id != self._account:
                continue
            place = event.topic, event.partition
            assert event.offset > self._last.get(place, -1), f"{place} went back"
            self._last[place] = event.offset
            self.count += 1
            self.marks += mark(event.kind, event.transaction.id)


def mark(kind: str, identity: str) -> int:
    """Return a number for an event: sums of them differ when the events do."""
    return hash((kind, identity))
