"""The warden of the panel's sockets goes on, whatever one of them does."""

import asyncio
from typing import Any

import pytest

from transactions.live.access import Pass, Warden
from transactions.live.handshake import NO_SESSION

pytestmark = pytest.mark.django_db(transaction=True)
_DEADLINE_SECONDS = 30


class _Stranger:
    """A socket whose session stands for nobody any more."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.admission: Pass | None = Pass("of nobody", frozenset())
        self.ended = asyncio.Event()
        self.code = 0
        self._failure = failure

    async def end(self, code: int) -> None:
        self.code = code
        self.ended.set()
        if self._failure is not None:
            raise self._failure


# What the sockets' server raises for a client that left, and for one that is just leaving.
@pytest.mark.parametrize("failure", [ConnectionResetError(), RuntimeError("after sending close")])
def test_goes_on_when_a_socket_that_is_to_be_ended_has_just_left(
    failure: Exception, settings: Any
) -> None:
    settings.LIVE_ACCESS_CHECK_SECONDS = 0.01

    async def work() -> int:
        warden, left, later = Warden(), _Stranger(failure), _Stranger()
        task = asyncio.create_task(warden.run())
        try:
            warden.members.add(left)
            async with asyncio.timeout(_DEADLINE_SECONDS):
                await left.ended.wait()
                warden.members = {later}
                await later.ended.wait()
        finally:
            task.cancel()
        return later.code

    assert asyncio.run(work()) == NO_SESSION
