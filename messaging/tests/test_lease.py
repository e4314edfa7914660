"""The lease: one holder, judged by the database's clock, and gone before another may start."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection

from messaging.backlog import Backlog, Reason, Unsent
from messaging.lease import MARGIN, RENEWED_AFTER, Lease
from messaging.models import Lease as LeaseRow
from messaging.models import OutboxMessage
from messaging.testing.clock import FakeClock

pytestmark = pytest.mark.django_db
LONG = 3600.0


def expire(name: str) -> None:
    LeaseRow.objects.filter(name=name).update(expires_at="2020-01-01T00:00:00Z")


def until(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


class TestAcquire:
    def test_gives_it_to_the_first_only(self) -> None:
        first, second = Lease("one", seconds=LONG), Lease("one", seconds=LONG)

        assert first.acquire()
        assert not second.acquire()
        assert (first.held, second.held) == (True, False)

    def test_keeps_names_apart(self) -> None:
        assert Lease("one", seconds=LONG).acquire()
        assert Lease("other", seconds=LONG).acquire()

    def test_gives_it_on_when_its_time_is_over(self) -> None:
        assert Lease("one", seconds=0.2).acquire()

        assert until(Lease("one", seconds=LONG).acquire)

    def test_raises_the_generation_with_every_taking(self) -> None:
        first, second = Lease("one", seconds=LONG), Lease("one", seconds=LONG)
        first.acquire()
        expire("one")

        second.acquire()

        assert second.generation == first.generation + 1

    def test_may_be_repeated_by_its_holder(self) -> None:
        lease = Lease("one", seconds=LONG)
        lease.acquire()

        assert lease.acquire()
        assert lease.generation == 2

    def test_judges_by_the_clock_of_the_database_alone(self) -> None:
        fast = FakeClock()
        fast.advance(10 * LONG)
        Lease("one", seconds=LONG).acquire()

        assert not Lease("one", seconds=LONG, clock=fast).acquire()


class TestHeld:
    def test_ends_here_before_the_database_gives_it_to_another(self) -> None:
        clock = FakeClock()
        lease = Lease("one", seconds=LONG, clock=clock)
        lease.acquire()

        clock.advance(LONG * (1 - MARGIN))

        assert not lease.held
        assert not Lease("one", seconds=LONG).acquire()


class TestKeep:
    def test_renews_in_time(self) -> None:
        clock = FakeClock()
        lease = Lease("one", seconds=LONG, clock=clock)
        lease.acquire()

        for _ in range(20):
            clock.advance(LONG * RENEWED_AFTER)
            assert lease.keep()

    def test_says_no_once_another_has_it(self) -> None:
        clock = FakeClock()
        lease = Lease("one", seconds=LONG, clock=clock)
        lease.acquire()
        expire("one")
        Lease("one", seconds=LONG).acquire()

        clock.advance(LONG * RENEWED_AFTER)

        assert not lease.keep()
        assert not lease.held

    @pytest.mark.django_db(transaction=True)
    def test_lives_on_to_its_end_while_the_database_is_away(self) -> None:
        clock = FakeClock()
        lease = Lease("one", seconds=LONG, clock=clock)
        lease.acquire()

        with connection.execute_wrapper(away):
            clock.advance(LONG * RENEWED_AFTER)
            meanwhile = lease.keep()
            clock.advance(LONG)
            afterwards = lease.keep()

        assert (meanwhile, afterwards) == (True, False)


class TestRelease:
    def test_lets_the_next_one_in_at_once(self) -> None:
        first = Lease("one", seconds=LONG)
        first.acquire()

        first.release()

        assert not first.held
        assert Lease("one", seconds=LONG).acquire()

    def test_takes_nothing_from_a_successor(self) -> None:
        first, second = Lease("one", seconds=LONG), Lease("one", seconds=LONG)
        first.acquire()
        expire("one")
        second.acquire()

        first.release()

        assert not Lease("one", seconds=LONG).acquire()


class TestGeneration:
    def test_fences_out_what_an_earlier_holder_still_writes(self) -> None:
        old, new = Lease("one", seconds=LONG), Lease("one", seconds=LONG)
        old.acquire()
        expire("one")
        new.acquire()
        row = OutboxMessage.objects.create(
            event_id="e", topic="t", key="k", headers="{}", created_at="2026-01-01T00:00:00Z"
        )
        unsent = Unsent(row.id, "t", "k", "{}", None)

        Backlog().set_aside([unsent], Reason.REFUSED, old)

        row.refresh_from_db()
        assert row.set_aside_at is None
        Backlog().set_aside([unsent], Reason.REFUSED, new)
        row.refresh_from_db()
        assert row.set_aside_at is not None


def away(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
    raise OperationalError(2006, "gone away")
