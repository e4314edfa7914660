"""Promise 7: a unit of work is whole, and what hides a database error is undone."""

import contextlib

import pytest
from django.db import OperationalError, connection

from messaging.errors import SwallowedDatabaseError
from messaging.processing import unit_of_work
from messaging.tests.scratch.models import Entry

pytestmark = pytest.mark.django_db


def write() -> None:
    Entry.objects.create(consumer="c", event_id="e", key="k", number=1, partition=0, offset=0)


def fail_in_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing_of_that_name FROM scratch_entry")


def write_and_hide_an_error() -> None:
    with unit_of_work("default"):
        write()
        with contextlib.suppress(OperationalError):
            fail_in_the_database()


class TestUnitOfWork:
    def test_keeps_what_was_done(self) -> None:
        with unit_of_work("default"):
            write()

        assert Entry.objects.count() == 1

    def test_is_undone_when_a_database_error_was_swallowed(self) -> None:
        with pytest.raises(SwallowedDatabaseError):
            write_and_hide_an_error()

        assert not Entry.objects.exists()
