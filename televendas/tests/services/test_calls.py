"""The queue gives each call to one agent, the longest uncontacted first, and keeps the outcome."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from televendas import selectors
from televendas.domain.calling import Obstacle, Outcome
from televendas.models import AuditLine, CallClaim, CallOutcome, CallTurn, Customer, OptOut
from televendas.services import calls, queue
from televendas.services.audit import Actor
from televendas.tests.kit import ANA, BIA, NOON, customer, opted_out

pytestmark = pytest.mark.django_db(databases=["default", "televendas"])
HOUR = timedelta(hours=1)
DAY = 24 * HOUR


def next_person(actor: Actor = ANA, now: datetime = NOON) -> str:
    return str(calls.take_next(actor=actor, now=now).person)


def end(
    person: str, outcome: Outcome, now: datetime = NOON, actor: Actor = ANA, **more: Any
) -> None:
    calls.record_outcome(actor=actor, person=person, outcome=outcome, now=now, **more)


def worked_off(now: datetime, outcome: Outcome = Outcome.REFUSED) -> Sequence[str]:
    """Take every call that is due, and return the people in that order."""
    found: list[str] = []
    while True:
        try:
            person = next_person(now=now)
        except calls.NobodyDueError:
            return found
        found.append(person)
        end(person, outcome, now=now)


class TestTakeNext:
    def test_takes_who_has_waited_longest(self) -> None:
        late = customer(first_seen_at=NOON - HOUR)
        early = customer(first_seen_at=NOON - 3 * HOUR)
        middle = customer(first_seen_at=NOON - 2 * HOUR)

        assert worked_off(NOON) == [early.person, middle.person, late.person]

    def test_mixes_newcomers_with_those_whose_rest_is_over(self) -> None:
        called = customer(first_seen_at=NOON - 9 * DAY)
        assert next_person(now=NOON - DAY) == called.person
        end(called.person, Outcome.NO_ANSWER, now=NOON - DAY)
        before = customer(first_seen_at=NOON - 21 * HOUR)
        after = customer(first_seen_at=NOON - 19 * HOUR)

        assert worked_off(NOON) == [before.person, called.person, after.person]

    def test_puts_a_promised_call_before_all(self) -> None:
        promised = customer(first_seen_at=NOON - 6 * DAY)
        others = [customer(first_seen_at=NOON - 5 * DAY) for _ in range(3)]
        assert next_person(now=NOON - HOUR) == promised.person
        end(promised.person, Outcome.CALL_BACK, now=NOON - HOUR, call_back_at=NOON)

        first, *rest = worked_off(NOON)

        assert first == promised.person
        assert set(rest) == {each.person for each in others}

    def test_never_gives_two_agents_the_same(self) -> None:
        customer()
        customer()

        assert next_person(ANA) != next_person(BIA)

    def test_gives_an_agent_the_call_already_held(self) -> None:
        customer()
        customer()

        assert next_person() == next_person()
        assert CallClaim.objects.count() == 1

    def test_passes_by_who_may_not_be_called(self) -> None:
        out = customer(first_seen_at=NOON - 9 * HOUR)
        opted_out(str(out.phone))
        customer(phone=None, phone_problem="withheld", first_seen_at=NOON - 8 * HOUR)
        customer(state=Customer.State.DELETED, phone=None, first_seen_at=NOON - 7 * HOUR)
        free = customer()

        assert worked_off(NOON) == [free.person]

    def test_looks_again_at_who_had_no_phone(self) -> None:
        maria = customer(phone=None, phone_problem="unreadable")
        assert worked_off(NOON) == []
        Customer.objects.filter(pk=maria.pk).update(phone="+5511987654321", phone_problem="")

        assert worked_off(NOON + DAY) == [maria.person]

    def test_offers_a_call_again_when_its_time_ran_out(self) -> None:
        maria = customer()
        next_person(ANA)

        assert next_person(BIA, now=NOON + timedelta(minutes=16)) == maria.person

    def test_lets_all_in_who_came_at_one_instant(self) -> None:
        for _ in range(510):
            customer(first_seen_at=NOON - HOUR)

        assert queue.let_in(NOON) == 510
        assert queue.let_in(NOON) == 0

    def test_finds_who_was_committed_late(self) -> None:
        first = customer(first_seen_at=NOON - HOUR)
        assert worked_off(NOON) == [first.person]
        late = customer(first_seen_at=NOON - HOUR - timedelta(minutes=5))

        assert worked_off(NOON) == [late.person]

    def test_refuses_out_of_hours_and_says_when(self) -> None:
        customer()

        with pytest.raises(calls.UnableToTakeError) as refused:
            next_person(now=NOON + 10 * HOUR)

        assert refused.value.verdict.obstacle is Obstacle.OUT_OF_HOURS
        assert refused.value.verdict.at == NOON + 21 * HOUR


class TestTake:
    def test_takes_a_chosen_person_and_puts_the_other_back(self) -> None:
        first, second = customer(first_seen_at=NOON - 9 * HOUR), customer()
        assert next_person() == first.person

        calls.take(actor=ANA, person=second.person, now=NOON)

        held = selectors.claim_of(ANA.agent_id, NOON)
        assert held is not None
        assert held.person == second.person
        assert CallTurn.objects.get(person=first.person).due_at > NOON

    def test_refuses_a_person_whom_somebody_else_holds(self) -> None:
        maria = customer()
        calls.take(actor=BIA, person=maria.person, now=NOON)

        with pytest.raises(calls.UnableToTakeError) as refused:
            calls.take(actor=ANA, person=maria.person, now=NOON)

        assert refused.value.verdict.obstacle is Obstacle.CLAIMED

    def test_refuses_a_stranger(self) -> None:
        with pytest.raises(calls.UnableToTakeError):
            calls.take(actor=ANA, person="0" * 32, now=NOON)


class TestRecordOutcome:
    def test_keeps_customer_agent_outcome_and_time_alone(self) -> None:
        maria = customer()
        end(next_person(), Outcome.SOLD)

        kept = CallOutcome.objects.values().get()
        assert kept == {
            "id": kept["id"],
            "person": maria.person,
            "agent_id": ANA.id,
            "outcome": "sold",
            "at": NOON,
            "call_back_at": None,
        }
        assert not CallClaim.objects.exists()
        assert [each.action for each in AuditLine.objects.order_by("id")] == ["claim", "outcome"]

    def test_opts_out_at_once(self) -> None:
        maria, twin = customer(phone="+5511987654321"), customer(phone="+5511987654321")
        calls.take(actor=ANA, person=maria.person, now=NOON)

        end(maria.person, Outcome.DO_NOT_CALL)

        assert OptOut.objects.get().origin == OptOut.Origin.CALL
        verdict = selectors.verdicts([twin], agent_id=ANA.agent_id, now=NOON)[twin.person]
        assert verdict.obstacle is Obstacle.OPTED_OUT
        assert worked_off(NOON) == []

    def test_stays_opted_out_with_another_phone(self) -> None:
        maria = customer()
        calls.take(actor=ANA, person=maria.person, now=NOON)
        end(maria.person, Outcome.DO_NOT_CALL)
        maria.phone = "+5511911112222"
        maria.save()

        verdict = selectors.verdicts([maria], agent_id=1, now=NOON)[maria.person]
        assert verdict.obstacle is Obstacle.OPTED_OUT

    def test_refuses_a_call_that_another_agent_holds(self) -> None:
        customer()
        person = next_person(BIA)

        with pytest.raises(calls.NotTheirCallError):
            end(person, Outcome.SOLD, actor=ANA)

        assert not CallOutcome.objects.exists()

    def test_keeps_nothing_of_somebody_erased_meanwhile(self) -> None:
        person = next_person_of(customer())
        Customer.objects.filter(pk=person).update(state=Customer.State.ERASED, phone=None, name="")

        end(person, Outcome.REFUSED)

        assert not CallOutcome.objects.exists()
        assert not CallClaim.objects.exists()

    def test_knows_the_outcomes_of_the_rule(self) -> None:
        assert {each.value for each in Outcome} == set(CallOutcome.Outcome.values)


class TestPutBack:
    def test_offers_the_call_again_after_a_while(self) -> None:
        person = next_person_of(customer())

        calls.put_back(actor=ANA, now=NOON)

        with pytest.raises(calls.NobodyDueError):
            next_person(BIA, now=NOON + timedelta(minutes=14))
        assert next_person(BIA, now=NOON + timedelta(minutes=15)) == person


def next_person_of(someone: Customer) -> str:
    assert next_person() == someone.person
    return str(someone.person)
