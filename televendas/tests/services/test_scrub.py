"""The last byte: on SQLite it goes from file and log, elsewhere nothing is claimed."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections, transaction

from messaging.testing.files import bytes_at_rest
from televendas.models import Erasure
from televendas.services.forget import forget
from televendas.services.scrub import scrub
from televendas.tests.reading import NOW, READ_AT, apply, person, wrote

pytestmark = pytest.mark.django_db(databases=["default", "televendas"], transaction=True)
NAME = "Zulmira Inapagavel"
LATER = NOW + timedelta(seconds=1)


def kept() -> bytes:
    file = Path(str(connections["televendas"].settings_dict["NAME"]))
    return bytes_at_rest([file, file.with_name(file.name + "-wal")])


def forgotten(number: int) -> None:
    with transaction.atomic(using="televendas"):
        forget(
            [person(str(each)) for each in range(number)],
            cause="command",
            requested_at=READ_AT,
            now=NOW,
        )


def test_the_last_byte_goes_from_sqlite_and_nothing_is_claimed_elsewhere() -> None:
    # Enough for pages to be split and merged, which moves rows about.
    people = 1500
    apply(*(wrote(1, str(each), name=f"{NAME} {each}") for each in range(people)))
    apply(
        *(wrote(1, f"k{each}", name=f"Conservada {each}") for each in range(people)), first=people
    )
    forgotten(people)

    took = [scrub(LATER), scrub(LATER), scrub(LATER)]

    scrubbed = set(Erasure.objects.values_list("scrubbed_at", flat=True))
    if connections["televendas"].vendor != "sqlite":
        assert (took, scrubbed) == ([0, 0, 0], {None})
        return
    assert (took, scrubbed) == ([1000, people - 1000, 0], {LATER})
    assert NAME.encode() not in kept()
    assert b"Conservada 7" in kept()


def test_what_is_forgotten_later_waits_for_its_turn() -> None:
    apply(wrote(1, "0"))
    forgotten(1)

    assert scrub(NOW - timedelta(seconds=1)) == 0
    assert Erasure.objects.get().scrubbed_at is None
