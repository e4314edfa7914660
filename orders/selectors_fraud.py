"""What staff see of fraud: doubtful orders, receipts, related orders, lists, shadows' costs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Sum

from orders.adapters import fraud_json
from orders.domain.fraud import Reading, Verdict
from orders.domain.fraud_cost import Cost
from orders.domain.fraud_facts import Facts, Subject
from orders.domain.states import State
from orders.models import (
    FraudAct,
    FraudListEntry,
    FraudReceipt,
    FraudRuleSet,
    FraudShadowVerdict,
    Order,
)
from orders.services.fraud_facts import related, subjects_of
from orders.services.fraud_lists import label_of
from orders.services.judge import IN_REVIEW

ENTRY_SORTS: Final[Mapping[str, Sequence[Any]]] = {
    "newest": ("-created_at", "-id"),
    "oldest": ("created_at", "id"),
    "ends": (F("expires_at").asc(nulls_last=True), "id"),
    "what": ("kind", "label", "id"),
}
"""In which order list entries may be read, by name."""
MOST_RELATED: Final = 20
"""How many of the latest orders of each subject are shown."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A receipt read, with when its review is over unless somebody decides."""

    receipt: FraudReceipt
    readings: tuple[Reading, ...]
    due_at: datetime

    @property
    def hits(self) -> list[Reading]:
        """Return the readings that made points."""
        return [each for each in self.readings if each.is_hit]

    def hours_left(self, now: datetime) -> int:
        """Return the whole hours until the order is refused by itself, 0 where that is due."""
        return max(0, int((self.due_at - now) / timedelta(hours=1)))


@dataclass(frozen=True, slots=True)
class Known:
    """One subject of an order: how staff know it, how many orders it had, whether it is listed."""

    subject: Subject
    label: str
    orders: int
    entry: FraudListEntry | None


@dataclass(slots=True)
class Related:
    """Another order, and by what it is related."""

    order: Order
    by: list[Subject] = field(default_factory=list)


def queue(search: str = "") -> QuerySet[FraudReceipt]:
    """Return the receipts of the orders that wait for a person, the oldest first.

    `search` is the begin or the end of an order's id, or the last four digits of a card.
    """
    found = FraudReceipt.objects.filter(order__state__in=IN_REVIEW).select_related("order")
    if search:
        in_id = Q(order__id__istartswith=search) | Q(order__id__iendswith=search)
        found = found.filter(in_id | Q(order__card_last4=search))
    return found.order_by("judged_at", "order_id")


def read(receipt: FraudReceipt) -> Waiting:
    """Return a receipt with its readings."""
    until = receipt.judged_at + timedelta(hours=settings.ORDERS_REVIEW_HOURS)
    return Waiting(receipt, fraud_json.readings_of(receipt.readings), until)


def receipt_of(order_id: str) -> FraudReceipt:
    """Return an order's receipt, with order and customer; raises FraudReceipt.DoesNotExist."""
    receipts = FraudReceipt.objects.select_related("order__customer")
    return receipts.get(pk=order_id)


def facts_of(receipt: FraudReceipt) -> Facts:
    """Return what was known when the order was judged."""
    return fraud_json.facts_of(receipt.facts)


def is_open(order: Order) -> bool:
    """Tell whether the order waits for a person."""
    return State(order.state) in IN_REVIEW


def known_of(order: Order, now: datetime) -> list[Known]:
    """Return by what the order is known, with the other orders' count and the list it is on."""
    subjects = subjects_of(order)
    entries = {entry.kind: entry for entry in _entries_of(subjects.items(), now)}
    return [
        Known(
            subject,
            label_of(order, subject),
            related(order, subject).count(),
            entries.get(subject),
        )
        for subject in subjects
    ]


def related_to(order: Order) -> list[Related]:
    """Return the latest other orders of the same card, customer or phone, the newest first."""
    found: dict[str, Related] = {}
    for subject in subjects_of(order):
        for other in related(order, subject).select_related("receipt")[:MOST_RELATED]:
            found.setdefault(other.id, Related(other)).by.append(subject)
    return sorted(found.values(), key=lambda each: each.order.created_at, reverse=True)


def entries(list_name: str, search: str, show: str, sort: str) -> QuerySet[FraudListEntry]:
    """Return list entries, expired ones too; `search` is in label or reason.

    `show` is listed, ended (taken off) or all, `sort` a name of ENTRY_SORTS.
    """
    found = FraudListEntry.objects.order_by(*ENTRY_SORTS[sort])
    if show != "all":
        found = found.filter(ended_at__isnull=show != "ended")
    if list_name:
        found = found.filter(list_name=list_name)
    if search:
        found = found.filter(Q(label__icontains=search) | Q(reason__icontains=search))
    return found


def acts() -> QuerySet[FraudAct]:
    """Return what people did, the newest first."""
    return FraudAct.objects.order_by("-at", "-id")


def shadow_costs(since: datetime | None) -> dict[str, Cost]:
    """Return what each shadow rule set would have made of the orders judged since then."""
    found = FraudShadowVerdict.objects.all()
    if since is not None:
        found = found.filter(receipt__judged_at__gte=since)
    rows = found.values_list(
        "ruleset", "verdict", "receipt__verdict", "receipt__order__state"
    ).annotate(
        orders=Count("id"),
        cents=Sum("receipt__order__total_cents"),
        earned=Sum(F("receipt__order__charged_cents") - F("receipt__order__refunded_cents")),
    )
    costs: dict[str, Cost] = {}
    for version, verdict, before, state, orders, cents, earned in rows.order_by("ruleset"):
        costs.setdefault(version, Cost()).add(
            before=before,
            now=Verdict(verdict),
            state=State(state),
            cents=int(cents),
            earned=int(earned),
            orders=orders,
        )
    return costs


def rule_sets() -> list[FraudRuleSet]:
    """Return every rule set: the one that decides, the shadows, then the others, newest first."""
    rows = FraudRuleSet.objects.order_by("-created_at", "version")
    return sorted(rows, key=lambda row: (not row.is_active, not row.is_shadow))


def _entries_of(subjects: Iterable[tuple[Subject, str]], now: datetime) -> list[FraudListEntry]:
    is_ours = Q()
    for subject, value in subjects:
        is_ours |= Q(kind=subject, value=value)
    return list(FraudListEntry.objects.filter(is_ours, FraudListEntry.in_force(now)))
