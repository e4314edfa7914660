"""Staff's view of webhooks: who is told, what is due, and what became of each try."""

import contextlib
from datetime import UTC, datetime

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action

from messaging.read_only_admin import ReadOnlyAdmin
from transactions.models import Webhook, WebhookAttempt, WebhookDelivery
from transactions.services.webhooks import sending, subscriptions


class ActingAdmin(ReadOnlyAdmin):
    """A page to look at; what may be done here is done by services."""

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Say whether the person may use the actions: who may change the rows by their role."""
        name = f"{self.opts.app_label}.change_{self.opts.model_name}"
        return request.user.has_perm(name)


@admin.register(Webhook)
class WebhookAdmin(ActingAdmin):
    """Lists webhooks; one that misbehaves can be switched off."""

    list_display = ["id", "account_id", "url", "enabled", "created_at"]
    list_filter = ["enabled"]
    search_fields = ["=id", "=account_id", "url"]
    ordering = ["-id"]
    exclude = ["sealed_secret"]
    actions = ["switch_on", "switch_off"]

    @action(description=_("Switch on"), permissions=["act"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        """Tell the chosen webhooks again, what is due included."""
        self._switch(request, queryset, enabled=True)

    @action(description=_("Switch off"), permissions=["act"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        """Tell the chosen webhooks nothing more."""
        self._switch(request, queryset, enabled=False)

    def _switch(self, request: HttpRequest, queryset: QuerySet[Webhook], *, enabled: bool) -> None:
        changed = 0
        for hook in queryset:
            # One that its merchant removed meanwhile is told nothing any more anyway.
            with contextlib.suppress(subscriptions.UnknownWebhookError):
                subscriptions.change_webhook(hook, enabled=enabled)
                changed += 1
        text = ngettext("%d webhook changed.", "%d webhooks changed.", changed)
        messages.success(request, text % changed)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ActingAdmin):
    """Lists messages: due, delivered or given up; any can be sent again."""

    list_display = [
        "event_type",
        "transaction_id",
        "webhook",
        "attempts",
        "due_at",
        "delivered_at",
    ]
    list_filter = [("due_at", admin.EmptyFieldListFilter)]
    search_fields = ["=transaction_id", "=event_id", "=webhook__account_id"]
    ordering = ["-id"]
    list_select_related = ["webhook"]
    exclude = ["lease", "leased_until"]
    actions = ["send_again"]

    @action(description=_("Send again"), permissions=["act"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        """Make the chosen messages due now."""
        now = datetime.now(UTC)
        chosen = list(queryset)
        for delivery in chosen:
            sending.resend(delivery, now=now)
        text = ngettext("%d message is due.", "%d messages are due.", len(chosen))
        messages.success(request, text % len(chosen))


@admin.register(WebhookAttempt)
class WebhookAttemptAdmin(ReadOnlyAdmin):
    """Lists every try with its answer."""

    list_display = ["at", "delivery", "response_status", "error", "duration_ms", "next_at"]
    list_filter = ["at"]
    search_fields = ["=delivery__event_id", "=delivery__transaction_id"]
    ordering = ["-id"]
    list_select_related = ["delivery"]
