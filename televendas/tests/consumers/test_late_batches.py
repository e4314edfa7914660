"""Batches that come late or side by side: a process thought dead, several at once, a connector."""

import threading

import pytest
from django.conf import settings
from django.db import connections, transaction

from messaging.testing import deliver_record
from televendas.consumers.televendas import Televendas
from televendas.domain.identity import person_hash
from televendas.events import CustomerRead
from televendas.models import Customer
from televendas.services.apply import apply_records
from televendas.tests.reading import KEY, NOW, messages, row, version, wrote
from televendas.tests.samples import created, deleted, record

pytestmark = pytest.mark.django_db(databases=["default", "televendas"], transaction=True)


def apply_apart(events: list[CustomerRead], first: int, failures: list[BaseException]) -> None:
    """Apply the events in a thread's own connection, as another process would."""
    try:
        with transaction.atomic(using="televendas"):
            apply_records(
                messages(events, first=first),
                key=KEY,
                retention_days=30,
                now=NOW,
                using="televendas",
            )
    except BaseException as error:  # noqa: BLE001 - handed to the test
        failures.append(error)
    finally:
        connections["televendas"].close()


def test_two_at_once_leave_the_newest_of_everybody() -> None:
    everybody = [str(number) for number in range(300)]
    failures: list[BaseException] = []
    batches = [
        [wrote(number, each, name=f"Version {number}") for each in everybody]
        for number in (3, 1, 4, 2)
    ]
    threads = [
        threading.Thread(target=apply_apart, args=(batch, place * 1000, failures))
        for place, batch in enumerate(batches)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert set(Customer.objects.values_list("name", "version")) == {("Version 4", version(4))}


def test_a_batch_of_a_process_thought_dead_changes_nothing() -> None:
    failures: list[BaseException] = []
    apply_apart([wrote(5, name="Newer"), wrote(2, "2")], 10, failures)

    apply_apart([wrote(4, name="Older"), wrote(1, "2")], 3, failures)

    assert failures == []
    assert (row().name, row("2").version) == ("Newer", version(2))


class TestAChangeOfTheKey:
    def test_is_one_who_left_and_one_who_came(self) -> None:
        # As Debezium tells it: three records, one position, two keys.
        for offset, (value, key) in enumerate(
            [
                (created(10), {"id": 1}),
                (deleted(20), {"id": 1}),
                (None, {"id": 1}),
                (created(20, id=9), {"id": 9}),
            ]
        ):
            deliver_record(Televendas, record(value, key=key, offset=offset))

        assert states("1", "9") == ["deleted", "present"]


class TestAReplacement:
    def test_is_one_who_left_and_came_back(self) -> None:
        for offset, value in enumerate(
            [created(10), deleted(20), None, created(30, nome="Somebody else")]
        ):
            deliver_record(Televendas, record(value, key={"id": 1}, offset=offset))

        assert states("1") == ["present"]
        assert Customer.objects.get().name == "Somebody else"


def states(*customers: str) -> list[str]:
    people = [person_hash(settings.TELEVENDAS_KEY, "banco1", each) for each in customers]
    found = dict(Customer.objects.filter(person__in=people).values_list("person", "state"))
    return [str(found[person]) for person in people]
