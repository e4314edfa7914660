"""Runs the invariants, each on one moment of the database, and keeps what was found."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bank_grpc import metrics
from bank_grpc.adapters.payments_topic import PostedRecords, TopicGoneError
from bank_grpc.models import InvariantResult
from bank_grpc.services.invariants.ledger import LEDGER
from bank_grpc.services.invariants.payments import PAYMENT_RULES
from bank_grpc.services.invariants.rule import Invariant, Look
from bank_grpc.services.invariants.statement import STATEMENT_RULES
from messaging.errors import TransientError
from messaging.one_moment import one_moment

INVARIANTS: Final = (*LEDGER, *PAYMENT_RULES, *STATEMENT_RULES)
# Sent rows stay in the outbox for a week; a day of them is read.
WINDOW: Final = timedelta(days=1)
_EXAMPLES: Final = 5

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check found; `broken` is None where it could not be made, for want of Kafka."""

    invariant: Invariant
    broken: Sequence[str] | None
    seconds: float

    @property
    def holds(self) -> bool:
        """Tell whether it was checked and holds."""
        return self.broken is not None and not self.broken


def check_all(topic: PostedRecords, *, now: datetime) -> list[Outcome]:
    """Check every invariant and keep the results; one that cannot be checked keeps its last."""
    look = Look(topic, now - WINDOW)
    outcomes = [_check(each, look) for each in INVARIANTS]
    for outcome in outcomes:
        if outcome.broken is not None:
            _keep(outcome, outcome.broken, now)
    return outcomes


def _check(invariant: Invariant, look: Look) -> Outcome:
    began = time.perf_counter()
    broken: list[str] | None
    try:
        with one_moment():
            broken = invariant.broken(look)
    except (TransientError, TopicGoneError) as error:
        _log.warning("not checked", extra={"invariant": invariant.name, "cause": str(error)})
        broken = None
    return Outcome(invariant, broken, time.perf_counter() - began)


def _keep(outcome: Outcome, broken: Sequence[str], now: datetime) -> None:
    name = outcome.invariant.name
    metrics.INVARIANT_BROKEN.labels(name).set(len(broken))
    before = InvariantResult.objects.filter(pk=name).first()
    since = before.red_since if before and before.red_since else now
    if broken:
        _log.error("an invariant is broken", extra={"invariant": name, "count": len(broken)})
    InvariantResult.objects.update_or_create(
        name=name,
        defaults={
            "broken": len(broken),
            "examples": list(broken[:_EXAMPLES]),
            "checked_at": now,
            "seconds": outcome.seconds,
            "red_since": since if broken else None,
        },
    )
