"""Many rows in one statement: what went in comes out, whatever it is made of."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging import bulk
from messaging.models import Lease

pytestmark = pytest.mark.django_db
COLUMNS = ("name", "holder", "generation", "expires_at")
MOMENT = "2026-01-01 00:00:00.000001"
texts = st.text(max_size=40).filter(lambda text: "\x00" not in text)


def insert(*holders: str) -> None:
    rows = [(str(place), holder, str(place), MOMENT) for place, holder in enumerate(holders)]
    bulk.insert_rows(connection, "messaging_lease", COLUMNS, rows)


def stored() -> list[str]:
    return [lease.holder for lease in sorted(Lease.objects.all(), key=lambda each: int(each.name))]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "'",
        "''",
        "\\",
        "\\'",
        "'); DROP TABLE messaging_lease; --",
        "%s %% %(x)s",
        "a\nb\r\tc\x1a",
        "\u00e9\u4e2d\U0001f600",
        "holds\x1fa separator",
        "holds\x1eanother",
        "\x1f\x1e\x1f",
    ],
)
def test_a_text_comes_out_as_it_went_in(text: str) -> None:
    insert("before", text, "after")

    assert stored() == ["before", text, "after"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.lists(texts, min_size=1, max_size=5))
def test_any_texts_come_out_as_they_went_in(holders: list[str]) -> None:
    Lease.objects.all().delete()

    insert(*holders)

    assert stored() == holders


def test_numbers_and_times_are_made_of_the_text() -> None:
    insert("a", "b")

    lease = Lease.objects.get(name="1")
    assert (lease.generation, lease.expires_at.microsecond) == (1, 1)


def test_more_rows_than_a_statement_takes_are_inserted_in_several() -> None:
    insert(*(str(number) for number in range(7000)))

    assert Lease.objects.count() == 7000


def test_no_rows_are_no_statement() -> None:
    insert()

    assert stored() == []
