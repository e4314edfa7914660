"""What OpenAPI says of the webhooks' operations."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers

from rest.docs import paging
from transactions.api.docs import answers
from transactions.domain.webhooks import EVENT_TYPES
from transactions.services.webhooks.subscriptions import LONGEST_URL

_TAG: Final = "webhooks"
_EVENTS: Final = [(name, name) for name in EVENT_TYPES]
_PAGING: Final = paging(_("How many rows a page may have."))


class NewWebhookSerializer(serializers.Serializer[Any]):
    """Whom to tell of what."""

    url = serializers.RegexField(
        r"^https?://[\x21-\x7e]+$",
        max_length=LONGEST_URL,
        help_text=_("Where messages are posted to: http or https, a public address."),
    )
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=_EVENTS),
        min_length=1,
        help_text=_("The events to tell, each once."),
    )


class WebhookChangeSerializer(serializers.Serializer[Any]):
    """What to change; what is left out stays."""

    url = serializers.RegexField(r"^https?://[\x21-\x7e]+$", max_length=LONGEST_URL, required=False)
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=_EVENTS), min_length=1, required=False
    )
    enabled = serializers.BooleanField(
        required=False, help_text=_("Off: nothing is told until it is on again.")
    )


class WebhookSerializer(serializers.Serializer[Any]):
    """A webhook."""

    id = serializers.CharField()
    url = serializers.CharField()
    events = serializers.ListField(child=serializers.ChoiceField(choices=_EVENTS))
    enabled = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class CreatedWebhookSerializer(WebhookSerializer):
    """A webhook just made."""

    secret = serializers.CharField(
        help_text=_("Signs the messages; it is shown here and never again.")
    )


class WebhookListSerializer(serializers.Serializer[Any]):
    """One page of webhooks."""

    data = WebhookSerializer(many=True)  # type: ignore[assignment]  # the contract's own name
    has_more = serializers.BooleanField()
    next_cursor = serializers.CharField(allow_null=True)


class AttemptSerializer(serializers.Serializer[Any]):
    """One try to deliver a message."""

    id = serializers.CharField()
    event_id = serializers.CharField(help_text=_("The message's id, the same in every try."))
    at = serializers.DateTimeField()
    response_status = serializers.IntegerField(
        allow_null=True, help_text=_("The answer's status; null when none came.")
    )
    duration_ms = serializers.IntegerField()
    error = serializers.CharField(help_text=_("Why it failed, as a code; empty on success."))
    next_at = serializers.DateTimeField(
        allow_null=True, help_text=_("When the next try is due; null when there is none.")
    )


class AttemptListSerializer(serializers.Serializer[Any]):
    """One page of a webhook's log."""

    data = AttemptSerializer(many=True)  # type: ignore[assignment]  # the contract's own name
    has_more = serializers.BooleanField()
    next_cursor = serializers.CharField(allow_null=True)


_EXAMPLE: Final = OpenApiExample(
    "Everything",
    value={"url": "https://shop.example/hooks/trilho", "events": list(EVENT_TYPES)},
    request_only=True,
)
LIST: Final = extend_schema(
    operation_id="list_webhooks",
    tags=[_TAG],
    parameters=[*_PAGING],
    responses=answers({200: WebhookListSerializer}),
)
CREATE: Final = extend_schema(
    operation_id="create_webhook",
    tags=[_TAG],
    request=NewWebhookSerializer,
    responses=answers({201: CreatedWebhookSerializer}, 400, 413, 415),
    examples=[_EXAMPLE],
)
GET: Final = extend_schema(
    operation_id="get_webhook", tags=[_TAG], responses=answers({200: WebhookSerializer}, 404)
)
CHANGE: Final = extend_schema(
    operation_id="change_webhook",
    tags=[_TAG],
    request=WebhookChangeSerializer,
    responses=answers({200: WebhookSerializer}, 400, 404, 413, 415),
)
REMOVE: Final = extend_schema(
    operation_id="remove_webhook",
    tags=[_TAG],
    responses=answers({204: None}, 404),
)
ATTEMPTS: Final = extend_schema(
    operation_id="list_attempts",
    tags=[_TAG],
    parameters=[*_PAGING],
    responses=answers({200: AttemptListSerializer}, 404),
)
RESEND: Final = extend_schema(
    operation_id="resend_attempt",
    tags=[_TAG],
    request=None,
    responses=answers({202: AttemptSerializer}, 404),
)
