"""The agents' work: whose turn it is, who holds which call, and what came of the calls made."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField


class CallTurn(models.Model):
    """When one customer is due to be called: nobody's data, only the order of the queue.

    Somebody never called is due since they were first seen. A promised call goes before all others.
    """

    person = ExactCharField(max_length=32, primary_key=True)
    due_at = models.DateTimeField()
    is_promised = models.BooleanField(default=False)

    class Meta:
        db_table = "televendas_call_turn"
        verbose_name = _("turn in the queue")
        verbose_name_plural = _("turns in the queue")
        indexes = (models.Index(fields=("is_promised", "due_at"), name="televendas_turn_order"),)

    def __str__(self) -> str:
        return str(self.person)


class QueueMark(models.Model):
    """How far newly arrived customers have been given their turn, by when they were first seen."""

    name = ExactCharField(max_length=16, primary_key=True)
    reached_at = models.DateTimeField()

    class Meta:
        db_table = "televendas_queue_mark"

    def __str__(self) -> str:
        return f"{self.name} to {self.reached_at:%Y-%m-%d %H:%M:%S}"


class CallClaim(models.Model):
    """One customer held by one agent until `expires_at`.

    The keys decide who wins: a customer is held once, and an agent holds one.
    """

    person = ExactCharField(max_length=32, primary_key=True)
    agent_id = models.BigIntegerField(unique=True)
    claimed_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "televendas_call_claim"
        verbose_name = _("claimed call")
        verbose_name_plural = _("claimed calls")

    def __str__(self) -> str:
        return f"{self.person} by {self.agent_id}"


class CallOutcome(models.Model):
    """What came of one call: customer, agent, outcome and time, nothing else."""

    class Outcome(models.TextChoices):
        """How the call ended."""

        NO_ANSWER = "no_answer", _("no answer")
        CALL_BACK = "call_back", _("call back")
        REFUSED = "refused", _("refused")
        SOLD = "sold", _("sold")
        DO_NOT_CALL = "do_not_call", _("do not call again")

    person = ExactCharField(max_length=32)
    agent_id = models.BigIntegerField()
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    at = models.DateTimeField()
    call_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "televendas_call_outcome"
        verbose_name = _("call outcome")
        verbose_name_plural = _("call outcomes")
        indexes = (
            models.Index(fields=("person", "at"), name="televendas_outcome_person"),
            models.Index(fields=("agent_id", "at"), name="televendas_outcome_agent"),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.outcome}"
