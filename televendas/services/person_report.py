"""Tells everything that is held about one person: the answer to whoever asks for their data."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from messaging.deadletters import key_hash
from messaging.models import DeadLetter
from televendas.domain.identity import person_hash, phone_hash
from televendas.domain.sources import Source, declared
from televendas.models import (
    AuditLine,
    CallClaim,
    CallOutcome,
    CallTurn,
    Customer,
    Erasure,
    OptOut,
)
from televendas.services import audit
from televendas.services.units import DATABASE, whole

_HELD: Final = ("source", "customer_id", "name", "phone", "phone_problem", "region")
_KEPT: Final = ("version", "last_place", "first_seen_at", "changed_at", "retain_until")

Report = dict[str, Any]


def report(source: str, customer_id: str, *, actor: audit.Actor, now: datetime) -> Report:
    """Return what is held about the customer of `source`, in plain values that JSON can hold.

    Times are ISO 8601 in UTC. `state` is `unknown` where not even a hash stands. The report itself
    is a line of the audit, and the last one in it.
    """
    person = person_hash(settings.TELEVENDAS_KEY, source, customer_id)

    def work() -> Report:
        audit.note(actor, audit.Action.REPORT, at=now, person=person)
        customer = Customer.objects.filter(person=person).first()
        return {
            "asked_at": _text(now),
            "asked_for": {"source": source, "customer_id": customer_id},
            "person": person,
            **_row(customer),
            "opt_out": _opt_out(customer),
            **_calls(person),
            "erasures": _rows(
                Erasure.objects.filter(person=person).order_by("pk"),
                *("cause", "requested_at", "unreadable_at", "scrubbed_at"),
            ),
            "dead_letters": _rows(
                _letters(source, customer_id), "topic", "partition", "offset", "reason", "died_at"
            ),
            "audit": _rows(_lines(person), "at", "actor_name", "actor_id", "action", "reason"),
        }

    return whole(work)


def _row(customer: Customer | None) -> Report:
    if customer is None:
        return {"state": "unknown", "held": {}, "kept": {}}
    is_here = customer.state == Customer.State.PRESENT
    held = {name: _text(getattr(customer, name)) for name in _HELD} if is_here else {}
    kept = {name: _text(getattr(customer, name)) for name in _KEPT}
    return {"state": str(customer.state), "held": held, "kept": kept}


def _calls(person: str) -> Report:
    outcomes = CallOutcome.objects.filter(person=person).order_by("at", "pk")
    claims = CallClaim.objects.filter(person=person)
    return {
        "queue": _rows(CallTurn.objects.filter(person=person), "due_at", "is_promised"),
        "claims": _rows(claims, "agent_id", "claimed_at", "expires_at"),
        "calls": _rows(outcomes, "at", "agent_id", "outcome", "call_back_at"),
    }


def _opt_out(customer: Customer | None) -> Report | None:
    if customer is None or not customer.phone:
        return None
    hashed = phone_hash(settings.TELEVENDAS_KEY, customer.phone)
    found = _rows(OptOut.objects.filter(pk=hashed), "effective_on", "origin", "added_at")
    return found[0] if found else None


def _lines(person: str) -> QuerySet[AuditLine]:
    """Return the lines about the person, and those of lists and exports that they were in."""
    # Lists hold many people in their details, as text in both families of databases.
    told = AuditLine.objects.annotate(told=Cast("details", TextField()))
    among = Q(person="", told__contains=person)
    return told.filter(Q(person=person) | among).order_by("at", "pk")


def _letters(source: str, customer_id: str) -> QuerySet[DeadLetter]:
    """Return the dead letters whose record had the key of this person, as far as one can tell."""
    keys = {key_hash(key) for key in _keys(source, customer_id)}
    return DeadLetter.objects.using(DATABASE).filter(key_hash__in=keys).order_by("died_at")


def _keys(source: str, customer_id: str) -> Iterable[bytes]:
    yield customer_id.encode()
    columns = [each.key for each in _sources() if each.name == source]
    values: list[str | int] = [customer_id]
    values += [int(customer_id)] if customer_id.isascii() and customer_id.isdigit() else []
    for column in columns:
        for value in values:
            yield json.dumps({column: value}, separators=(",", ":")).encode()
            yield json.dumps({column: value}).encode()


def _sources() -> Iterable[Source]:
    return declared(settings.TELEVENDAS_SOURCES).sources


def _rows(rows: "QuerySet[Any]", *names: str) -> list[Report]:
    return [{name: _text(value) for name, value in row.items()} for row in rows.values(*names)]


def _text(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
