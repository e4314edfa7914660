"""Judges orders: gathers the facts, writes the receipt, and acts by the verdict, once.

The consumer judges what was placed, a person what is doubtful, the sweeper what nobody looked at.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings

from messaging.whole import run_whole
from orders.adapters import fraud_json
from orders.domain import fraud
from orders.domain.fraud import Judgement, Verdict
from orders.domain.fraud_facts import Facts
from orders.domain.states import Happening, State
from orders.events import RuleReading
from orders.models import (
    FraudAct,
    FraudReceipt,
    FraudRuleSet,
    FraudShadowVerdict,
    Order,
)
from orders.services import rulesets
from orders.services.act import Act, Acted, act, locked
from orders.services.fraud_facts import gather

IN_REVIEW: Final = (State.IN_REVIEW, State.HELD_IN_REVIEW)
RULES_REASON, REVIEW_REASON, TIMEOUT_REASON = "fraud_rules", "fraud_review", "review_timeout"
_HAPPENINGS: Final = {
    Verdict.CLEAR: Happening.FRAUD_CLEAR,
    Verdict.REVIEW: Happening.FRAUD_DOUBTFUL,
    Verdict.FRAUD: Happening.FRAUD_FOUND,
}


class OrderClosedError(Exception):
    """The order waits for no verdict (any more); `order` is as it is now."""

    def __init__(self, order: Order) -> None:
        """Keep the order for whoever tells of it."""
        super().__init__(f"order {order.id} is {order.state}")
        self.order = order


@dataclass(frozen=True, slots=True)
class Judged:
    """What was made of an order: the receipt, and whether the pipeline still wanted it."""

    receipt: FraudReceipt
    acted: Acted


def judge(order_id: str, now: datetime) -> Judged | None:
    """Judge a placed order inside the running transaction; None where it was judged before.

    An order that has ended meanwhile gets its receipt all the same, and no verdict is said.
    """
    order = locked(order_id)
    if FraudReceipt.objects.filter(order=order).exists():
        return None
    facts = gather(order, now)
    active, *shadows = rulesets.in_force(now)
    made = fraud.judge(rulesets.parsed(active), facts)
    receipt = _keep(order, made, facts, now)
    _shadow(receipt, shadows, facts)
    is_final = made.verdict is not Verdict.REVIEW
    what = Act(
        happening=_HAPPENINGS[made.verdict],
        now=now,
        reason=RULES_REASON if made.verdict is Verdict.FRAUD else "",
        details=_details(receipt) if is_final else {},
    )
    acted = act(order, what)
    if is_final and not acted.is_ignored:
        _close(receipt, made.verdict, now)
    return Judged(receipt, acted)


def review(order_id: str, verdict: Verdict, note: str, actor: str, now: datetime) -> Order:
    """Clear or refuse a doubtful order for a person, whole; say so once and write down who.

    Raises OrderClosedError where it is not open, ValueError without a note or for another
    verdict, Order.DoesNotExist.
    """
    if verdict is Verdict.REVIEW or not note.strip():
        raise ValueError("a review ends with a verdict and a note")
    return run_whole(lambda: _review(order_id, verdict, note.strip(), actor, now))


def time_out(order: Order, now: datetime) -> Acted:
    """Refuse a locked order that nobody judged in time, inside the running transaction.

    For the sweeper; what is not in review is ignored, as the pipeline says.
    """
    return _decide(order, Verdict.FRAUD, reason=TIMEOUT_REASON, actor="", now=now)


def overdue(now: datetime, *, limit: int = 100) -> list[str]:
    """Return the ids of orders whose review has lasted too long, the oldest first."""
    since = now - timedelta(hours=settings.ORDERS_REVIEW_HOURS)
    late = FraudReceipt.objects.filter(
        order__state__in=IN_REVIEW, judged_at__lte=since, decided=""
    ).order_by("judged_at")
    return list(late.values_list("order_id", flat=True)[:limit])


def _review(order_id: str, verdict: Verdict, note: str, actor: str, now: datetime) -> Order:
    order = locked(order_id)
    mine = FraudReceipt.objects.filter(order=order, decided=verdict, decided_by=actor, note=note)
    if mine.exists():
        # Pressed twice, or the answer to COMMIT was lost: it is said already.
        return order
    if State(order.state) not in IN_REVIEW:
        raise OrderClosedError(order)
    reason = REVIEW_REASON if verdict is Verdict.FRAUD else ""
    acted = _decide(order, verdict, reason=reason, actor=actor, now=now, note=note)
    FraudAct.objects.create(
        kind=FraudAct.Kind.CLEARED if verdict is Verdict.CLEAR else FraudAct.Kind.REFUSED,
        subject=order.id,
        order_id=order.id,
        note=note,
        actor=actor,
        at=now,
    )
    return acted.order


def _decide(
    order: Order, verdict: Verdict, *, reason: str, actor: str, now: datetime, note: str = ""
) -> Acted:
    receipt = FraudReceipt.objects.get(order=order)
    what = Act(
        happening=_HAPPENINGS[verdict],
        now=now,
        reason=reason,
        actor=actor,
        details=_details(receipt),
    )
    acted = act(order, what)
    if not acted.is_ignored:
        receipt.note = note
        _close(receipt, verdict, now, actor)
    return acted


def _close(receipt: FraudReceipt, verdict: Verdict, now: datetime, actor: str = "") -> None:
    receipt.decided = verdict
    receipt.decided_at = now
    receipt.decided_by = actor
    receipt.save(update_fields=["decided", "decided_at", "decided_by", "note"])


def _keep(order: Order, made: Judgement, facts: Facts, now: datetime) -> FraudReceipt:
    return FraudReceipt.objects.create(
        order=order,
        ruleset=made.ruleset,
        verdict=made.verdict,
        score=made.score,
        facts=fraud_json.text_of_facts(facts),
        readings=fraud_json.text_of_readings(made.readings),
        judged_at=now,
    )


def _shadow(receipt: FraudReceipt, shadows: Iterable[FraudRuleSet], facts: Facts) -> None:
    made = [fraud.judge(rulesets.parsed(each), facts) for each in shadows]
    FraudShadowVerdict.objects.bulk_create(
        FraudShadowVerdict(
            receipt=receipt, ruleset=each.ruleset, verdict=each.verdict, score=each.score
        )
        for each in made
    )


def _details(receipt: FraudReceipt) -> dict[str, Any]:
    readings = fraud_json.readings_of(receipt.readings)
    return {
        "score": receipt.score,
        "ruleset": receipt.ruleset,
        "rules": [
            RuleReading(
                rule=each.rule,
                value=each.value,
                threshold=each.threshold,
                points=each.points,
                is_hit=each.is_hit,
            )
            for each in readings
        ],
    }
