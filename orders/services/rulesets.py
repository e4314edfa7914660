"""Keeps the rule sets: one decides, shadows run beside it, and none ever changes once it is in."""

from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import Q

from messaging.whole import run_whole
from orders.adapters import fraud_json
from orders.domain.fraud_rules import RuleSet
from orders.models import FraudAct, FraudRuleSet

_SHIPPED: Final = Path(__file__).resolve().parents[1] / "rulesets"


class VersionTakenError(Exception):
    """Another rule set bears that version already."""


class IsActiveError(Exception):
    """The rule set decides; it cannot run as a shadow of itself."""


def parsed(row: FraudRuleSet) -> RuleSet:
    """Return the rules of a row, parsed once for each text."""
    return fraud_json.rules_of(row.rules)


def in_force(now: datetime) -> list[FraudRuleSet]:
    """Return the rule set that decides, then the shadows by version; one comes with the code."""
    rows = FraudRuleSet.objects.filter(Q(is_active=True) | Q(is_shadow=True)).order_by("version")
    found = sorted(rows, key=lambda row: not row.is_active)
    if not found or not found[0].is_active:
        return [ensure_default_ruleset(now), *found]
    return found


def ensure_default_ruleset(now: datetime) -> FraudRuleSet:
    """Return the rule set that decides, the shipped one made active where there is none yet."""
    active = FraudRuleSet.objects.filter(is_active=True).first()
    if active is not None:
        return active
    text = shipped(settings.ORDERS_FRAUD_RULES)
    row = FraudRuleSet(
        version=fraud_json.rules_of(text).version,
        rules=text,
        is_active=True,
        created_at=now,
        activated_at=now,
    )
    # Another process may be at it: whoever is second finds the same text there.
    FraudRuleSet.objects.bulk_create([row], ignore_conflicts=True)
    return row


def shipped(name: str) -> str:
    """Return the text of a rule set that comes with the code, or of a file; raises OSError."""
    path = Path(name) if name.endswith(".json") else _SHIPPED / f"{name}.json"
    return path.read_text(encoding="utf-8")


def add_shadow(text: str, actor: str, now: datetime) -> FraudRuleSet:
    """Enter a rule set, which runs as a shadow from now on.

    Raises `fraud_json.BadRuleSetError`, or VersionTakenError where the version is there with
    another text.
    """
    rules = fraud_json.rules_of(text)
    return run_whole(lambda: _add(rules, text, actor, now))


def activate(version: str, actor: str, now: datetime) -> FraudRuleSet:
    """Let a rule set decide from now on, in the place of the one before; again changes nothing."""
    return run_whole(lambda: _activate(version, actor, now))


def shadow(version: str, actor: str, now: datetime, *, runs: bool) -> FraudRuleSet:
    """Let a rule set run as a shadow or end that; raises IsActiveError, FraudRuleSet.DoesNotExist.

    The verdicts that it gave as a shadow stay.
    """
    return run_whole(lambda: _shadow(version, actor, now, runs=runs))


def _add(rules: RuleSet, text: str, actor: str, now: datetime) -> FraudRuleSet:
    row, is_new = FraudRuleSet.objects.get_or_create(
        version=rules.version,
        defaults={"rules": text, "is_shadow": True, "created_at": now, "created_by": actor},
    )
    if is_new:
        _note(FraudAct.Kind.ADDED, row, actor, now)
    elif parsed(row) != rules:
        raise VersionTakenError(rules.version)
    return row


def _activate(version: str, actor: str, now: datetime) -> FraudRuleSet:
    row = _locked(version)
    if row.is_active:
        return row
    FraudRuleSet.objects.filter(is_active=True).update(is_active=None)
    row.is_active, row.is_shadow = True, False
    row.activated_at, row.activated_by = now, actor
    row.save()
    _note(FraudAct.Kind.ACTIVATED, row, actor, now)
    return row


def _shadow(version: str, actor: str, now: datetime, *, runs: bool) -> FraudRuleSet:
    row = _locked(version)
    if row.is_active:
        raise IsActiveError(version)
    if row.is_shadow != runs:
        row.is_shadow = runs
        row.save(update_fields=["is_shadow"])
        _note(FraudAct.Kind.SHADOWED if runs else FraudAct.Kind.RESTED, row, actor, now)
    return row


def _locked(version: str) -> FraudRuleSet:
    """Return a rule set with all of them locked, in one order, so that nobody waits in a ring."""
    rows = {each.version: each for each in FraudRuleSet.objects.select_for_update().order_by("pk")}
    if version not in rows:
        raise FraudRuleSet.DoesNotExist(version)
    return rows[version]


def _note(kind: FraudAct.Kind, row: FraudRuleSet, actor: str, now: datetime) -> None:
    FraudAct.objects.create(kind=kind, subject=row.version, actor=actor, at=now)
