"""The agents' socket lets agents in, says that there is news, and says nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from televendas.live.watch import watch
from televendas.models import Customer
from televendas.tests.kit import agent, customer
from tests import sockets
from tests.sockets import code, run, told

pytestmark = pytest.mark.django_db(databases=["default", "televendas"], transaction=True)


@pytest.fixture(autouse=True)
def _impatient(settings: Any) -> None:
    settings.TELEVENDAS_WATCH_SECONDS = 0.05
    settings.LIVE_ACCESS_CHECK_SECONDS = 0.1


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def socket(session: str, origin: str = "") -> Any:
    """Give an open socket of the agents' pages."""
    return sockets.socket("/ws/televendas/", session=session, origin=origin)


class TestSocket:
    def test_tells_of_a_newcomer_and_of_somebody_who_is_gone(self) -> None:
        session = session_of(agent())
        maria = customer("Maria")

        async def work() -> None:
            async with socket(session) as line:
                await told(line, "live")
                await sync_to_async(customer)("Ana", first_seen_at=timezone.now())
                await told(line, "news")
                await sync_to_async(
                    Customer.objects.filter(pk=maria.pk).update, thread_sensitive=True
                )(state=Customer.State.ERASED, name="", changed_at=timezone.now())
                await told(line, "news")

        run(work)

    def test_tells_of_what_was_committed_late(self) -> None:
        session = session_of(agent())
        now = timezone.now()
        customer(first_seen_at=now)

        async def work() -> None:
            async with socket(session) as line:
                await told(line, "live")
                await sync_to_async(customer)(first_seen_at=now - timedelta(seconds=1))
                await told(line, "news")

        run(work)

    def test_looks_only_while_somebody_watches(self) -> None:
        session = session_of(agent())

        async def work() -> None:
            async with socket(session) as line:
                await told(line, "live")
                assert watch()._task is not None
            assert watch()._task is None
            assert watch().members == set()

        run(work)

    @pytest.mark.parametrize("who", ["nobody", "merchant", "staff"])
    def test_sends_everybody_else_away(self, who: str) -> None:
        session = "f" * 32
        if who != "nobody":
            session = session_of(User.objects.create_user(who, is_staff=who == "staff"))

        async def work() -> None:
            async with socket(session) as line:
                assert await code(line) == 4401

        run(work)

    def test_sends_a_foreign_page_away(self) -> None:
        session = session_of(agent())

        async def work() -> None:
            async with socket(session, "https://evil.example") as line:
                assert await code(line) == 4403

        run(work)

    def test_ends_who_speaks(self) -> None:
        session = session_of(agent())

        async def work() -> None:
            async with socket(session) as line:
                await line.send_input({"type": "websocket.receive", "text": "hello"})
                assert await code(line) == 4400

        run(work)

    def test_ends_with_the_right(self) -> None:
        user = agent()
        session = session_of(user)

        async def work() -> None:
            async with socket(session) as line:
                await told(line, "live")
                await sync_to_async(user.groups.remove)(await Group.objects.aget(name="televendas"))
                assert await code(line) == 4401

        run(work)


class _Left:
    """A socket whose client has gone, while the server's word of that is still on its way."""

    def __init__(self, session: str, failure: Exception) -> None:
        """Be somebody who was let in."""
        self.session_key = session
        self._failure = failure

    async def tell(self, kind: str) -> None:
        """Do what a server does then."""
        raise self._failure

    async def end(self, code: int) -> None:
        """Do the same."""
        raise self._failure


# What the sockets' server raises for a client that left, and for one that is just leaving.
@pytest.mark.parametrize("failure", [ConnectionResetError(), RuntimeError("after sending close")])
class TestWatch:
    def test_goes_on_for_the_others_when_one_has_just_left(self, failure: Exception) -> None:
        session = session_of(agent())

        async def work() -> None:
            async with socket(session) as line:
                await told(line, "live")
                watch().join(_Left(session, failure))
                watch().join(_Left("of nobody", failure))
                for name in ("Ana", "Bia", "Clara"):
                    await sync_to_async(customer)(name, first_seen_at=timezone.now())
                    await told(line, "news")

        run(work)
