"""What housekeeping does for telesales: claims that ran out, retention, sweeps, last bytes."""

import logging
from datetime import datetime, timedelta
from typing import Final

from messaging.errors import TransientError
from messaging.housekeeping import Chore, Trimmer, register, register_chore
from televendas import metrics
from televendas.adapters.calling_hours import business_time
from televendas.adapters.progress import KafkaProgress
from televendas.models import CallClaim, Customer, Erasure, Snapshot
from televendas.services import audit, clock
from televendas.services.purge import purge_some
from televendas.services.scrub import scrub
from televendas.services.sweeping import sweep_due

_DATABASE: Final = "televendas"
_ACTOR: Final = audit.Actor(None, "housekeeping")
_log = logging.getLogger(__name__)


def _purge(now: datetime) -> int:
    return purge_some(actor=_ACTOR, today=business_time(now).date(), now=now)


def _sweep(now: datetime) -> int:
    try:
        return sum(each.people for each in sweep_due(KafkaProgress(), now))
    except TransientError as error:
        _log.warning("not swept", extra={"cause": type(error).__name__})
        return 0


def _scrub(now: datetime) -> int:
    scrubbed = scrub(now)
    for each in clock.last_days(now):
        for share, seconds in (("0.5", each.p50), ("0.99", each.p99), ("1", each.longest)):
            metrics.ERASURE_SECONDS.labels(each.cause, share).set(seconds)
    return scrubbed


# Nobody holds a call that long: what is left over belongs to agents who went home.
register(Trimmer(model=CallClaim, column="expires_at", age=timedelta(days=1), using=_DATABASE))
for _model, _told, _work in (
    (Customer, "until the day in retain_until", _purge),
    (Snapshot, "people missing from a full snapshot go", _sweep),
    (Erasure, "the last byte of the forgotten goes, where the engine lets us", _scrub),
):
    register_chore(
        Chore(table=_model._meta.db_table, using=_DATABASE, told=_told, work=_work)  # noqa: SLF001 - Django's documented door
    )
