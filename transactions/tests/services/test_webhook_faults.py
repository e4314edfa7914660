"""A sender that dies at any of its fault points: the message is told in the end, under one id."""

import asyncio
from datetime import datetime

import pytest
from django.db import transaction

from messaging import faultpoints
from messaging.faultpoints import ENVIRONMENT_VARIABLE, InjectedFaultError
from transactions.adapters.webhook_http import Answer
from transactions.domain.webhooks import EVENT_TYPES
from transactions.models import WebhookAttempt, WebhookDelivery
from transactions.services.webhooks import subscriptions
from transactions.services.webhooks.enqueue import enqueue_deliveries
from transactions.services.webhooks.sender import Limits, Sender
from transactions.tests.requests import NOW, decided, message
from transactions.tests.services.webhook_kit import FixedClock, RecordingPoster, accepted

pytestmark = pytest.mark.django_db(transaction=True)


def send(poster: RecordingPoster) -> None:
    """Let one sender do its round, as far as it comes."""
    limits = Limits(in_flight=8, in_flight_each=4)
    sender = Sender(poster=poster, clock=FixedClock(), limits=limits)

    async def scenario() -> None:
        await sender.send_due()
        await sender.drain()

    try:
        asyncio.run(scenario())
    finally:
        sender.close()


def enqueue_one() -> None:
    subscriptions.create_webhook(
        account_id="account-1", url="http://127.0.0.1:9/", events=EVENT_TYPES, now=NOW
    )
    with transaction.atomic():
        enqueue_deliveries([message(decided())], now=NOW, using="default")


@pytest.fixture
def fault(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(faultpoints, "_passes", {})
    return monkeypatch


@pytest.mark.parametrize(
    ("point", "posts"), [("webhooks.after_claim", 1), ("webhooks.after_post", 2)]
)
def test_what_was_under_way_is_sent_when_the_lease_is_over(
    fault: pytest.MonkeyPatch, point: str, posts: int
) -> None:
    enqueue_one()
    poster = RecordingPoster(accepted)
    fault.setenv(ENVIRONMENT_VARIABLE, f"{point}:1:raise")
    if point == "webhooks.after_claim":
        with pytest.raises(InjectedFaultError):
            send(poster)
    else:
        send(poster)
    assert not WebhookAttempt.objects.exists()

    send(poster)
    assert not WebhookAttempt.objects.exists(), "the lease still holds"
    WebhookDelivery.objects.update(leased_until=datetime(2000, 1, 1, tzinfo=NOW.tzinfo))
    send(poster)

    assert len(poster.posts) == posts
    assert len({body for _, body, _ in poster.posts}) == 1
    assert WebhookAttempt.objects.get().response_status == Answer(200).status


def test_messages_are_due_with_their_inbox_row_or_not_at_all(fault: pytest.MonkeyPatch) -> None:
    fault.setenv(ENVIRONMENT_VARIABLE, "webhooks.after_enqueue:1:raise")

    with pytest.raises(InjectedFaultError):
        enqueue_one()

    assert not WebhookDelivery.objects.exists()
