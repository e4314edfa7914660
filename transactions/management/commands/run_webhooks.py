"""Runs the sender of webhooks until it is told to stop."""

import asyncio
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from messaging.clock import SystemClock
from messaging.stopping import on_stop_signal
from transactions import metrics
from transactions.adapters.webhook_http import Answer, HttpPoster
from transactions.domain import webhooks
from transactions.services.webhooks.sender import Limits, Sender


class Command(BaseCommand):
    help = "Send webhook messages that are due. Example: manage.py run_webhooks"

    def handle(self, *args: Any, **options: Any) -> None:
        loop = asyncio.new_event_loop()
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
        loop.run_until_complete(sender.run())


def _from_another_thread(loop: asyncio.AbstractEventLoop, sender: Sender) -> None:
    loop.call_soon_threadsafe(sender.stop)


def _count(answer: Answer, seconds: float) -> None:
    is_delivered = webhooks.is_success(answer.status)
    outcome = "delivered" if is_delivered else answer.error or "unexpected_status"
    metrics.WEBHOOK_ATTEMPTS.labels(outcome).inc()
    metrics.WEBHOOK_SECONDS.observe(seconds)
