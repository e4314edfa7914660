"""Judges history by a rule set, and every receipt by its own, to see what would have changed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from django.db.models import QuerySet

from orders.adapters import fraud_json
from orders.domain import fraud
from orders.domain.fraud import Judgement, Verdict
from orders.domain.fraud_cost import Cost
from orders.domain.fraud_facts import Facts, Subject
from orders.domain.fraud_history import History, Past
from orders.domain.fraud_rules import RuleSet
from orders.domain.states import State
from orders.models import FraudRuleSet, Order

_CHUNK: Final = 5000
_EXAMPLES: Final = 5
_SUBJECTS: Final = (Subject.CARD, Subject.CUSTOMER, Subject.PHONE)


class _Row(NamedTuple):
    """One order with its receipt, where it has one; the names are the columns'."""

    id: str
    created_at: datetime
    total_cents: int
    region: str
    card_fingerprint: str
    customer_id: str
    phone_hash: str
    phone_region: str
    state: str
    charged_cents: int
    refunded_cents: int
    receipt__ruleset: str | None
    receipt__verdict: str | None
    receipt__score: int | None
    receipt__facts: str | None
    receipt__readings: str | None


@dataclass(slots=True)
class Report:
    """What a back-test found.

    `replayed` receipts were judged anew by their own rules; `differing` holds the ids of some that
    came out otherwise, of `differences` in all. `drifted` counts receipts whose facts history tells
    otherwise today, as when orders were committed late or a person was erased.
    """

    cost: Cost = field(default_factory=Cost)
    replayed: int = 0
    differences: int = 0
    differing: list[str] = field(default_factory=list)
    drifted: int = 0


def backtest(
    rules: RuleSet,
    *,
    begin: datetime | None = None,
    end: datetime | None = None,
    on_order: Callable[[], None] = lambda: None,
) -> Report:
    """Judge the orders placed from `begin` until before `end` by `rules`.

    What came before `begin` is history to them. Where there is a receipt its facts are judged, as
    they were known then; else they are counted from the orders. One pass, one query.
    """
    report, history, own = Report(), History(), _OwnRules()
    for row in _rows(end):
        kept = None if row.receipt__facts is None else fraud_json.facts_of(row.receipt__facts)
        counted = _counted(history, row, kept)
        if begin is None or row.created_at >= begin:
            if kept is not None:
                report.drifted += kept != counted
                _replay(report, own, row, kept)
            _weigh(report.cost, rules, row, counted if kept is None else kept)
        on_order()
    return report


def count_until(end: datetime | None) -> int:
    """Return over how many orders a back-test goes."""
    return _until(end).count()


def _until(end: datetime | None) -> QuerySet[Order]:
    return Order.objects.filter(created_at__lt=end) if end else Order.objects.all()


def _rows(end: datetime | None) -> Iterator[_Row]:
    found = _until(end).order_by("created_at", "id").values_list(*_Row._fields)
    return map(_Row._make, found.iterator(chunk_size=_CHUNK))


def _counted(history: History, row: _Row, kept: Facts | None) -> Facts:
    values = zip(_SUBJECTS, (row.card_fingerprint, row.customer_id, row.phone_hash), strict=True)
    past = Past(
        row.created_at,
        row.total_cents,
        row.region,
        row.phone_region,
        {subject: value for subject, value in values if value},
    )
    if kept is None:
        return history.facts_of(past)
    return history.facts_of(past, blocked=kept.blocked, allowed=kept.allowed)


class _OwnRules:
    """The rules of receipts by version, read once."""

    def __init__(self) -> None:
        self._known: dict[str, RuleSet] = {
            row.version: fraud_json.rules_of(row.rules) for row in FraudRuleSet.objects.all()
        }

    def get(self, version: str) -> RuleSet | None:
        return self._known.get(version)


def _replay(report: Report, own: _OwnRules, row: _Row, facts: Facts) -> None:
    report.replayed += 1
    rules = own.get(row.receipt__ruleset or "")
    made = Judgement(
        row.receipt__ruleset or "",
        Verdict(row.receipt__verdict or ""),
        row.receipt__score or 0,
        fraud_json.readings_of(row.receipt__readings or "[]"),
    )
    if rules is None or not fraud.replays(made, rules, facts):
        report.differences += 1
        if len(report.differing) < _EXAMPLES:
            report.differing.append(row.id)


def _weigh(cost: Cost, rules: RuleSet, row: _Row, facts: Facts) -> None:
    cost.add(
        before=row.receipt__verdict or "",
        now=fraud.judge(rules, facts).verdict,
        state=State(row.state),
        cents=row.total_cents,
        earned=row.charged_cents - row.refunded_cents,
    )
