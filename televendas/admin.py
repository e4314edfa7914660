"""Agents' and staff's view of telesales: phones masked, reads audited, what was written kept."""

import re
from typing import Any, Final

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from messaging.deadletter_admin import ConsumerHaltAdmin, DeadLetterAdmin
from messaging.read_only_admin import ReadOnlyAdmin
from televendas.domain.masks import masked
from televendas.models import (
    AuditLine,
    CallClaim,
    CallOutcome,
    Customer,
    Erasure,
    OptOut,
    Snapshot,
    TelesalesDeadLetter,
    TelesalesHalt,
)
from televendas.services import audit
from televendas.services.optout import take_back

_HASH: Final = re.compile(r"[0-9a-f]{32}")
_MOST_COUNTED: Final = 10_000


class ShortPaginator(Paginator):  # type: ignore[type-arg]  # of whatever a list holds
    """Counts no further than anybody pages: a million rows are not counted for each look."""

    @cached_property
    def count(self) -> int:
        """Return how many there are, at most _MOST_COUNTED."""
        number: int = self.object_list[:_MOST_COUNTED].count()  # type: ignore[attr-defined]
        return number


class StateFilter(admin.SimpleListFilter):
    """Who is there, unless somebody asks for those who are gone."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the states of those who are gone."""
        gone = (Customer.State.DELETED, Customer.State.ERASED)
        return [(each.value, str(each.label)) for each in gone]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Customer]) -> QuerySet[Customer]:
        """Return the customers of the chosen state."""
        return queryset.filter(state=self.value() or Customer.State.PRESENT)


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    """Lists the lean copy; a phone is revealed on the agents' own pages alone."""

    list_display = ["name", "region", "masked_phone", "phone_problem", "source", "changed_at"]
    list_filter = [StateFilter]
    search_fields = ["^name"]
    search_help_text = _("The beginning of a name, or a person's whole hash")
    # Both columns of the index, both upwards: a million rows are not sorted for a page.
    ordering = ["name", "person"]
    list_per_page = 50
    paginator = ShortPaginator
    exclude = ["phone"]
    readonly_fields = ["masked_phone"]

    @display(description=_("phone"))
    def masked_phone(self, customer: Customer) -> str:
        """Return the phone but for its last digits."""
        return masked(customer.phone)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Customer], search_term: str
    ) -> tuple[QuerySet[Customer], bool]:
        """Look for a hash or a name, never for both: the database would read every row."""
        if _HASH.fullmatch(search_term):
            return queryset.filter(person=search_term), False
        found: tuple[QuerySet[Customer], bool] = super().get_search_results(
            request, queryset, search_term
        )
        return found

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Show the list, and note who was in it."""
        answer = super().changelist_view(request, extra_context)
        if isinstance(answer, TemplateResponse) and "cl" in (answer.context_data or {}):
            shown = answer.context_data["cl"].result_list  # type: ignore[index]
            filters = {"admin": True, "searched": bool(request.GET.get("q"))}
            self._note(request, filters, [each.person for each in shown])
        return answer

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Show one customer, and note that."""
        answer = super().change_view(request, object_id, form_url, extra_context)
        self._note(request, {"admin": True, "person": True}, [object_id[:32]])
        return answer

    def _note(self, request: HttpRequest, filters: dict[str, Any], people: list[str]) -> None:
        actor = audit.actor_of(request.user)
        audit.note_list(actor, at=timezone.now(), filters=filters, people=people)


@admin.register(AuditLine)
class AuditLineAdmin(ReadOnlyAdmin):
    """Lists who read or did what, to whom and why; nobody edits it."""

    list_display = ["at", "actor_name", "action", "person", "reason"]
    list_filter = ["action"]
    search_fields = ["=person", "^actor_name"]
    ordering = ["-id"]


@admin.register(OptOut)
class OptOutAdmin(ModelAdmin):
    """Lists who must not be called; whoever may delete here takes one back, which is audited."""

    list_display = ["phone_hash", "effective_on", "origin", "added_by", "added_at"]
    list_filter = ["origin"]
    search_fields = ["=phone_hash"]
    ordering = ["-added_at", "-phone_hash"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: on the agents' page a phone is hashed as it is typed."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def delete_model(self, request: HttpRequest, obj: OptOut) -> None:
        """Take one opt-out back."""
        self._take_back(request, [obj.phone_hash])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[OptOut]) -> None:
        """Take the chosen opt-outs back."""
        self._take_back(request, list(queryset.values_list("phone_hash", flat=True)))

    def _take_back(self, request: HttpRequest, hashes: list[str]) -> None:
        actor = audit.actor_of(request.user)
        take_back(actor=actor, hashes=hashes, reason="administration", now=timezone.now())


@admin.register(CallClaim)
class CallClaimAdmin(ReadOnlyAdmin):
    """Lists the calls in agents' hands."""

    list_display = ["person", "agent_id", "claimed_at", "expires_at"]
    search_fields = ["=person"]
    ordering = ["-claimed_at", "person"]


@admin.register(CallOutcome)
class CallOutcomeAdmin(ReadOnlyAdmin):
    """Lists how calls ended."""

    list_display = ["at", "person", "agent_id", "outcome", "call_back_at"]
    list_filter = ["outcome"]
    search_fields = ["=person"]
    ordering = ["-id"]


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """Lists who was forgotten, and how long that took."""

    list_display = ["requested_at", "person", "cause", "unreadable_at", "scrubbed_at", "took"]
    list_filter = ["cause"]
    search_fields = ["=person"]
    ordering = ["-id"]

    @display(description=_("until unreadable"))
    def took(self, erasure: Erasure) -> str:
        """Return the time from the request until no SQL found the person, in seconds."""
        return f"{(erasure.unreadable_at - erasure.requested_at).total_seconds():.3f} s"


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnlyAdmin):
    """Lists full snapshots of the sources, and how many people each swept."""

    list_display = ["source", "version", "ended_at", "swept_at", "swept"]
    list_filter = ["source"]
    ordering = ["-id"]


@admin.register(TelesalesDeadLetter)
class TelesalesDeadLetterAdmin(DeadLetterAdmin):
    """Lists the dead letters of this app's own database, and redrives them there."""

    def has_redrive_permission(self, request: HttpRequest) -> bool:
        """Say who may redrive: who may change these letters."""
        return bool(request.user.has_perm("televendas.change_telesalesdeadletter"))


@admin.register(TelesalesHalt)
class TelesalesHaltAdmin(ConsumerHaltAdmin):
    """Lists the halts of this app's own consumers; one may be forgiven."""

    def has_forgive_permission(self, request: HttpRequest) -> bool:
        """Say who may forgive: who may change these halts."""
        return bool(request.user.has_perm("televendas.change_telesaleshalt"))
