"""Staff's view of the outbox: what waits, what was sent where, what is set aside and why."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from messaging.backlog import Backlog
from messaging.models import Lease, OutboxMessage
from messaging.read_only_admin import ReadOnlyAdmin


class StateFilter(admin.SimpleListFilter):
    """Unsent, set aside or sent."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the states to choose from."""
        return [("waiting", _("waiting")), ("aside", _("set aside")), ("sent", _("sent"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[OutboxMessage]
    ) -> QuerySet[OutboxMessage]:
        """Return the rows of the chosen state."""
        chosen = {
            "waiting": queryset.filter(sent_at=None, set_aside_at=None),
            "aside": queryset.filter(sent_at=None).exclude(set_aside_at=None),
            "sent": queryset.exclude(sent_at=None),
        }
        return chosen.get(self.value() or "", queryset)


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    """Read-only, but for letting rows that were set aside be tried again; never the payload."""

    list_display = ["id", "topic", "key", "event_id", "state", "created_at", "sent_at", "place"]
    list_filter = [StateFilter, "reason"]
    search_fields = ["event_id", "key"]
    ordering = ["-id"]
    # The payload can hold personal data: the topic explorer shows it, masked, to whom it may.
    fields = [
        "id",
        "event_id",
        "topic",
        "key",
        "headers",
        "created_at",
        "state",
        "sent_at",
        "partition",
        "offset",
        "set_aside_at",
        "reason",
    ]
    readonly_fields = fields
    actions = ["try_again"]

    @display(
        description=_("state"),
        label={_("sent"): "success", _("waiting"): "info", _("set aside"): "danger"},
    )
    def state(self, row: OutboxMessage) -> Any:
        """Return the state in a word."""
        if row.sent_at is not None:
            return _("sent")
        return _("waiting") if row.set_aside_at is None else _("set aside")

    @display(description=_("partition and offset"))
    def place(self, row: OutboxMessage) -> str:
        """Return where the record stands."""
        return "" if row.offset is None else f"{row.partition} @ {row.offset}"

    @admin.action(description=_("Try again, with what waits behind it"), permissions=["release"])
    def try_again(self, request: HttpRequest, chosen: QuerySet[OutboxMessage]) -> None:
        """Release the keys of the chosen rows."""
        aside = chosen.filter(sent_at=None).exclude(set_aside_at=None)
        lanes = set(aside.values_list("topic", "key"))
        released = Backlog(chosen.db).release(lanes)
        for topic, key in sorted(lanes):
            self.log_change(request, chosen.model(topic=topic), f"Released {key} on {topic}.")
        text = ngettext("%d row will be tried again.", "%d rows will be tried again.", released)
        self.message_user(request, text % released, messages.SUCCESS)

    def has_release_permission(self, request: HttpRequest) -> bool:
        """Say who may have rows tried again: who may change outbox messages."""
        allowed: bool = request.user.has_perm("messaging.change_outboxmessage")
        return allowed


@admin.register(Lease)
class LeaseAdmin(ReadOnlyAdmin):
    """Read-only: which process holds what."""

    list_display = ["name", "holder", "generation", "expires_at"]
    ordering = ["name"]
