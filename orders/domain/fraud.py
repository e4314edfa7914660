"""Judges an order by a rule set: points add up, lists overrule them, every rule leaves a reading.

Pure: the facts of a receipt, read back, give the same judgement under the same rules.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from orders.domain.fraud_facts import Facts, Subject
from orders.domain.fraud_regions import is_state
from orders.domain.fraud_rules import Measure, RuleSet, Velocity

BLOCK_LIST: Final = "block_list"
ALLOW_LIST: Final = "allow_list"
_LABELS: Final = {10: "10m", 60: "1h", 1440: "24h"}


class Verdict(StrEnum):
    """What becomes of an order."""

    CLEAR = "clear"
    REVIEW = "review"
    FRAUD = "fraud"


@dataclass(frozen=True, slots=True)
class Reading:
    """What one rule saw: its value beside its threshold, as text; `points` count where `is_hit`."""

    rule: str
    value: str
    threshold: str
    points: int
    is_hit: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict with all that led to it; `score` is the sum of the points of what was hit."""

    ruleset: str
    verdict: Verdict
    score: int
    readings: tuple[Reading, ...]


def judge(rules: RuleSet, facts: Facts) -> Judgement:
    """Return what `rules` make of `facts`.

    Whatever is blocked is fraud, also where another subject is allowed: a good customer's stolen
    card is the case that matters. What is allowed is clear, whatever the points.
    """
    readings = tuple(_readings(rules, facts))
    score = sum(each.points for each in readings if each.is_hit)
    return Judgement(rules.version, _verdict(rules, facts, score), score, readings)


def replays(made: Judgement, rules: RuleSet, facts: Facts) -> bool:
    """Tell whether judging the facts again gives the very judgement that was made."""
    return judge(rules, facts) == made


def _verdict(rules: RuleSet, facts: Facts, score: int) -> Verdict:
    if facts.blocked:
        return Verdict.FRAUD
    if facts.allowed or score < rules.review_at:
        return Verdict.CLEAR
    return Verdict.FRAUD if score >= rules.fraud_at else Verdict.REVIEW


def _readings(rules: RuleSet, facts: Facts) -> Iterator[Reading]:
    yield _on(BLOCK_LIST, facts.blocked, rules.fraud_at)
    yield _on(ALLOW_LIST, facts.allowed, 0)
    for each in rules.velocity:
        yield _velocity(each, facts)
    yield _median(rules, facts)
    yield from _region(rules, facts)
    night, amount = rules.night, rules.round_amount
    is_night = night.has(facts.hour)
    yield Reading("night", str(facts.hour), f"{night.begin}-{night.end}", night.points, is_night)
    is_round = (
        facts.total_cents >= amount.at_least_cents
        and facts.total_cents % amount.multiple_cents == 0
    )
    step = f"{amount.multiple_cents}/{amount.at_least_cents}"
    yield Reading("round_amount", str(facts.total_cents), step, amount.points, is_round)


def _on(rule: str, subjects: tuple[Subject, ...], points: int) -> Reading:
    return Reading(rule, ", ".join(subjects), "", points, bool(subjects))


def _velocity(rule: Velocity, facts: Facts) -> Reading:
    flow = facts.flow(rule.of, rule.minutes)
    name = f"{rule.of}_{rule.measure}_{_LABELS[rule.minutes]}"
    value = 0
    if flow is not None:
        value = flow.orders if rule.measure is Measure.ORDERS else flow.cents
    is_hit = value >= rule.at_least
    return Reading(name, str(value), str(rule.at_least), rule.points, is_hit)


def _median(rules: RuleSet, facts: Facts) -> Reading:
    rule = rules.median
    is_known = facts.earlier_orders >= rule.least_orders and facts.median_cents > 0
    percent = facts.total_cents * 100 // facts.median_cents if is_known else None
    value = "" if percent is None else str(percent)
    is_hit = percent is not None and percent >= rule.at_least_percent
    return Reading("amount_to_median", value, str(rule.at_least_percent), rule.points, is_hit)


def _region(rules: RuleSet, facts: Facts) -> Iterator[Reading]:
    rule = rules.region
    has_history = facts.earlier_orders >= rule.least_orders
    known = ", ".join(facts.earlier_regions) if has_history else ""
    is_new = has_history and facts.region not in facts.earlier_regions
    yield Reading("region_history", facts.region, known, rule.new_points, is_new)
    differs = bool(facts.phone_region) and is_state(facts.region)
    is_elsewhere = differs and facts.region != facts.phone_region
    yield Reading("phone_region", facts.region, facts.phone_region, rule.phone_points, is_elsewhere)
