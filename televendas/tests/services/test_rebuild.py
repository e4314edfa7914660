"""A rebuild ends in the same rows, and brings nobody back who is gone."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from pytest_django import Settings

from messaging.records import Record
from messaging.testing import deliver_record
from televendas.consumers.televendas import Televendas
from televendas.fresh_table import FRESH
from televendas.models import CallOutcome, Customer, Erasure
from televendas.repository import TABLE
from televendas.services.audit import Actor
from televendas.services.erase import erase
from televendas.services.purge import purge_some
from televendas.services.rebuild import RebuildRefusedError, Rebuilt, rebuild
from televendas.tests.reading import KEY, NOW, person
from televendas.tests.samples import created, deleted, flat, lean, record

pytestmark = pytest.mark.django_db(databases=["default", "televendas"], transaction=True)
ACTOR = Actor(None, "somebody")


@pytest.fixture(autouse=True)
def key(settings: Settings) -> None:
    settings.TELEVENDAS_KEY = KEY


class Resting:
    """A group whose processes are stopped; `worked` makes it work between two looks."""

    def __init__(self, members: int = 0, *, worked: bool = False) -> None:
        self._members, self._worked, self._looks = members, worked, 0

    def members(self) -> int:
        return self._members

    def committed(self) -> dict[int, int]:
        self._looks += 1
        return {0: self._looks if self._worked else 1}


def topic() -> list[Record]:
    values: list[tuple[Any, Any]] = [
        *((created(10, id=number, nome=f"Maria {number}"), {"id": number}) for number in range(9)),
        (created(20, id=1, nome="Newer"), {"id": 1}),
        (created(15, id=1, nome="Older"), {"id": 1}),
        (deleted(30, id=2), {"id": 2}),
        (None, {"id": 2}),
        (deleted(31, id=3), {"id": 3}),
        (None, {"id": 3}),
        (created(32, id=3, nome="Replaced"), {"id": 3}),
        (created(40, nome=["poison"]), {"id": 4}),
        (lean(1), b"c-1"),
        (lean(2, deleted=True, erased=True), b"c-1"),
        (lean(3), b"c-1"),
        (flat(), b"000042"),
    ]
    return [record(value, key=key, offset=at) for at, (value, key) in enumerate(values)]


def read(records: list[Record]) -> None:
    for each in records:
        if b"poison" not in (each.value or b""):
            deliver_record(Televendas, each)


def rows() -> list[dict[str, Any]]:
    return [dict(each) for each in Customer.objects.order_by("person").values()]


def rebuilt(records: list[Record], reader: Resting | None = None, **options: Any) -> Rebuilt:
    batches: Iterator[list[Record]] = (records[at : at + 4] for at in range(0, len(records), 4))
    return rebuild(batches, reader or Resting(), now=NOW, **options)


def tables() -> set[str]:
    return {
        each
        for each in connections["televendas"].introspection.table_names()
        if each.startswith(TABLE)
    }


def indexes() -> set[tuple[str, ...]]:
    connection = connections["televendas"]
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, TABLE)
    return {tuple(each["columns"]) for each in found.values() if each["index"]}


def test_ends_in_the_same_rows_and_indexes() -> None:
    records = topic()
    read(records)
    CallOutcome.objects.create(person=person("3"), agent_id=1, outcome="sold", at=NOW)
    before, had = rows(), indexes()

    done = rebuilt(records)

    assert rows() == before
    assert indexes() == had
    assert (done.is_swapped, done.poison, done.unknown, done.left) == (True, 1, 0, 0)
    assert done.same == Customer.objects.filter(state="present").count()
    assert CallOutcome.objects.count() == 1
    assert tables() == {TABLE}


def test_nobody_comes_back_who_was_erased_purged_or_deleted() -> None:
    records = topic()
    read(records)
    erase("banco1", "5", actor=ACTOR, reason="ticket", now=NOW)
    Customer.objects.filter(person=person("6")).update(retain_until="2026-01-01")
    purge_some(actor=ACTOR, today=NOW.date(), now=NOW)
    before = rows()

    # Compaction has taken away that 2 left, and left what was there before.
    rebuilt([each for each in records if each.key != b'{"id": 2}' or each.offset < 9])

    assert rows() == before
    states = {n: Customer.objects.get(person=person(n)).state for n in ("2", "5", "6")}
    assert states == {"2": "deleted", "5": "erased", "6": "deleted"}


def test_the_copy_can_be_lost_and_had_again() -> None:
    records = topic()
    read(records)
    before = {each["person"]: (each["name"], each["state"], each["version"]) for each in rows()}
    Customer.objects.all().delete()

    done = rebuilt(records)

    after = {each["person"]: (each["name"], each["state"], each["version"]) for each in rows()}
    assert (after, done.new) == (before, Customer.objects.filter(state="present").count())


def test_people_of_whom_the_topic_is_silent_are_not_lost_by_accident() -> None:
    records = topic()
    read(records)
    CallOutcome.objects.create(person=person("7"), agent_id=1, outcome="sold", at=NOW)
    silent = [each for each in records if each.key != b'{"id": 7}']
    before = rows()

    with pytest.raises(RebuildRefusedError, match="nothing of 1 people"):
        rebuilt(silent)
    assert rows() == before
    assert rebuilt(silent, is_dry_run=True).unknown == 1
    assert rows() == before

    rebuilt(silent, lets_go=True)
    assert Customer.objects.get(person=person("7")).state == "deleted"
    assert not CallOutcome.objects.exists()
    assert Erasure.objects.get(person=person("7")).cause == "sweep"


def test_who_left_in_records_not_yet_read_is_forgotten_with_their_calls() -> None:
    records = topic()
    read(records)
    CallOutcome.objects.create(person=person("8"), agent_id=1, outcome="sold", at=NOW)
    more = [*records, record(deleted(50, id=8), key={"id": 8}, offset=99)]

    assert rebuilt(more).left == 1

    assert Customer.objects.get(person=person("8")).state == "deleted"
    assert not CallOutcome.objects.exists()


@pytest.mark.parametrize("reader", [Resting(1), Resting(worked=True)])
def test_refuses_while_a_reader_works(reader: Resting) -> None:
    records = topic()
    read(records)
    before = rows()

    with pytest.raises(RebuildRefusedError):
        rebuilt(records, reader)

    assert rows() == before
    assert FRESH not in tables()
