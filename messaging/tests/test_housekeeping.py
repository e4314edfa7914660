"""Housekeeping: what is old goes, in batches; what may still be needed stays."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.models import Q
from django.utils import timezone

from messaging import cluster, housekeeping
from messaging.housekeeping import Trimmer
from messaging.models import DeadLetter, InboxEntry, OutboxMessage
from messaging.topics import SEGMENT_SPAN

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
SENT = Trimmer(model=OutboxMessage, column="sent_at", age=WEEK)


def outbox_row(sent_at: datetime | None, topic: str = "t") -> OutboxMessage:
    return OutboxMessage.objects.create(
        event_id="e", topic=topic, key="k", headers="{}", created_at=NOW, sent_at=sent_at
    )


@pytest.mark.django_db
class TestTrim:
    def test_deletes_what_is_older_than_its_age(self) -> None:
        outbox_row(NOW - WEEK - timedelta(seconds=1))
        young = outbox_row(NOW - WEEK + timedelta(seconds=1))

        assert SENT.trim(NOW) == 1
        assert OutboxMessage.objects.get() == young

    def test_leaves_rows_without_a_time(self) -> None:
        outbox_row(None)

        assert SENT.trim(NOW + 100 * WEEK) == 0

    def test_goes_in_batches_with_the_oldest_first(self) -> None:
        for days in range(10):
            outbox_row(NOW - 2 * WEEK - timedelta(days=days), topic=str(days))

        assert SENT.trim(NOW, limit=4) == 4

        left = OutboxMessage.objects.order_by("topic").values_list("topic", flat=True)
        assert list(left) == ["0", "1", "2", "3", "4", "5"]

    def test_takes_rows_of_one_instant_together(self) -> None:
        for _ in range(6):
            outbox_row(NOW - 2 * WEEK)

        assert SENT.trim(NOW, limit=4) == 6

    def test_can_be_narrowed_down(self) -> None:
        outbox_row(NOW - 2 * WEEK, topic="a")
        kept = outbox_row(NOW - 2 * WEEK, topic="b")
        narrow = Trimmer(model=OutboxMessage, column="sent_at", age=WEEK, only=Q(topic="a"))

        narrow.trim(NOW)

        assert OutboxMessage.objects.get() == kept

    def test_shows_each_batch_before_it_goes(self) -> None:
        outbox_row(NOW - 2 * WEEK, topic="a")
        outbox_row(NOW, topic="b")
        shown: list[str] = []
        telling = Trimmer(
            model=OutboxMessage,
            column="sent_at",
            age=WEEK,
            before_deletion=lambda rows: shown.extend(row.topic for row in rows),
        )

        telling.trim(NOW)

        assert shown == ["a"]

    def test_works_on_a_composite_key(self) -> None:
        for number, age in enumerate((90, 80, 1)):
            InboxEntry.objects.create(
                consumer="c", event_id=str(number), processed_at=NOW - timedelta(days=age)
            )

        deleted = Trimmer(model=InboxEntry, column="processed_at", age=30 * timedelta(days=1)).trim(
            NOW, limit=1
        )

        assert deleted == 1
        assert set(InboxEntry.objects.values_list("event_id", flat=True)) == {"1", "2"}


class TestInboxAge:
    def test_outlives_every_topic_that_ends(self) -> None:
        topics = cluster.declared()

        age = housekeeping.inbox_age(topics)

        finite = [topic for topic in topics if topic.retention is not None]
        assert {"transactions", "processor.dlq"} <= {topic.name for topic in finite}
        for topic in finite:
            # What the broker may keep beyond the retention is the rest of a segment.
            assert topic.retention is not None
            assert age > topic.retention + SEGMENT_SPAN, topic.name

    def test_is_what_the_inbox_is_trimmed_by(self) -> None:
        ages = {each.age for each in housekeeping.trimmers() if each.model is InboxEntry}

        assert ages == {housekeeping.inbox_age(cluster.declared())}


def leads_to(trimmer: housekeeping.Trimmer, fields: Sequence[str]) -> bool:
    """Tell whether an index of `fields` leads straight to the rows that are due.

    Their column comes first, or behind columns of which the trimmer wants one value alone: rows of
    other values lie elsewhere in the index, and are never walked over.
    """
    if trimmer.column not in fields:
        return False
    only = trimmer.only
    is_plain = only.connector == Q.AND and not only.negated
    pinned = {each[0] for each in only.children if isinstance(each, tuple)} if is_plain else set()
    return pinned.issuperset(fields[: fields.index(trimmer.column)])


class TestTrimmers:
    def test_each_go_by_an_index(self) -> None:
        for trimmer in housekeeping.trimmers():
            meta = trimmer.model._meta
            is_led = getattr(meta.get_field(trimmer.column), "db_index", False)
            assert is_led or any(leads_to(trimmer, each.fields) for each in meta.indexes), (
                trimmer.table
            )


@pytest.mark.django_db(transaction=True, databases="__all__")
class TestKeepHouse:
    def test_trims_all_tables_until_nothing_is_due(self) -> None:
        long_ago = timezone.now() - timedelta(days=400)
        outbox_row(long_ago)
        InboxEntry.objects.create(consumer="c", event_id="e", processed_at=long_ago)

        call_command("housekeeping", stdout=StringIO())

        assert not OutboxMessage.objects.exists()
        assert not InboxEntry.objects.exists()

    def test_goes_on_with_the_others_when_one_table_fails(self) -> None:
        outbox_row(timezone.now() - timedelta(days=400))

        def deny(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if "messaging_inbox" in sql:
                raise OperationalError("away")
            return execute(sql, params, many, context)

        with connection.execute_wrapper(deny):
            deleted = housekeeping.keep_house(threading.Event())

        assert deleted == 1

    def test_keeps_dead_letters_that_wait_for_a_person(self) -> None:
        long_ago = timezone.now() - timedelta(days=400)
        for number, state in enumerate(DeadLetter.State.values):
            DeadLetter.objects.create(
                consumer="c",
                topic="t",
                topic_id="t",
                partition=0,
                offset=number,
                key_hash="",
                error_class="PoisonError",
                reason="bad_json",
                recorded_at=long_ago,
                died_at=long_ago,
                state=state,
            )

        housekeeping.keep_house(threading.Event())

        assert [each.state for each in DeadLetter.objects.all()] == [DeadLetter.State.OPEN]

    def test_does_the_chores_until_nothing_is_left(self, monkeypatch: pytest.MonkeyPatch) -> None:
        left = [2, 3]
        chore = housekeeping.Chore(
            table="messaging_inbox",
            using="default",
            told="as long as it takes",
            work=lambda _now: left.pop() if left else 0,
        )
        monkeypatch.setattr(housekeeping, "_chores", [chore])

        assert housekeeping.keep_house(threading.Event()) == 5
        assert not left

    def test_stops_when_it_is_told_to(self) -> None:
        outbox_row(timezone.now() - timedelta(days=400))
        stop = threading.Event()
        stop.set()

        assert housekeeping.keep_house(stop) == 0

    def test_lists_what_it_trims(self) -> None:
        out = StringIO()

        call_command("housekeeping", "--list", stdout=out)

        assert "default.messaging_outbox: 7 days" in out.getvalue()
