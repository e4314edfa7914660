"""The panel as Channels' tutorial builds it: `group_send` of every event through a layer."""

import asyncio
import threading
from typing import Any

import django

django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402 - apps must be ready
from channels.layers import get_channel_layer  # noqa: E402 - the same

from messaging.tail import TopicTail  # noqa: E402 - the same
from transactions.live.cursor import TOPICS  # noqa: E402 - the same
from transactions.live.presenter import present  # noqa: E402 - the same

_threads: list[threading.Thread] = []


class Panel(AsyncWebsocketConsumer):
    """Joins the group and passes every event on."""

    groups = ["panel"]

    async def connect(self) -> None:
        """Accept, and see to it that the topics are tailed."""
        await self.accept()
        if not _threads:
            loop = asyncio.get_running_loop()
            _threads.append(threading.Thread(target=_tail, args=(loop,), daemon=True))
            _threads[0].start()

    async def panel_event(self, message: dict[str, Any]) -> None:
        """Send one event."""
        await self.send(text_data=message["body"])


def _tail(loop: asyncio.AbstractEventLoop) -> None:
    tail = TopicTail(TOPICS)
    tail.start()
    while True:
        for record in tail.poll(1000, 0.5):
            event = present(record)
            if event is not None:
                asyncio.run_coroutine_threadsafe(_send(event.body.decode()), loop).result()


async def _send(body: str) -> None:
    layer: Any = get_channel_layer()
    await layer.group_send("panel", {"type": "panel.event", "body": body})


application: Any = Panel.as_asgi()
