"""What every page of an agent tells about the day: the hours, the calls made, the phones left."""

from datetime import datetime
from typing import Any

from django.conf import settings

from televendas import presenter, selectors
from televendas.adapters.calling_hours import business_time
from televendas.services import audit
from televendas.services.reveal import left_today


def day_of(actor: audit.Actor, now: datetime) -> dict[str, Any]:
    """Return the template's words about the agent's day."""
    midnight = business_time(now).replace(hour=0, minute=0, second=0, microsecond=0)
    ended = selectors.outcomes_since(actor.agent_id, midnight)
    claim = selectors.claim_of(actor.agent_id, now)
    return {
        "hours": presenter.hours_badge(now),
        "left": left_today(actor, now),
        "limit": settings.TELEVENDAS_REVEALS_PER_DAY,
        "tally": [(presenter.outcome_label(each), count) for each, count in ended.items()],
        "calls_today": sum(ended.values()),
        "held": claim,
    }
