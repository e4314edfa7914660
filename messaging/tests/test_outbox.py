"""Publishing: rows appear with their transaction, or not at all."""

import contextlib
import json
from collections.abc import Sequence
from typing import ClassVar

import pytest
from django.db import connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from messaging import bell, outbox
from messaging.bell import Bell
from messaging.errors import OutsideTransactionError
from messaging.events import Event
from messaging.models import OutboxMessage
from messaging.topics import Topic

SHELF = Topic(name="shelf", retention=None)


class BookShelved(Event, frozen=True, kw_only=True):
    TOPIC: ClassVar[Topic] = SHELF
    TYPE: ClassVar[str] = "library.book_shelved.v1"

    title: str


@pytest.mark.django_db
class TestPublish:
    def test_writes_the_row_with_its_headers(self) -> None:
        event_id = outbox.publish(BookShelved(title="Ilíada"), key="k'1")

        row = OutboxMessage.objects.get()
        headers = json.loads(row.headers)
        assert (row.event_id, row.topic, row.key) == (event_id, "shelf", "k'1")
        assert json.loads(bytes(row.payload or b"")) == {"title": "Ilíada"}
        assert headers["ce_id"] == event_id
        assert headers["ce_type"] == "library.book_shelved.v1"
        assert headers["ce_source"] == "/trilho/library"
        assert headers["ce_time"] == row.created_at.isoformat()
        assert headers["traceparent"].startswith("00-")
        assert (row.sent_at, row.set_aside_at, row.reason) == (None, None, "")

    def test_publishes_again_under_the_first_id(self) -> None:
        first = outbox.publish(BookShelved(title="a"), key="k")

        second = outbox.publish(BookShelved(title="a"), key="k", event_id=first)

        assert second == first
        assert OutboxMessage.objects.count() == 2


@pytest.mark.django_db(transaction=True)
class TestOutsideATransaction:
    def test_refuses(self) -> None:
        with pytest.raises(OutsideTransactionError):
            outbox.publish(BookShelved(title="a"), key="k")

        assert not OutboxMessage.objects.exists()

    def test_leaves_nothing_of_a_transaction_that_failed(self) -> None:
        with contextlib.suppress(ZeroDivisionError), transaction.atomic():
            outbox.publish(BookShelved(title="a"), key="k")
            raise ZeroDivisionError

        assert not OutboxMessage.objects.exists()

    def test_rings_the_bell_on_commit(self) -> None:
        with Bell() as relay:
            with transaction.atomic():
                outbox.publish(BookShelved(title="a"), key="k")
                before = relay.wait(0)
            after = relay.wait(5)

        assert (before, after) == (False, True)


@pytest.mark.django_db
class TestPublishRows:
    def test_keeps_the_order_of_many(self) -> None:
        rows = prepared(2500)

        outbox.publish_rows(rows)

        stored = OutboxMessage.objects.order_by("id").values_list("event_id", flat=True)
        assert list(stored) == [row.event_id for row in rows]

    def test_of_nothing_does_nothing(
        self, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        with django_capture_on_commit_callbacks() as callbacks:
            outbox.publish_rows([])

        assert callbacks == []


@pytest.mark.django_db
class TestInsertStatement:
    def test_is_one_statement_for_all_rows(self) -> None:
        rows = [*prepared(3), outbox.prepare(BookShelved(title="100 %s"), key="ключ 🔑")]

        with connection.cursor() as cursor:
            cursor.execute(*outbox.insert_statement(rows, connection.vendor))

        stored = OutboxMessage.objects.order_by("id")
        assert [(row.event_id, row.key, row.headers) for row in stored] == [
            (row.event_id, row.key, row.headers) for row in rows
        ]
        assert [bytes(row.payload or b"") for row in stored] == [row.payload for row in rows]
        assert [row.created_at for row in stored] == [row.created_at for row in rows]


class TestBell:
    def test_is_no_error_without_a_relay(self, settings: Settings) -> None:
        settings.MESSAGING_BELL_FILE = settings.VAR_DIR / "nobody.bell"

        bell.ring()

        assert not settings.MESSAGING_BELL_FILE.exists()

    def test_uses_the_port_of_the_settings(self, settings: Settings) -> None:
        with Bell() as chosen:
            settings.MESSAGING_BELL_PORT = chosen.port
            settings.MESSAGING_BELL_FILE = settings.VAR_DIR / "nobody.bell"
            bell.ring()

            assert chosen.wait(5)

    def test_leaves_a_taken_port_to_its_owner(self, settings: Settings) -> None:
        with Bell() as first:
            settings.MESSAGING_BELL_PORT = first.port
            with Bell() as second:
                bell.ring()

                assert first.wait(5)
                assert not second.wait(0)


def prepared(count: int) -> Sequence[outbox.OutboxRow]:
    return [outbox.prepare(BookShelved(title=f"b{n}"), key=f"k{n % 7}") for n in range(count)]
