"""The socket of `/ws/panel/`: admits, reads `resume`, and leaves the sending to its subscriber."""

import asyncio
import logging
import time
from typing import Final, Literal

import msgspec
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from transactions.live import metrics, panel
from transactions.live.access import Pass, admit
from transactions.live.cursor import Cursor, InvalidCursorError, decode
from transactions.live.handshake import BAD_MESSAGE, NO_SESSION, TRY_AGAIN
from transactions.live.subscriber import Subscriber

LARGEST_MESSAGE: Final = 4096
MESSAGE_BURST: Final = 20
MESSAGES_PER_SECOND: Final = 1.0
RESUME_WITHIN_SECONDS: Final = 10.0

_log = logging.getLogger(__name__)


class _Resume(msgspec.Struct):
    type: Literal["resume"]
    cursor: str | None


_decoder: Final = msgspec.json.Decoder(_Resume)


class BadMessageError(Exception):
    """The client sent what no client of ours sends."""


class PanelConsumer(AsyncWebsocketConsumer):
    """One panel's socket; what it may see is decided here, by the server, and never asked."""

    admission: Pass | None = None
    _subscriber: Subscriber | None = None
    _sending: asyncio.Task[None] | None = None
    _impatience: asyncio.TimerHandle | None = None

    async def connect(self) -> None:
        """Accept, and close again whoever has no session or finds no room."""
        await self.accept()
        self._panel = panel.panel()
        session_key = self.scope["cookies"].get(settings.SESSION_COOKIE_NAME)
        admission = await database_sync_to_async(admit)(session_key)
        if admission is None:
            await self._refuse(NO_SESSION)
        elif len(self._panel.warden.members) >= settings.LIVE_MAX_SOCKETS:
            await self._refuse(TRY_AGAIN)
        else:
            self._join(admission)

    async def receive(
        self,
        text_data: str | None = None,
        bytes_data: bytes | None = None,  # noqa: ARG002 - the hook's signature
    ) -> None:
        """Take a `resume`; anything else ends the socket with 4400."""
        if self._subscriber is None:
            return
        try:
            self._spend_one()
            cursor = _cursor_of(text_data)
        except BadMessageError as error:
            _log.info("bad message from a panel: %s", error)
            self._leave()
            await self._refuse(BAD_MESSAGE)
            return
        self._stop_waiting()
        self._subscriber.resume(cursor)

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - the hook's signature
        """Leave the hub."""
        self._leave()

    async def end(self, code: int) -> None:
        """Close from the server's side, as when the session has ended."""
        self._leave()
        await self._refuse(code)

    def _join(self, admission: Pass) -> None:
        self.admission = admission
        self._panel.warden.members.add(self)
        self._subscriber = self._panel.subscriber(admission.view, self.base_send)
        self._tokens, self._refilled_at = float(MESSAGE_BURST), time.monotonic()
        self._panel.hub.join(self._subscriber)
        self._sending = asyncio.create_task(self._subscriber.run())
        self._impatience = asyncio.get_running_loop().call_later(
            RESUME_WITHIN_SECONDS, lambda: asyncio.create_task(self.end(BAD_MESSAGE))
        )

    def _leave(self) -> None:
        self._stop_waiting()
        if self._sending is not None:
            self._sending.cancel()
        if self._subscriber is not None:
            self._panel.warden.members.discard(self)
            self._panel.hub.leave(self._subscriber)
            self._subscriber = None

    def _stop_waiting(self) -> None:
        if self._impatience is not None:
            self._impatience.cancel()
            self._impatience = None

    def _spend_one(self) -> None:
        now = time.monotonic()
        self._tokens += (now - self._refilled_at) * MESSAGES_PER_SECOND
        self._tokens, self._refilled_at = min(self._tokens, MESSAGE_BURST) - 1, now
        if self._tokens < 0:
            raise BadMessageError("too many")

    async def _refuse(self, code: int) -> None:
        metrics.CLOSED.labels(code).inc()
        await self.close(code)


def _cursor_of(text: str | None) -> Cursor | None:
    if text is None or len(text) > LARGEST_MESSAGE:
        raise BadMessageError("binary or too large")
    try:
        message = _decoder.decode(text)
        return None if message.cursor is None else decode(message.cursor)
    except (msgspec.MsgspecError, InvalidCursorError, UnicodeError) as error:
        raise BadMessageError(type(error).__name__) from error
