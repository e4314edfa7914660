"""Says in words what the rules answer: badges, times of the business, regions, phones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Final

import phonenumbers
from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from televendas.adapters.calling_hours import business_time, calling_hours, holiday_name
from televendas.domain import regions
from televendas.domain.calling import Obstacle, Verdict
from televendas.domain.masks import masked
from televendas.domain.regions import Codes
from televendas.domain.sources import declared
from televendas.models import CallOutcome
from televendas.selectors_list import Listed

# Obstacle -> level of its badge, and its words; `{at}` is the time that comes with it.
_BADGES: Final[Mapping[Obstacle | None, tuple[str, str]]] = {
    None: ("ok", gettext_noop("May be called")),
    Obstacle.OUT_OF_HOURS: ("wait", gettext_noop("From {at}")),
    Obstacle.JUST_CALLED: ("wait", gettext_noop("Called, again from {at}")),
    Obstacle.PROMISED: ("info", gettext_noop("Call back {at}")),
    Obstacle.CLAIMED: ("info", gettext_noop("With another agent")),
    Obstacle.OPTED_OUT: ("bad", gettext_noop("Opted out since {at}")),
    Obstacle.WITHHELD: ("bad", gettext_noop("Phone withheld")),
    Obstacle.UNREADABLE: ("bad", gettext_noop("Not a phone number")),
    Obstacle.MISSING: ("none", gettext_noop("The source has no phone")),
    Obstacle.GONE: ("none", gettext_noop("No longer a customer")),
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A level and the word beside its shape."""

    level: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One customer as the list shows them; `hint` is the masked phone."""

    person: str
    name: str
    region: str
    hint: str
    badge: Badge
    changed_at: datetime
    is_lasting: bool
    is_gone: bool
    is_free: bool


def row_of(listed: Listed) -> Row:
    """Return what the list shows of one customer."""
    customer, verdict = listed.customer, listed.verdict
    return Row(
        person=customer.person,
        name=customer.name,
        region=region_of(customer.source, customer.region),
        hint=masked(customer.phone),
        badge=badge_of(verdict),
        changed_at=customer.changed_at,
        is_lasting=verdict.is_lasting,
        is_gone=verdict.obstacle is Obstacle.GONE,
        is_free=verdict.is_free,
    )


def badge_of(verdict: Verdict) -> Badge:
    """Return the verdict as a badge."""
    level, text = _BADGES[verdict.obstacle]
    return Badge(level, _(text).format(at=told(verdict.at)))


def told(at: datetime | date | None) -> str:
    """Return a time of the business as people say it: today by the hour, else with the day."""
    if at is None:
        return "\u2013"
    if not isinstance(at, datetime):
        return str(formats.date_format(at, "SHORT_DATE_FORMAT"))
    here = business_time(at)
    clock = f"{here:%H:%M}"
    if here.date() == business_time(datetime.now(tz=here.tzinfo)).date():
        return clock
    return f"{formats.date_format(here, 'D')} {formats.date_format(here, _day_format())} {clock}"


def hours_badge(now: datetime) -> Badge:
    """Return whether calls may be made at this hour, and until or from when."""
    here, hours = business_time(now), calling_hours()
    closing = hours.closing(here)
    if closing is not None and hours.are_open(here):
        return Badge("ok", _("Calls until {at}").format(at=told(closing)))
    text = _("No calls now, from {at}").format(at=told(hours.next_opening(here)))
    holiday = holiday_name(now)
    return Badge("wait", f"{holiday}: {text}" if holiday else text)


def region_of(source: str, code: str) -> str:
    """Return the name of a region by the codes that its source uses."""
    return regions.label(code, _codes().get(source, Codes.REGIONS)) if code else ""


def region_choices(codes: list[str]) -> list[tuple[str, str]]:
    """Return code and name of regions, by name; a code with two meanings has both names."""
    kinds = sorted(set(_codes().values())) or [Codes.REGIONS]
    choices = [
        (code, " / ".join(dict.fromkeys(regions.label(code, kind) for kind in kinds)))
        for code in codes
    ]
    return sorted(choices, key=lambda choice: choice[1])


def phone_text(phone: str) -> str:
    """Return an E.164 number as people read it: `+55 11 98765-4321`."""
    number = phonenumbers.parse(phone)
    international = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, international)


def outcome_label(value: str) -> str:
    """Return an outcome's name."""
    return str(CallOutcome.Outcome(value).label)


def _day_format() -> str:
    return "d/m" if formats.get_format("SHORT_DATE_FORMAT").startswith("d") else "m/d"


@cache
def _codes() -> Mapping[str, Codes]:
    found = declared(settings.TELEVENDAS_SOURCES).sources
    return {source.name: source.region_codes for source in found}
