"""The clerk of an event loop: the same answers as for threads, and nothing for who has left."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from threading import Event
from typing import Any, TypeVar

import pytest

from bank_grpc.models import Card, Payment
from bank_grpc.services import in_packets
from bank_grpc.services.authorise import Answer, DeadlinePassedError
from bank_grpc.services.clerk import Clerk
from bank_grpc.services.requests import RequestReusedError
from bank_grpc.tests.services.kit import NOW, charge, issued
from messaging import group_commit

pytestmark = pytest.mark.django_db(transaction=True)
T = TypeVar("T")
_PATIENCE = 60


def with_clerk(work: Callable[[Clerk], Awaitable[T]]) -> T:
    """Run `work` with a clerk of its own, who has ended at the return."""

    async def run() -> T:
        clerk = Clerk(asyncio.get_running_loop())
        try:
            return await work(clerk)
        finally:
            await asyncio.to_thread(clerk.close)

    return asyncio.run(run())


class TestClerk:
    def test_decides_many_at_once_and_never_beyond_the_limit(self) -> None:
        card = issued(100_000)
        charges = [charge(card, 10_000) for _ in range(30)]

        async def pay_all(clerk: Clerk) -> list[Answer]:
            return await asyncio.gather(*(clerk.authorise(each, now=NOW) for each in charges))

        answers = with_clerk(pay_all)

        assert [each.is_approved for each in answers].count(True) == 10
        assert Card.objects.get().balance_cents == 100_000
        assert Payment.objects.count() == 30

    def test_a_key_is_answered_once_and_alike(self) -> None:
        asked = charge(issued())

        async def twice(clerk: Clerk) -> list[Answer]:
            one = await clerk.authorise(asked, now=NOW)
            return [one, await clerk.authorise(asked._replace(id="other"), now=NOW)]

        one, other = with_clerk(twice)

        assert one == other
        with pytest.raises(RequestReusedError):
            with_clerk(lambda clerk: clerk.authorise(asked._replace(digest="other"), now=NOW))

    def test_begins_nothing_after_the_deadline(self) -> None:
        asked, passed = charge(issued()), time.monotonic() - 1

        with pytest.raises(DeadlinePassedError):
            with_clerk(lambda clerk: clerk.authorise(asked, now=NOW, deadline=passed))

        assert not Payment.objects.exists()

    def test_who_leaves_before_the_turn_leaves_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        card = issued()
        is_busy, may_go_on = Event(), Event()

        def hold_up(*_told: Any) -> bool:
            is_busy.set()
            may_go_on.wait(_PATIENCE)
            return False

        monkeypatch.setattr(in_packets, "takes", hold_up)

        async def leave(clerk: Clerk) -> None:
            first = asyncio.create_task(clerk.authorise(charge(card, 100), now=NOW))
            assert await asyncio.to_thread(is_busy.wait, _PATIENCE)
            second = asyncio.create_task(clerk.authorise(charge(card, 200), now=NOW))
            await asyncio.sleep(0)
            second.cancel()
            await asyncio.gather(second, return_exceptions=True)
            may_go_on.set()
            await first

        with_clerk(leave)

        assert Card.objects.get().balance_cents == 100

    def test_refuses_who_would_wait_behind_too_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bank_grpc.services.authorise.LONGEST_QUEUE", 0)
        asked = charge(issued())

        with pytest.raises(group_commit.QueueFullError):
            with_clerk(lambda clerk: clerk.authorise(asked, now=NOW))
