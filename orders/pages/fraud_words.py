"""Fraud in words and numbers: rules, readings, verdicts, what became of orders."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.templatetags.site import money, short_id
from orders.domain import fraud
from orders.domain.fraud import ALLOW_LIST, BLOCK_LIST, Reading
from orders.domain.fraud_cost import Fate, fate_of
from orders.domain.fraud_facts import WINDOWS, Facts, Flow, Subject
from orders.domain.fraud_rules import RuleSet
from orders.domain.states import State
from orders.models import FraudAct

Badge = tuple[str, str]
_NOBODY: Final = Facts(
    total_cents=1,
    region="",
    phone_region="",
    hour=12,
    flows=tuple(Flow(of, minutes, 1, 1) for of in Subject for minutes in WINDOWS),
    earlier_orders=0,
    median_cents=0,
    earlier_regions=(),
)
_LISTS: Final = (BLOCK_LIST, ALLOW_LIST)


@dataclass(frozen=True, slots=True)
class Row:
    """A reading as a person reads it."""

    name: str
    value: str
    threshold: str
    points: int
    is_hit: bool


def rows(readings: Iterable[Reading]) -> list[Row]:
    """Return readings in words."""
    return [_row(each) for each in readings]


def rules(rule_set: RuleSet) -> list[Row]:
    """Return the rules of a set in words, with their thresholds and points."""
    told = [_row(each) for each in fraud.judge(rule_set, _NOBODY).readings if _is_scored(each)]
    return [row for row in told if row.points]


def names(readings: Iterable[Reading]) -> list[str]:
    """Return the names of rules, each once."""
    return list(dict.fromkeys(_name(each.rule) for each in readings))


def subject(of: str) -> str:
    """Return what an order is known by, in words."""
    return {"card": _("card"), "customer": _("customer"), "phone": _("phone")}[of]


def verdict(word: str) -> Badge:
    """Return the badge of a verdict: level and text."""
    return {
        "clear": ("ok", pgettext("verdict", "Cleared")),
        "review": ("wait", _("Review")),
        "fraud": ("bad", _("Fraud")),
    }.get(word, ("none", _("Not judged")))


def fate(state: str) -> Badge:
    """Return the badge of what became of an order."""
    return {
        Fate.PAID: ("ok", _("Paid")),
        Fate.REFUSED: ("bad", _("Payment refused")),
        Fate.CANCELLED: ("none", _("Cancelled")),
        Fate.FRAUD: ("bad", _("Fraud")),
        Fate.OUT_OF_STOCK: ("none", _("Out of stock")),
        Fate.OPEN: ("info", _("Under way")),
    }[fate_of(State(state))]


_OF_LISTS: Final = (FraudAct.Kind.LISTED, FraudAct.Kind.UNLISTED, FraudAct.Kind.RELISTED)


def act_subject(act: FraudAct) -> str:
    """Return what somebody did something to, as people know it."""
    if act.kind not in _OF_LISTS:
        return short_id(act.subject) if act.order_id else act.subject
    name, of, label = act.subject.split(":", 2)
    lists = {"block": _("block list"), "allow": _("allow list")}
    return f"{lists[name]}: {subject(of)} {label}"


def left(hours: int) -> Badge:
    """Return the badge of the hours that are left to decide."""
    level = "bad" if hours < 4 else "wait" if hours < 12 else "info"  # noqa: PLR2004 - hours
    return level, _("%(hours)s h left") % {"hours": hours}


def _is_scored(reading: Reading) -> bool:
    return reading.rule not in _LISTS


def _row(reading: Reading) -> Row:
    value, threshold = _figures(reading)
    return Row(_name(reading.rule), value, threshold, reading.points, reading.is_hit)


def _name(rule: str) -> str:
    told = {
        BLOCK_LIST: _("On the block list"),
        ALLOW_LIST: _("On the allow list"),
        "amount_to_median": _("Amount against the customer's usual one"),
        "region_history": _("Region unlike the customer's earlier ones"),
        "phone_region": _("Region unlike the phone's area code"),
        "night": _("Ordered at night"),
        "round_amount": _("Round amount"),
    }
    return told.get(rule) or _velocity(*rule.split("_"))


def _velocity(of: str, measure: str, length: str) -> str:
    told = {
        ("card", "orders"): _("Orders with this card within %(time)s"),
        ("card", "cents"): _("Spent with this card within %(time)s"),
        ("customer", "orders"): _("Orders of this customer within %(time)s"),
        ("customer", "cents"): _("Spent by this customer within %(time)s"),
        ("phone", "orders"): _("Orders with this phone within %(time)s"),
        ("phone", "cents"): _("Spent with this phone within %(time)s"),
    }
    return told[of, measure] % {"time": length.replace("m", "\u00a0min").replace("h", "\u00a0h")}


def _figures(reading: Reading) -> tuple[str, str]:
    """Return value and threshold as people write them."""
    rule, value, threshold = reading.rule, reading.value, reading.threshold
    if "_cents_" in rule:
        return money(int(value)), _("from %(value)s") % {"value": money(int(threshold))}
    if "_orders_" in rule:
        return value, _("from %(value)s") % {"value": threshold}
    if rule in _LISTS:
        return ", ".join(subject(each) for each in value.split(", ") if each) or _("nothing"), ""
    return _SPECIAL[rule](value, threshold)


def _median(value: str, threshold: str) -> tuple[str, str]:
    told = f"{value}\u00a0%" if value else _("too few orders")
    return told, _("from %(value)s") % {"value": f"{threshold}\u00a0%"}


def _history(value: str, threshold: str) -> tuple[str, str]:
    if not value:
        return value, _("a new one")
    told = _("known: %(value)s") % {"value": threshold} if threshold else _("too few orders")
    return value, told


def _phone(value: str, threshold: str) -> tuple[str, str]:
    if not value:
        return value, _("another one")
    told = _("phone: %(value)s") % {"value": threshold} if threshold else _("phone: not known")
    return value, told


def _night(value: str, threshold: str) -> tuple[str, str]:
    begin, end = threshold.split("-")
    hours = {"begin": begin, "end": end}
    return f"{value}\u00a0h", _("%(begin)s to %(end)s h in Brazil") % hours


def _round(value: str, threshold: str) -> tuple[str, str]:
    step, least = (money(int(each)) for each in threshold.split("/"))
    told = _("a multiple of %(step)s from %(least)s on") % {"step": step, "least": least}
    return money(int(value)), told


_SPECIAL: Final[dict[str, Callable[[str, str], tuple[str, str]]]] = {
    "amount_to_median": _median,
    "region_history": _history,
    "phone_region": _phone,
    "night": _night,
    "round_amount": _round,
}
