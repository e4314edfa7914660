"""A merchant's webhooks: made, changed, removed; the secret is shown once and sealed at rest."""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from uuid_utils.compat import uuid7

from cards.installation import vault
from transactions.domain import addresses
from transactions.domain.webhooks import EVENT_TYPES
from transactions.models import Webhook, WebhookAttempt, WebhookDelivery

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - what secrets begin with, not a secret
LONGEST_URL: Final = 2048
_SECRET_BYTES: Final = 32
_URL: Final = re.compile(r"https?://[\x21-\x7e]+", re.IGNORECASE)


class InvalidUrlError(ValueError):
    """Messages cannot be posted to this address."""


class UnknownWebhookError(Exception):
    """The webhook was removed meanwhile."""


class InvalidEventsError(ValueError):
    """The list of events is empty, repeats one, or names one that does not exist."""


def check_url(url: str) -> None:
    """Raise InvalidUrlError unless `url` is http or https with a host that may be called."""
    if len(url) > LONGEST_URL or not _URL.fullmatch(url):
        raise InvalidUrlError("expected an http or https address of printable ASCII characters")
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise InvalidUrlError("expected an address with a host and a port up to 65535") from None
    if not host or parts.username is not None or parts.fragment:
        raise InvalidUrlError("expected a host, no user name and no fragment")
    if not settings.WEBHOOKS_ALLOW_PRIVATE_TARGETS and _is_private(host):
        raise InvalidUrlError("expected a public address")


def _is_private(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    looks_like_an_ip = ":" in host or host.replace(".", "").isdigit()
    return looks_like_an_ip and not addresses.is_public(host)


def check_events(events: Sequence[str]) -> None:
    """Raise InvalidEventsError unless `events` names some of the event types, each once."""
    if not events or len(set(events)) != len(events) or not set(events) <= set(EVENT_TYPES):
        raise InvalidEventsError(f"expected some of {', '.join(EVENT_TYPES)}, each once")


def create_webhook(
    *, account_id: str, url: str, events: Sequence[str], now: datetime
) -> tuple[Webhook, str]:
    """Make a webhook; return it with its secret, which cannot be read again.

    Raises InvalidUrlError and InvalidEventsError.
    """
    check_url(url)
    check_events(events)
    secret = SECRET_PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    webhook_id = str(uuid7())
    webhook = Webhook.objects.create(
        id=webhook_id,
        account_id=account_id,
        url=url,
        events=list(events),
        sealed_secret=vault().seal(secret, context=_context(webhook_id)),
        created_at=now,
    )
    return webhook, secret


def secret_of(webhook: Webhook) -> str:
    """Return the secret that signs the messages; for the sender alone."""
    return vault().open(webhook.sealed_secret, context=_context(webhook.id))


def change_webhook(
    webhook: Webhook,
    *,
    url: str | None = None,
    events: Sequence[str] | None = None,
    enabled: bool | None = None,
) -> Webhook:
    """Change what is given, and nothing else: somebody may change the rest at the same time.

    Returns the webhook as it is then. Raises InvalidUrlError, InvalidEventsError, and
    UnknownWebhookError for one that was removed meanwhile.
    """
    given: dict[str, Any] = {}
    if url is not None:
        check_url(url)
        given["url"] = url
    if events is not None:
        check_events(events)
        given["events"] = list(events)
    if enabled is not None:
        given["enabled"] = enabled
    row = Webhook.objects.filter(id=webhook.id)
    if given:
        row.update(**given)
    changed = row.first()
    if changed is None:
        raise UnknownWebhookError
    return changed


def remove_webhook(webhook: Webhook) -> None:
    """Remove the webhook with everything that was due to it, and its log."""
    with transaction.atomic():
        # Held first: what is made due to it at this moment is either seen here, or never made.
        held = Webhook.objects.select_for_update().filter(id=webhook.id)
        if held.first() is None:
            return
        WebhookAttempt.objects.filter(delivery__webhook=webhook).delete()
        WebhookDelivery.objects.filter(webhook=webhook).delete()
        webhook.delete()


def _context(webhook_id: str) -> str:
    return f"webhook:{webhook_id}"
