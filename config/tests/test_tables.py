"""Data of an earlier state of the tables are refused in a line that says what to do."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from config import tables

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
Altered = Callable[[str, str], None]


def _alter(change: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE messaging_inbox {change}")


@pytest.fixture
def altered() -> Iterator[Altered]:
    """Change the inbox's table for one test: what to do, and what undoes it."""
    with ExitStack() as undoing:

        def alter(change: str, undo: str) -> None:
            _alter(change)
            undoing.callback(_alter, undo)

        yield alter


@pytest.mark.parametrize("alias", sorted(settings.DATABASES))
def test_freshly_migrated_are_as_their_models(alias: str) -> None:
    assert tables.outdated(alias) == []


def test_that_lack_a_column_are_named(altered: Altered) -> None:
    altered("RENAME COLUMN event_id TO event", "RENAME COLUMN event TO event_id")

    with pytest.raises(CommandError, match=r"messaging_inbox lacks event_id.*bin/run --reset"):
        call_command("migrate_all", verbosity=0)


def test_that_have_one_from_before_are_named(altered: Altered) -> None:
    altered("ADD COLUMN store INTEGER", "DROP COLUMN store")

    assert tables.outdated("default") == ["messaging_inbox has store from before"]
