"""Who a real socket tells of what, and when it closes because they may no longer look."""

import asyncio
from typing import Any

import pytest
from confluent_kafka import Producer
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from uuid_utils.compat import uuid7

from accounts.services import create_account, tie_user, untie_user
from transactions.tests.live import wire
from transactions.tests.live.streams import of, opened, publish

pytestmark = pytest.mark.kafka


class TestIsolation:
    def test_a_merchant_sees_only_their_own(self, url: str, producer: Producer) -> None:
        merchants = {}
        for name in ("ana", "bia"):
            account, _ = create_account(name)
            user = User.objects.create_user(name, password="x")
            tie_user(user=user, account_id=account.id)
            merchants[account.id] = wire.session_of(user)
        accounts = list(merchants)

        async def watch() -> dict[str, wire.Panel]:
            panels = {a: await opened(url, session) for a, session in merchants.items()}
            for _ in range(5):
                for account in accounts:
                    await asyncio.to_thread(publish, producer, account, 10)
            for account, panel in panels.items():
                await panel.take_until(lambda a=account, p=panel: len(of(a, p.events)) == 100)  # type: ignore[misc]
                await panel.drop()
                panel.cursor, panel.events = None, []
                await panel.open()
                await panel.resume()
                await panel.take()
                await panel.close()
            return panels

        for owner, panel in asyncio.run(watch()).items():
            assert len(panel.events) == 100
            assert of(owner, panel.events) == panel.events

    def test_somebody_without_an_account_sees_nothing(self, url: str, producer: Producer) -> None:
        session = wire.session_of(User.objects.create_user("nobody", password="x"))
        publish(producer, str(uuid7()), 5)

        async def first_frame() -> dict[str, Any]:
            panel = wire.Panel(url, session)
            await panel.open()
            await panel.resume()
            frame = await panel.take()
            await panel.close()
            return frame

        assert asyncio.run(first_frame())["events"] == []


class TestAccess:
    def test_a_socket_closes_when_its_session_ends(self, url: str, staff: User) -> None:
        session = wire.session_of(staff)

        async def log_out() -> int | None:
            panel = await opened(url, session)
            await asyncio.to_thread(SessionStore(session).delete)
            return await panel.close_code()

        assert asyncio.run(log_out()) == 4401

    @pytest.mark.parametrize("change", ["password", "is_active"])
    def test_a_socket_closes_when_its_user_is_changed(
        self, url: str, staff: User, change: str
    ) -> None:
        session = wire.session_of(staff)

        async def change_user() -> int | None:
            panel = await opened(url, session)
            value = make_password("new") if change == "password" else False
            await asyncio.to_thread(User.objects.filter(pk=staff.pk).update, **{change: value})
            return await panel.close_code()

        assert asyncio.run(change_user()) == 4401

    def test_a_socket_starts_anew_when_a_membership_ends(
        self, url: str, producer: Producer
    ) -> None:
        account, _ = create_account("loja")
        user = User.objects.create_user("ana", password="x")
        tie_user(user, account.id)
        session = wire.session_of(user)

        async def untie() -> tuple[int | None, list[dict[str, Any]]]:
            panel = await opened(url, session)
            await asyncio.to_thread(untie_user, user, account.id)
            code = await panel.close_code()
            await panel.open()
            await panel.resume()
            await asyncio.to_thread(publish, producer, account.id, 1)
            await panel.take()
            await panel.close()
            return code, panel.events

        assert asyncio.run(untie()) == (1012, [])
