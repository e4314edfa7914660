"""What the real socket promises over the wire: each event once, in order, whatever drops."""

import asyncio
import os
import random
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import pytest
from confluent_kafka import Producer
from django.contrib.auth.models import User
from uuid_utils.compat import uuid7

from transactions.models import Transaction
from transactions.tests.live import wire
from transactions.tests.live.conftest import Serve
from transactions.tests.live.rows import stored
from transactions.tests.live.streams import begin, of, opened, publish

pytestmark = pytest.mark.kafka
SOCKETS = int(os.environ.get("TRILHO_PANEL_SOCKETS", "10"))
TRANSACTIONS = int(os.environ.get("TRILHO_PANEL_EVENTS", "2000")) // 2
RECONNECTS = int(os.environ.get("TRILHO_PANEL_RECONNECTS", "100"))
STEPS = 20
# No line holds for longer, in seconds.
LONGEST_LINE = 0.3


def assert_each_once_in_order(events: list[dict[str, Any]], expected: set[tuple[str, str]]) -> None:
    """Fail unless `events` are exactly `expected` (kind, id), by offset in each partition."""
    told = [(event["kind"], event["transaction"]["id"]) for event in events]
    assert len(told) == len(expected)
    assert set(told) == expected
    offsets: dict[tuple[str, int], list[int]] = defaultdict(list)
    for topic, partition, offset in map(wire.name_of, events):
        offsets[topic, partition].append(offset)
    assert all(row == sorted(row) for row in offsets.values())


class TestStream:
    def test_carries_what_kafka_carries(self, url: str, staff: User, producer: Producer) -> None:
        account, session = str(uuid7()), wire.session_of(staff)

        async def watch() -> list[dict[str, Any]]:
            panel = await opened(url, session)
            await asyncio.to_thread(publish, producer, account, 1)
            await panel.take_until(lambda: len(of(account, panel.events)) == 2)
            await panel.close()
            return of(account, panel.events)

        received, decided = asyncio.run(watch())

        assert (received["kind"], decided["kind"]) == ("received", "decided")
        assert received["topic"] == "transactions"
        assert decided["topic"] == "transactions_result"
        assert received["transaction"] == {
            "id": decided["transaction"]["id"],
            "account_id": account,
            "amount": "29.90",
            "currency": "BRL",
            "status": "pending",
            "error_code": "",
            "card_brand": "visa",
            "card_last4": "4242",
        }
        assert decided["transaction"]["status"] == "approved"

    def test_starts_with_the_last_200(self, url: str, staff: User, producer: Producer) -> None:
        account, session = str(uuid7()), wire.session_of(staff)

        async def first_frame() -> list[dict[str, Any]]:
            before, after = await opened(url, session), wire.Panel(url, session)
            await asyncio.to_thread(publish, producer, account, 150)
            await before.take_until(lambda: len(of(account, before.events)) == 300)
            await after.open()
            await after.resume()
            await after.take()
            await asyncio.gather(before.close(), after.close())
            assert set(map(wire.name_of, after.events)) <= set(map(wire.name_of, before.events))
            return after.events

        assert len(asyncio.run(first_frame())) == 200

    @pytest.mark.parametrize("ring", ["20000", "300"], ids=["from the ring", "from Kafka"])
    def test_tells_each_once_in_order_whatever_drops(
        self, serve: Serve, staff: User, producer: Producer, ring: str
    ) -> None:
        url = serve(LIVE_RING_EVENTS=ring)
        account, session = str(uuid7()), wire.session_of(staff)
        chance = random.Random(1)
        expected: set[tuple[str, str]] = set()
        drops = max(1, RECONNECTS // SOCKETS)

        async def produce_all() -> None:
            for _ in range(STEPS):
                expected.update(
                    await asyncio.to_thread(publish, producer, account, TRANSACTIONS // STEPS)
                )
                await asyncio.sleep(drops * LONGEST_LINE / 2 / STEPS)

        async def drop_and_come_back(panel: wire.Tally) -> None:
            for _ in range(drops):
                await panel.take_for(chance.random() * LONGEST_LINE)
                await panel.drop()
                await panel.open()
                await panel.resume()
            total = 2 * (TRANSACTIONS // STEPS) * STEPS
            await panel.take_until(lambda: panel.count >= total)
            await panel.close()

        async def storm() -> list[wire.Tally]:
            panels = [wire.Tally(url, session, account) for _ in range(SOCKETS)]
            await asyncio.gather(*map(begin, panels))
            await asyncio.gather(produce_all(), *map(drop_and_come_back, panels))
            return panels

        panels = asyncio.run(storm())

        marks = sum(wire.mark(*event) for event in expected)
        assert {(panel.count, panel.marks) for panel in panels} == {(len(expected), marks)}

    def test_goes_on_in_another_process(
        self, url: str, serve: Serve, staff: User, producer: Producer
    ) -> None:
        account, session = str(uuid7()), wire.session_of(staff)
        other = serve()
        expected = publish(producer, account, 5)

        async def move() -> wire.Panel:
            panel = await opened(url, session)
            await panel.take_until(lambda: len(of(account, panel.events)) == 10)
            for address in (other, url, other):
                await panel.drop()
                expected.update(await asyncio.to_thread(publish, producer, account, 50))
                panel.url = address
                await panel.open()
                await panel.resume()
                await panel.take_until(lambda: len(of(account, panel.events)) >= len(expected))
            await panel.close()
            return panel

        assert_each_once_in_order(of(account, asyncio.run(move()).events), expected)

    def test_gives_the_same_cursor_in_every_process(
        self, url: str, serve: Serve, staff: User, producer: Producer
    ) -> None:
        account, session = str(uuid7()), wire.session_of(staff)
        other = serve()

        async def cursors() -> set[str | None]:
            panels = [await opened(url, session), await opened(other, session)]
            await asyncio.to_thread(publish, producer, account, 3)
            for panel in panels:
                await panel.take_until(lambda p=panel: len(of(account, p.events)) == 6)  # type: ignore[misc]
                await panel.close()
            return {panel.cursor for panel in panels}

        assert len(asyncio.run(cursors())) == 1

    def test_a_slow_client_holds_up_nobody_and_misses_nothing(
        self, serve: Serve, staff: User, producer: Producer
    ) -> None:
        url = serve(LIVE_RING_EVENTS="500")
        account, session = str(uuid7()), wire.session_of(staff)
        # More than the buffers of both ends hold, so that the server's `send` has to wait.
        count = 10_000

        async def beside_a_slow_one() -> tuple[wire.Panel, wire.Panel, set[tuple[str, str]]]:
            slow, quick = await opened(url, session), await opened(url, session)
            slow.stop_reading()
            expected = await asyncio.to_thread(publish, producer, account, count)
            await quick.take_until(lambda: len(of(account, quick.events)) >= 2 * count)
            slow.go_on_reading()
            await slow.take_until(lambda: len(of(account, slow.events)) >= 2 * count)
            await asyncio.gather(slow.close(), quick.close())
            return slow, quick, expected

        slow, quick, expected = asyncio.run(beside_a_slow_one())

        assert_each_once_in_order(of(account, quick.events), expected)
        assert_each_once_in_order(of(account, slow.events), expected)


class TestShown:
    def test_notes_when_a_decision_was_first_shown(
        self, url: str, staff: User, producer: Producer
    ) -> None:
        session = wire.session_of(staff)
        request = wire.received(str(uuid7()))
        row = stored(request.account_id, id=request.id)
        begin = datetime.now(UTC)

        async def watch() -> list[datetime | None]:
            panel = await opened(url, session)
            await asyncio.to_thread(wire.produce, producer, [request, wire.decided(request)])
            await panel.take_until(lambda: len(of(request.account_id, panel.events)) == 2)
            times = [await shown_at(row)]
            await panel.close()
            again = await opened(url, session)
            await asyncio.to_thread(publish, producer, request.account_id, 1)
            await again.take_until(lambda: len(of(request.account_id, again.events)) >= 2)
            times.append(await shown_at(row))
            await again.close()
            return times

        first, second = asyncio.run(watch())

        assert first is not None
        assert begin <= first <= datetime.now(UTC)
        assert second == first


async def shown_at(row: Transaction) -> datetime | None:
    async with asyncio.timeout(wire.DEADLINE):
        while True:
            await asyncio.to_thread(row.refresh_from_db)
            if row.shown_at is not None:
                return row.shown_at
            await asyncio.sleep(0.05)
