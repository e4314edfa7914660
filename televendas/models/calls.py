"""The agents' work: who holds which call, and what came of the calls made."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField


class CallClaim(models.Model):
    """One customer held by one agent until `expires_at`; the primary key lets only one hold it."""

    person = ExactCharField(max_length=32, primary_key=True)
    agent_id = models.BigIntegerField(db_index=True)
    claimed_at = models.DateTimeField()
    expires_at = models.DateTimeField()

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
