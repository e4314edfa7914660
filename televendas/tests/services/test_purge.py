"""Whoever is past the day of retention is forgotten in small transactions, and nobody else."""

from datetime import timedelta

import pytest

from televendas.models import AuditLine, Erasure
from televendas.services import purge
from televendas.services.audit import Actor
from televendas.tests.reading import NOW, UNTIL, apply, outcome, wrote

pytestmark = pytest.mark.django_db(databases=["default", "televendas"])
ACTOR = Actor(None, "housekeeping")
AFTER = UNTIL + timedelta(days=1)


def test_keeps_people_through_their_last_day() -> None:
    apply(wrote(5))

    assert purge.due(UNTIL) == 0
    assert list(purge.purge(actor=ACTOR, today=UNTIL, now=NOW)) == []
    assert outcome() == ("present", 5)
    assert not AuditLine.objects.exists()


def test_goes_in_small_transactions_each_with_its_line() -> None:
    apply(*(wrote(1, str(number)) for number in range(7)))

    assert purge.due(AFTER) == 7
    assert list(purge.purge(actor=ACTOR, today=AFTER, now=NOW, batch=3)) == [3, 3, 1]

    lines = AuditLine.objects.filter(action="purge").order_by("pk")
    assert [line.details["people"] for line in lines] == [3, 3, 1]
    assert Erasure.objects.filter(cause="purge").count() == 7


def test_only_a_change_at_the_source_brings_somebody_back() -> None:
    apply(wrote(5))
    purge.purge_some(actor=ACTOR, today=AFTER, now=NOW)

    apply(wrote(5), first=5)
    assert outcome() == ("deleted", 5)
    apply(wrote(6), first=6)
    assert outcome() == ("present", 6)
