"""Makes the demo's opt-outs: numbers that the demo's customers may have, and who barred them."""

from datetime import datetime
from typing import Final

from televendas.adapters.calling_hours import business_time
from televendas.domain.optout_lines import Line
from televendas.models import OptOut
from televendas.services import audit
from televendas.services.optout import import_lines

PHONES: Final = tuple(f"+55119800000{number:02}" for number in range(1, 21))
"""The phones of the demo that nobody may call."""
_ACTOR: Final = audit.Actor(None, "seed_demo")


def keep_demo_opt_outs(now: datetime) -> None:
    """Bar the demo's phones from today; a second time changes nothing."""
    if OptOut.objects.filter(added_by=_ACTOR.name).exists():
        return
    lines = [Line(number, phone=phone) for number, phone in enumerate(PHONES, start=1)]
    for _ in import_lines(
        actor=_ACTOR, lines=lines, effective_on=business_time(now).date(), now=now
    ):
        continue
