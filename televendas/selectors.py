"""Reads of the lean copy: who stands where with calls, who is in a list, who holds which call."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.db.models import Max

from televendas.adapters.calling_hours import business_time, calling_hours
from televendas.domain.calling import Outcome, Standing, Verdict, may_call
from televendas.domain.identity import phone_hash
from televendas.models import CallClaim, CallOutcome, Customer, OptOut

_MOST_REGIONS: Final = 60


def verdicts(customers: Sequence[Customer], *, agent_id: int, now: datetime) -> dict[str, Verdict]:
    """Return by person whether the agent may call them at `now`, and why not."""
    here, hours = business_time(now), calling_hours()
    return {
        person: may_call(standing, here, hours)
        for person, standing in standings(customers, agent_id=agent_id, now=now).items()
    }


def standings(
    customers: Sequence[Customer], *, agent_id: int, now: datetime
) -> dict[str, Standing]:
    """Return by person what is known as far as calling goes; a claim of `agent_id` is no bar."""
    people = [each.person for each in customers]
    opted_out = _opt_outs(customers)
    claims = dict(
        CallClaim.objects.filter(person__in=people, expires_at__gt=now)
        .exclude(agent_id=agent_id)
        .values_list("person", "expires_at")
    )
    last = _last_outcomes(people)
    return {
        each.person: Standing(
            is_present=each.state == Customer.State.PRESENT,
            phone_problem=each.phone_problem or ("" if each.phone else "missing"),
            opted_out_on=opted_out.get(each.person),
            claimed_until=_here(claims.get(each.person)),
            last_outcome=Outcome(called.outcome) if called else None,
            last_called_at=_here(called.at) if called else None,
            promised_at=_here(called.call_back_at) if called else None,
        )
        for each in customers
        for called in (last.get(each.person),)
    }


def claim_of(agent_id: int, now: datetime) -> CallClaim | None:
    """Return the call that the agent holds at `now`."""
    return CallClaim.objects.filter(agent_id=agent_id, expires_at__gt=now).first()


def claimed_people(now: datetime) -> list[str]:
    """Return everybody who is held by some agent: one each at most, so never many."""
    return list(CallClaim.objects.filter(expires_at__gt=now).values_list("person", flat=True))


def outcomes_of(person: str, limit: int = 10) -> list[CallOutcome]:
    """Return the newest outcomes of calls to `person`, newest first."""
    return list(CallOutcome.objects.filter(person=person).order_by("-at", "-id")[:limit])


def outcomes_since(agent_id: int, start: datetime) -> dict[str, int]:
    """Return how many calls of the agent ended how since `start`."""
    found: dict[str, int] = {}
    ended = CallOutcome.objects.filter(agent_id=agent_id, at__gte=start)
    for outcome in ended.values_list("outcome", flat=True):
        found[outcome] = found.get(outcome, 0) + 1
    return found


def regions() -> list[str]:
    """Return the codes of the regions in which there are customers, in their order.

    From one to the next by an index: for all of them at once it would be read from end to end.
    """
    present = Customer.objects.filter(state=Customer.State.PRESENT).order_by("region")
    found = [""]
    while len(found) <= _MOST_REGIONS:
        following = present.filter(region__gt=found[-1]).values_list("region", flat=True).first()
        if following is None:
            break
        found.append(following)
    return found[1:]


def newest_change() -> datetime | None:
    """Return when any row was last changed."""
    newest: datetime | None = Customer.objects.aggregate(at=Max("changed_at"))["at"]
    return newest


def changed_among(people: Collection[str], since: datetime) -> list[Customer]:
    """Return those of `people` whose row changed after `since`."""
    return list(Customer.objects.filter(person__in=people, changed_at__gt=since))


def arrivals(region: str, limit: int) -> list[Customer]:
    """Return the newest customers, newest first, of one region or of all."""
    present = Customer.objects.filter(state=Customer.State.PRESENT, first_seen_at__isnull=False)
    if region:
        present = present.filter(region=region)
    return list(present.order_by("-first_seen_at", "-person")[:limit])


def _opt_outs(customers: Sequence[Customer]) -> dict[str, date]:
    key: bytes = settings.TELEVENDAS_KEY
    hashes = {each.person: phone_hash(key, each.phone) for each in customers if each.phone}
    days = dict(
        OptOut.objects.filter(phone_hash__in=set(hashes.values())).values_list(
            "phone_hash", "effective_on"
        )
    )
    return {person: days[hashed] for person, hashed in hashes.items() if hashed in days}


def _last_outcomes(people: Sequence[str]) -> dict[str, CallOutcome]:
    outcomes = CallOutcome.objects.filter(person__in=people).order_by("at", "id")
    return {each.person: each for each in outcomes}


def _here(moment: datetime | None) -> datetime | None:
    return None if moment is None else business_time(moment)
