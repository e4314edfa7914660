"""Runs the sender of webhooks until it is told to stop."""

import asyncio
import logging
import os
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from messaging import logs
from messaging.clock import SystemClock
from messaging.commands import add_metrics_port, serve_probes
from messaging.stopping import on_stop_signal
from transactions import metrics
from transactions.adapters.webhook_http import Answer, HttpPoster
from transactions.domain import webhooks
from transactions.services.webhooks.sender import Limits, Sender

# The sender looks every half second; longer than this and it hangs, or waits for its database.
_STALLED_SECONDS: Final = 30.0


class Command(BaseCommand):
    help = "Send webhook messages that are due. Example: manage.py run_webhooks"

    def add_arguments(self, parser: CommandParser) -> None:
        add_metrics_port(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        logs.configure("webhook-sender")
        # The client's own log names whole addresses, in which merchants hide secrets.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        loop = asyncio.new_event_loop()
        # Names are resolved in threads: one that hangs may not hold up the others.
        loop.set_default_executor(ThreadPoolExecutor(settings.WEBHOOKS_IN_FLIGHT))
        sender = Sender(
            poster=HttpPoster(allow_private=settings.WEBHOOKS_ALLOW_PRIVATE_TARGETS),
            clock=SystemClock(),
            limits=Limits(
                in_flight=settings.WEBHOOKS_IN_FLIGHT,
                in_flight_each=settings.WEBHOOKS_IN_FLIGHT_EACH,
            ),
            on_attempt=_count,
        )
        on_stop_signal(partial(_from_another_thread, loop, sender))
        look = {"loop": partial(_stalled, sender)}
        serve_probes(options["metrics_port"], alive=look, ready=look)
        loop.run_until_complete(sender.run())
        logging.shutdown()
        # The interpreter's own end would wait for a resolver that waits for its name server.
        os._exit(0)


def _stalled(sender: Sender) -> str | None:
    age = time.monotonic() - sender.last_look
    return f"has not looked for {age:.0f} s" if age > _STALLED_SECONDS else None


def _from_another_thread(loop: asyncio.AbstractEventLoop, sender: Sender) -> None:
    loop.call_soon_threadsafe(sender.stop)


def _count(answer: Answer, seconds: float) -> None:
    is_delivered = webhooks.is_success(answer.status)
    outcome = "delivered" if is_delivered else answer.error or "unexpected_status"
    metrics.WEBHOOK_ATTEMPTS.labels(outcome).inc()
    metrics.WEBHOOK_SECONDS.observe(seconds)
