"""The socket of an order's page: whoever has the link is told that there is news of that order."""

from typing import Final

import msgspec
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import Error

from orders.links import order_of
from orders.live.watch import LIVE, watch
from orders.models import Order

BAD_MESSAGE: Final = 4400
NOTHING_HERE: Final = 4404
TRY_AGAIN: Final = 1013


class OrderConsumer(AsyncWebsocketConsumer):
    """One order's page; it only listens, and nothing of the order comes through here."""

    order_id = ""

    async def connect(self) -> None:
        """Accept, and close again what no link leads to: a page learns the code of an open one."""
        await self.accept()
        told: dict[str, str] = self.scope["url_route"]["kwargs"]
        try:
            order = await database_sync_to_async(order_of)(told["order_id"], told["mac"])
        except Order.DoesNotExist:
            await self.close(NOTHING_HERE)
        except Error:
            await self.close(TRY_AGAIN)
        else:
            self.order_id = order.id
            await self._join()

    async def receive(
        self,
        text_data: str | None = None,  # noqa: ARG002 - the hook's signature
        bytes_data: bytes | None = None,  # noqa: ARG002
    ) -> None:
        """End a socket that speaks: no page of ours does."""
        watch().leave(self)
        await self.close(BAD_MESSAGE)

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - the hook's signature
        """Be told nothing any more."""
        watch().leave(self)

    async def tell(self, kind: str) -> None:
        """Send a message of this kind; it says nothing else."""
        await self.send(msgspec.json.encode({"type": kind}).decode())

    async def _join(self) -> None:
        if len(watch().members) >= settings.LIVE_MAX_SOCKETS:
            await self.close(TRY_AGAIN)
            return
        watch().join(self)
        # The page asks for its part anew: what happened before the line was up is not lost.
        await self.tell(LIVE)
