"""Staff's view of dead letters: why each died, and the button that tries it again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from messaging import registry
from messaging.clock import SystemClock
from messaging.errors import MessagingError
from messaging.kafka import KafkaLetterBox
from messaging.models import ConsumerHalt, DeadLetter, GroupStart, ParkedRecord, RedriveRun
from messaging.read_only_admin import ReadOnlyAdmin
from messaging.redrive import Choice, Redrive
from messaging.source import KafkaSource

# A page waits for its answer; more than this is the command's business.
MOST_AT_ONCE = 200


@admin.register(DeadLetter)
class DeadLetterAdmin(ReadOnlyAdmin):
    """Lists dead letters with their cause; chosen ones are redriven to the consumer that failed."""

    list_display = ["id", "consumer", "place", "shown_state", "error_class", "reason", "died_at"]
    list_filter = ["state", "consumer", "error_class", "topic"]
    search_fields = ["event_id", "reason"]
    date_hierarchy = "died_at"
    ordering = ["-id"]
    actions = ["redrive"]

    @display(description=_("record"))
    def place(self, letter: DeadLetter) -> str:
        """Return where the record stands."""
        return f"{letter.topic} / {letter.partition} @ {letter.offset}"

    @display(description=_("state"), label={_("open"): "danger", _("resolved"): "success"})
    def shown_state(self, letter: DeadLetter) -> Any:
        """Return the state in a word."""
        return DeadLetter.State(letter.state).label

    @admin.action(description=_("Redrive to the consumer that failed"), permissions=["redrive"])
    def redrive(self, request: HttpRequest, chosen: QuerySet[DeadLetter]) -> None:
        """Try the chosen letters again, and say what came of them."""
        if chosen.count() > MOST_AT_ONCE:
            text = _("At most %d letters at once; for more there is manage.py redrive.")
            self.message_user(request, text % MOST_AT_ONCE, messages.ERROR)
            return
        for name in sorted(set(chosen.values_list("consumer", flat=True))):
            ids = tuple(chosen.filter(consumer=name).values_list("pk", flat=True))
            self._redrive(request, name, ids)

    def has_redrive_permission(self, request: HttpRequest) -> bool:
        """Say who may redrive: who may change dead letters."""
        allowed: bool = request.user.has_perm("messaging.change_deadletter")
        return allowed

    def _redrive(self, request: HttpRequest, name: str, ids: tuple[int, ...]) -> None:
        source = KafkaSource()
        try:
            redrive = Redrive(
                registry.get(name), source=source, box=KafkaLetterBox(), clock=SystemClock()
            )
            run = redrive.run(Choice(ids=ids, again=True), actor=request.user.get_username())
        except MessagingError as error:
            self.message_user(request, f"{name}: {error}", messages.ERROR)
            return
        finally:
            source.close()
        self.log_change(request, run, f"Redrove {len(ids)} letters of {name}.")
        self.message_user(request, told(run), messages.SUCCESS)


@admin.register(ParkedRecord)
class ParkedRecordAdmin(ReadOnlyAdmin):
    """Lists the records that wait for a dead one of their key."""

    list_display = ["id", "consumer", "topic", "partition", "offset", "parked_at"]
    list_filter = ["consumer", "topic"]
    ordering = ["id"]


@admin.register(RedriveRun)
class RedriveRunAdmin(ReadOnlyAdmin):
    """Lists who redrove what, and what came of it."""

    list_display = ["id", "consumer", "actor", "is_dry_run", "fates", "started_at", "ended_at"]
    list_filter = ["consumer", "is_dry_run"]
    ordering = ["-id"]


@admin.register(ConsumerHalt)
class ConsumerHaltAdmin(ReadOnlyAdmin):
    """Lists the consumers that stopped for too many dead letters; one may be forgiven."""

    list_display = ["consumer", "reason", "halted_at"]
    actions = ["forgive"]

    @admin.action(description=_("Let it start with its full limits"), permissions=["forgive"])
    def forgive(self, request: HttpRequest, chosen: QuerySet[ConsumerHalt]) -> None:
        """End the probation of the chosen consumers."""
        for halt in chosen:
            self.log_change(request, halt, "Forgiven.")
        number, _by_model = chosen.delete()
        text = ngettext("%d consumer may start again.", "%d consumers may start again.", number)
        self.message_user(request, text % number, messages.SUCCESS)

    def has_forgive_permission(self, request: HttpRequest) -> bool:
        """Say who may forgive: who may change halts."""
        allowed: bool = request.user.has_perm("messaging.change_consumerhalt")
        return allowed


@admin.register(GroupStart)
class GroupStartAdmin(ReadOnlyAdmin):
    """Lists where each group began on each partition."""

    list_display = ["consumer_group", "topic", "partition", "offset", "started_at"]
    list_filter = ["consumer_group", "topic"]
    ordering = ["consumer_group", "topic", "partition"]


def told(run: RedriveRun) -> str:
    """Return the fates of a redrive in a line."""
    counts = ", ".join(f"{count} {fate}" for fate, count in sorted(run.fates.items()))
    return f"{run.consumer}: {counts or _('nothing to do')}"
