"""The socket of `/ws/televendas/`: lets agents in and passes on that there is news."""

from typing import Final

import msgspec
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from televendas.live.access import is_agent
from televendas.live.watch import LIVE, NO_SESSION, watch

BAD_MESSAGE: Final = 4400
TRY_AGAIN: Final = 1013


class AgentConsumer(AsyncWebsocketConsumer):
    """One agent's page; it only listens, and nothing personal comes through here."""

    session_key = ""

    async def connect(self) -> None:
        """Accept, and close again whoever is no agent: a page learns the code of an open socket."""
        await self.accept()
        self.session_key = self.scope["cookies"].get(settings.SESSION_COOKIE_NAME, "")
        if not await database_sync_to_async(is_agent)(self.session_key):
            await self.close(NO_SESSION)
        elif len(watch().members) >= settings.LIVE_MAX_SOCKETS:
            await self.close(TRY_AGAIN)
        else:
            watch().join(self)
            if watch().is_live:
                await self.tell(LIVE)

    async def receive(
        self,
        text_data: str | None = None,  # noqa: ARG002 - the hook's signature
        bytes_data: bytes | None = None,  # noqa: ARG002
    ) -> None:
        """End a socket that speaks: no page of ours does."""
        await self.end(BAD_MESSAGE)

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - the hook's signature
        """Be told nothing any more."""
        watch().leave(self)

    async def tell(self, kind: str) -> None:
        """Send a message of this kind; it says nothing else."""
        await self.send(msgspec.json.encode({"type": kind}).decode())

    async def end(self, code: int) -> None:
        """Close from the server's side."""
        watch().leave(self)
        await self.close(code)
