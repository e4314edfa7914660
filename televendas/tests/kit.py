"""Customers, agents and a moment, for the tests of the agents' work."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import Group, User

from televendas.domain.identity import person_hash, phone_hash
from televendas.models import Customer, OptOut
from televendas.services.audit import Actor

# A Wednesday at noon, when calls may be made.
NOON = datetime(2026, 11, 18, 12, tzinfo=ZoneInfo("America/Sao_Paulo"))
# No number that a user of a test gets: whoever signs in is neither of them.
ANA = Actor(1_000_001, "ana")
BIA = Actor(1_000_002, "bia")
_numbers = count(1)


def customer(name: str = "", *, phone: str | None = "", **fields: Any) -> Customer:
    """Make a customer who is there, seen two hours before NOON, with a phone of their own."""
    number = next(_numbers)
    source, customer_id = fields.pop("source", "shop"), fields.pop("customer_id", f"c{number}")
    seen_at = fields.pop("first_seen_at", NOON - timedelta(hours=2))
    defaults = {
        "state": Customer.State.PRESENT,
        "name": name or f"Cliente {number:05}",
        "phone": phone_of(number) if phone == "" else phone,
        "region": "SE",
        "version": "1",
        "last_read": "1",
        "first_seen_at": seen_at,
        "changed_at": seen_at,
        "retain_until": date(2028, 11, 18),
    }
    return Customer.objects.create(
        person=person_hash(settings.TELEVENDAS_KEY, source, customer_id),
        source=source,
        customer_id=customer_id,
        **(defaults | fields),
    )


def phone_of(number: int) -> str:
    return f"+55119{80000000 + number}"


def opted_out(phone: str, effective_on: date | None = None) -> OptOut:
    return OptOut.objects.create(
        phone_hash=phone_hash(settings.TELEVENDAS_KEY, phone),
        effective_on=effective_on or NOON.date(),
        origin=OptOut.Origin.OWN,
        added_at=NOON,
        added_by="ana",
    )


def agent(username: str = "agente", **fields: Any) -> User:
    """Make a member of the agents' group, who may enter the administration too."""
    user = User.objects.create_user(username, password="x", is_staff=True, **fields)
    user.groups.add(Group.objects.get(name=settings.TELEVENDAS_GROUP))
    return user
