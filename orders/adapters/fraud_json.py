"""Reads the JSON of fraud's rule sets by their typed schema; reads and writes facts and readings.

The schema is the domain's own dataclasses; what it does not know is refused, so that a mistyped
rule is never left out in silence.
"""

from functools import lru_cache
from typing import Any

import msgspec

from orders.domain.fraud import Reading
from orders.domain.fraud_facts import Facts
from orders.domain.fraud_rules import RuleSet


class BadRuleSetError(Exception):
    """The text is no rule set; `str()` says which field is wrong, and how."""


@lru_cache(maxsize=64)
def rules_of(text: str) -> RuleSet:
    """Return the rule set that the JSON tells of; raises BadRuleSetError."""
    try:
        rules = msgspec.json.decode(text, type=RuleSet)
        told = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise BadRuleSetError(str(error)) from error
    except RecursionError:
        raise BadRuleSetError("too deeply nested") from None
    unknown = sorted(_unknown(told, msgspec.to_builtins(rules)))
    if unknown:
        raise BadRuleSetError(f"unknown: {', '.join(unknown)}")
    return rules


def facts_of(text: str) -> Facts:
    """Return the facts of a receipt."""
    return msgspec.json.decode(text, type=Facts)


def text_of_facts(facts: Facts) -> str:
    """Return facts as a receipt keeps them."""
    return msgspec.json.encode(facts).decode()


def readings_of(text: str) -> tuple[Reading, ...]:
    """Return the readings of a receipt."""
    return msgspec.json.decode(text, type=tuple[Reading, ...])


def text_of_readings(readings: tuple[Reading, ...]) -> str:
    """Return readings as a receipt keeps them."""
    return msgspec.json.encode(readings).decode()


def _unknown(told: Any, known: Any) -> set[str]:
    """Return the names in `told`, at any depth, that `known` lacks."""
    if isinstance(told, list):
        pairs = zip(told, known, strict=True)
        return set().union(*(_unknown(each, other) for each, other in pairs))
    if not isinstance(told, dict):
        return set()
    deeper = (_unknown(told[name], known[name]) for name in told.keys() & known.keys())
    return set(told.keys() - known.keys()).union(*deeper)
