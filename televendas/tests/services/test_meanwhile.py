"""Two who act at one instant, the second between a first one's look and its act."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from televendas.domain.calling import Outcome
from televendas.models import CallClaim, CallOutcome, OptOut
from televendas.services import calls
from televendas.services.optout import opt_out
from televendas.tests.kit import ANA, BIA, NOON, customer

# SQLite lets nobody write between the two: whoever acts holds the whole database.
pytestmark = [
    pytest.mark.django_db(databases=["default", "televendas"], transaction=True),
    pytest.mark.on_mariadb,
]
PHONE = "+5511987654321"
TODAY = NOON.date()


def elsewhere(work: Callable[[], object]) -> None:
    """Do `work` to its end on a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result(60)


@contextmanager
def just_before(beginning: str, work: Callable[[], object]) -> Iterator[list[Any]]:
    """Have `work` done elsewhere before the first statement that begins so; give what waits."""
    waiting = [work]

    def run(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(beginning) and waiting:
            elsewhere(waiting.pop())
        return execute(sql, params, many, context)

    with connections["televendas"].execute_wrapper(run):
        yield waiting


def barred(days: int) -> None:
    opt_out(
        actor=ANA,
        phone=PHONE,
        effective_on=TODAY + timedelta(days=days),
        origin=OptOut.Origin.OWN,
        now=NOON,
    )


class TestOptOut:
    @pytest.mark.parametrize(("mine", "theirs"), [(0, 30), (30, 0)])
    def test_lets_the_earlier_day_win_of_two_who_are_new(self, mine: int, theirs: int) -> None:
        insert = "INSERT IGNORE INTO `televendas_opt_out`"
        with just_before(insert, lambda: barred(theirs)) as waiting:
            barred(mine)

        assert not waiting
        assert OptOut.objects.get().effective_on == TODAY


class TestPutBack:
    def test_leaves_the_call_to_who_took_it_when_its_time_ran_out(self) -> None:
        person = customer().person
        calls.take_next(actor=ANA, now=NOON)
        later = NOON + timedelta(minutes=settings.TELEVENDAS_CLAIM_MINUTES + 1)

        with just_before(
            "DELETE FROM `televendas_call_claim`",
            lambda: calls.take(actor=BIA, person=person, now=later),
        ):
            calls.put_back(actor=ANA, now=later)

        assert CallClaim.objects.get().agent_id == BIA.agent_id
        calls.record_outcome(actor=BIA, person=person, outcome=Outcome.SOLD, now=later)
        assert CallOutcome.objects.get().agent_id == BIA.agent_id
