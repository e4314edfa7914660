"""Agents who press at one instant: nobody gets another's call, nobody exceeds the day's limit."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar

import pytest
from django.db import connections

from televendas.domain.calling import Outcome
from televendas.models import AuditLine, CallClaim, CallOutcome, RevealQuota
from televendas.services import calls
from televendas.services.audit import Actor
from televendas.services.reveal import QuotaSpentError, reveal_phone
from televendas.tests.kit import ANA, NOON, customer

pytestmark = pytest.mark.django_db(databases=["default", "televendas"], transaction=True)
T = TypeVar("T")
AGENTS = 6


def at_once(work: Callable[[int], T]) -> list[T]:
    """Return what `work` gave each of AGENTS threads that began together."""
    start = Barrier(AGENTS)

    def run(number: int) -> T:
        try:
            start.wait(10)
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AGENTS) as pool:
        return list(pool.map(run, range(AGENTS)))


class TestAgentsAtOnce:
    def test_each_call_goes_to_one_agent(self) -> None:
        people = {customer().person for _ in range(5 * AGENTS)}

        def work(number: int) -> list[str]:
            actor = Actor(number + 1, f"agent {number}")
            taken = []
            for _ in range(4):
                person = calls.take_next(actor=actor, now=NOON).person
                taken.append(person)
                calls.record_outcome(actor=actor, person=person, outcome=Outcome.SOLD, now=NOON)
            return taken

        taken = [person for some in at_once(work) for person in some]

        assert len(taken) == len(set(taken)) == 4 * AGENTS
        assert set(taken) <= people
        assert CallOutcome.objects.count() == 4 * AGENTS

    def test_windows_of_one_agent_share_one_call(self) -> None:
        for _ in range(AGENTS):
            customer()

        taken = at_once(lambda _number: calls.take_next(actor=ANA, now=NOON).person)

        assert len(set(taken)) == 1
        assert CallClaim.objects.count() == 1

    def test_the_limit_is_never_exceeded(self, settings: Any) -> None:
        settings.TELEVENDAS_REVEALS_PER_DAY = 10
        people = [customer().person for _ in range(4 * AGENTS)]

        def work(number: int) -> int:
            revealed = 0
            for person in people[4 * number : 4 * number + 4]:
                try:
                    reveal_phone(actor=ANA, person=person, reason="call", now=NOON)
                except QuotaSpentError:
                    continue
                revealed += 1
            return revealed

        assert sum(at_once(work)) == 10
        assert RevealQuota.objects.get().used == 10
        assert AuditLine.objects.filter(action="reveal").count() == 10
