"""Shows an agent one phone: with a reason, within the day's limit, and never without a line."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import F

from televendas import selectors
from televendas.adapters.calling_hours import business_time
from televendas.domain.calling import Obstacle, Verdict
from televendas.models import AuditLine, Customer, RevealQuota
from televendas.services import audit
from televendas.services.units import whole


class UnableToRevealError(Exception):
    """The phone stays hidden; `verdict` says why."""

    def __init__(self, verdict: Verdict) -> None:
        """Keep the reason."""
        super().__init__(verdict.obstacle)
        self.verdict = verdict


class QuotaSpentError(Exception):
    """The agent has revealed as many phones today as a day allows."""


@dataclass(frozen=True, slots=True)
class Revealed:
    """One phone in the clear (E.164), and how many more the agent may see today."""

    phone: str
    left: int


def reveal_phone(*, actor: audit.Actor, person: str, reason: str, now: datetime) -> Revealed:
    """Return the phone of `person` after the audit has it; the same one twice a day counts once.

    Raises UnableToRevealError for somebody who is gone, has no phone or opted out, and
    QuotaSpentError when the day's limit is reached.
    """
    return whole(lambda: _reveal(actor, person, reason, now))


def left_today(actor: audit.Actor, now: datetime) -> int:
    """Return how many more phones the agent may reveal on this business day."""
    used = (
        RevealQuota.objects.filter(actor_id=actor.agent_id, day=business_time(now).date())
        .values_list("used", flat=True)
        .first()
    )
    return max(0, settings.TELEVENDAS_REVEALS_PER_DAY - (used or 0))


def _reveal(actor: audit.Actor, person: str, reason: str, now: datetime) -> Revealed:
    customer = Customer.objects.select_for_update().filter(person=person).first()
    if customer is None or customer.state != Customer.State.PRESENT:
        raise UnableToRevealError(Verdict(Obstacle.GONE))
    verdict = selectors.verdicts([customer], agent_id=actor.agent_id, now=now)[person]
    if verdict.is_lasting or customer.phone is None:
        raise UnableToRevealError(verdict)
    if not _was_revealed_today(actor, person, now):
        _take_one(actor, business_time(now).date())
    audit.note(actor, audit.Action.REVEAL, at=now, person=person, reason=reason)
    return Revealed(customer.phone, left_today(actor, now))


def _was_revealed_today(actor: audit.Actor, person: str, now: datetime) -> bool:
    midnight = business_time(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return AuditLine.objects.filter(
        actor_id=actor.agent_id,
        action=AuditLine.Action.REVEAL,
        person=person,
        at__gte=midnight,
        at__lt=midnight + timedelta(days=1),
    ).exists()


def _take_one(actor: audit.Actor, day: date) -> None:
    """Count one reveal; the condition is in the update, so that no two calls share the last."""
    row = {"actor_id": actor.agent_id, "day": day}
    room = RevealQuota.objects.filter(**row, used__lt=settings.TELEVENDAS_REVEALS_PER_DAY)
    if room.update(used=F("used") + 1):
        return
    RevealQuota.objects.bulk_create([RevealQuota(**row)], ignore_conflicts=True)
    if not room.update(used=F("used") + 1):
        raise QuotaSpentError
