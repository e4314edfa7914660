"""The agent's work: takes the next call, or a chosen one, and writes down what came of it."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction

from televendas import selectors
from televendas.adapters.calling_hours import business_time, calling_hours
from televendas.domain.calling import Obstacle, Outcome, Verdict
from televendas.models import CallClaim, CallOutcome, Customer, OptOut
from televendas.services import audit, queue
from televendas.services.optout import opt_out
from televendas.services.units import DATABASE, whole

_LOOKED_AT: Final = 200
_ROUNDS: Final = 50
PUT_BACK_FOR: Final = timedelta(minutes=15)
"""How long nobody is offered a call that an agent put back."""


class UnableToTakeError(Exception):
    """The call cannot be taken now; `verdict` says why."""

    def __init__(self, verdict: Verdict) -> None:
        """Keep the reason."""
        super().__init__(verdict.obstacle)
        self.verdict = verdict


class NobodyDueError(Exception):
    """Nobody in the queue may be called now."""


class NotTheirCallError(Exception):
    """The agent does not hold this call: it was somebody else's, or its time ran out."""


def take_next(*, actor: audit.Actor, now: datetime) -> CallClaim:
    """Return the agent's call: the one held already, else the next that is due and free.

    Raises UnableToTakeError out of hours, and NobodyDueError.
    """
    held = selectors.claim_of(actor.agent_id, now)
    if held is not None:
        return held
    _refuse_out_of_hours(now)
    claim = _first_due(actor, now)
    if claim is None and queue.look_back(now):
        claim = _first_due(actor, now)
    if claim is None:
        raise NobodyDueError
    return claim


def take(*, actor: audit.Actor, person: str, now: datetime) -> CallClaim:
    """Take the call of a chosen person, in place of one that the agent holds.

    Raises UnableToTakeError with what stands against it.
    """
    customer = Customer.objects.filter(person=person).first()
    verdict = _verdict(actor, customer, now)
    if not verdict.is_free:
        raise UnableToTakeError(verdict)
    held = selectors.claim_of(actor.agent_id, now)
    if held is not None and held.person != person:
        put_back(actor=actor, now=now)
    claim = _claim(actor, person, now)
    if claim is None or claim.person != person:
        raise UnableToTakeError(Verdict(Obstacle.CLAIMED))
    return claim


def put_back(*, actor: audit.Actor, now: datetime) -> None:
    """Let go of the agent's call; the queue offers it again after PUT_BACK_FOR."""

    def work() -> None:
        mine = CallClaim.objects.filter(agent_id=actor.agent_id)
        person = mine.values_list("person", flat=True).first()
        # Once its time has run out, another agent may take the person at this moment.
        if person is None or not mine.filter(person=person).delete()[0]:
            return
        queue.come_later(person, Verdict(Obstacle.CLAIMED, now + PUT_BACK_FOR), now)
        audit.note(actor, audit.Action.RELEASE, at=now, person=person)

    whole(work)


def record_outcome(
    *,
    actor: audit.Actor,
    person: str,
    outcome: Outcome,
    now: datetime,
    call_back_at: datetime | None = None,
) -> None:
    """Keep how the agent's call ended; `call_back_at` is for a call back, and needed there.

    "Do not call" opts the phone out at once. Of somebody erased meanwhile nothing is kept.
    Raises NotTheirCallError.
    """

    def work() -> None:
        deleted, _ = CallClaim.objects.filter(person=person, agent_id=actor.agent_id).delete()
        if not deleted:
            raise NotTheirCallError
        customer = Customer.objects.select_for_update().filter(person=person).first()
        if customer is None or customer.state != Customer.State.PRESENT:
            return
        _keep(actor, customer, outcome, now, call_back_at)

    whole(work)


def _keep(
    actor: audit.Actor,
    customer: Customer,
    outcome: Outcome,
    now: datetime,
    call_back_at: datetime | None,
) -> None:
    promised_at = call_back_at if outcome is Outcome.CALL_BACK else None
    CallOutcome.objects.create(
        person=customer.person,
        agent_id=actor.agent_id,
        outcome=outcome.value,
        at=now,
        call_back_at=promised_at,
    )
    queue.come_again(customer.person, outcome, now, promised_at)
    if outcome is Outcome.DO_NOT_CALL and customer.phone:
        _close(actor, customer.person, customer.phone, now)
    audit.note(
        actor,
        audit.Action.OUTCOME,
        at=now,
        person=customer.person,
        details={"outcome": outcome.value},
    )


def _close(actor: audit.Actor, person: str, phone: str, now: datetime) -> None:
    opt_out(
        actor=actor,
        phone=phone,
        effective_on=business_time(now).date(),
        origin=OptOut.Origin.CALL,
        now=now,
        person=person,
    )


def _refuse_out_of_hours(now: datetime) -> None:
    here, hours = business_time(now), calling_hours()
    if not hours.are_open(here):
        raise UnableToTakeError(Verdict(Obstacle.OUT_OF_HOURS, hours.next_opening(here)))


def _first_due(actor: audit.Actor, now: datetime) -> CallClaim | None:
    for _ in range(_ROUNDS):
        people = queue.due(now, but=selectors.claimed_people(now), limit=_LOOKED_AT)
        claim = _first_taken(actor, people, now)
        if claim is not None or not people:
            return claim
    return None


def _first_taken(actor: audit.Actor, people: list[str], now: datetime) -> CallClaim | None:
    """Claim the first of `people` who may be called; put those who may not to their time."""
    found = Customer.objects.in_bulk(people)
    verdicts = selectors.verdicts(list(found.values()), agent_id=actor.agent_id, now=now)
    for person in people:
        verdict = verdicts.get(person, Verdict(Obstacle.GONE))
        if verdict.is_free:
            claim = _claim(actor, person, now)
            if claim is not None:
                return claim
        elif verdict.obstacle is not Obstacle.CLAIMED:
            queue.come_later(person, verdict, now)
    return None


def _claim(actor: audit.Actor, person: str, now: datetime) -> CallClaim | None:
    """Hold `person` for the agent; None when somebody else was quicker.

    The keys of the table decide: one row for a person, one for an agent. The agent's twin, in
    another window, finds the call that the first one took.
    """
    try:
        return whole(lambda: _insert_claim(actor, person, now))
    except (IntegrityError, UnableToTakeError):
        return selectors.claim_of(actor.agent_id, now)


def _insert_claim(actor: audit.Actor, person: str, now: datetime) -> CallClaim:
    CallClaim.objects.filter(agent_id=actor.agent_id, expires_at__lte=now).delete()
    CallClaim.objects.filter(person=person, expires_at__lte=now).delete()
    with transaction.atomic(using=DATABASE):
        claim = CallClaim.objects.create(
            person=person,
            agent_id=actor.agent_id,
            claimed_at=now,
            expires_at=now + timedelta(minutes=settings.TELEVENDAS_CLAIM_MINUTES),
        )
    # Only now is it sure that nobody else holds the person, and what the last one's call came to.
    customer = Customer.objects.filter(person=person).first()
    verdict = _verdict(actor, customer, now)
    if not verdict.is_free:
        raise UnableToTakeError(verdict)
    audit.note(actor, audit.Action.CLAIM, at=now, person=person)
    return claim


def _verdict(actor: audit.Actor, customer: Customer | None, now: datetime) -> Verdict:
    if customer is None:
        return Verdict(Obstacle.GONE)
    return selectors.verdicts([customer], agent_id=actor.agent_id, now=now)[customer.person]
