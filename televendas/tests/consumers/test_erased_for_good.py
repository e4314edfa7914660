"""Nobody who was erased comes back, in whatever order and however often records come (P16)."""

from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from hypothesis import HealthCheck, given, strategies
from hypothesis import settings as tries

from messaging.testing import FakeClock, MemoryBroker, drain
from televendas.consumers.televendas import Televendas
from televendas.domain.identity import person_hash
from televendas.models import CallOutcome, Customer, Erasure
from televendas.services.audit import Actor
from televendas.services.erase import erase
from televendas.services.rebuild import rebuild
from televendas.tests.samples import lean, record

pytestmark = pytest.mark.django_db(databases=["default", "televendas"])
ACTOR = Actor(None, "erase_person by somebody")
_numbers = count(1)

# What may be said of somebody: a write of a version, a delete of one, a tombstone, nothing at all.
_versions = strategies.integers(1, 9)
_write = _versions.map(lambda version: {"version": version, "name": f"Name {version}"})
_delete = _versions.map(lambda version: {"version": version, "deleted": True})
_erasure = _versions.map(lambda version: {"version": version, "deleted": True, "erased": True})
_said = strategies.lists(_write | _delete | strategies.none(), max_size=6)
_house = tries(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def somebody() -> tuple[str, str]:
    customer_id = f"p16-{next(_numbers)}"
    return customer_id, person_hash(settings.TELEVENDAS_KEY, "shop", customer_id)


def read(customer_id: str, said: Sequence[dict[str, Any] | None]) -> MemoryBroker:
    """Put the records on a topic and let the consumer as it runs live read them."""
    broker = MemoryBroker(FakeClock())
    for each in said:
        value = None if each is None else lean(**{"customer_id": customer_id, **each})
        made = record(value, key=customer_id.encode())
        broker.produce("customers", made.value, key=made.key)
    drain(Televendas, broker=broker)
    return broker


def assert_nothing_is_left(person: str) -> Customer:
    row = Customer.objects.get(person=person)
    held = (row.source, row.customer_id, row.name, row.phone, row.phone_problem, row.region)
    assert (row.state, held) == ("erased", ("", "", "", None, "", ""))
    assert row.first_seen_at is None
    assert row.retain_until is None
    assert not CallOutcome.objects.filter(person=person).exists()
    assert Erasure.objects.filter(person=person).count() >= 1
    return row


@_house
@given(strategies.data(), _said, strategies.lists(_erasure, min_size=1, max_size=2))
def test_by_an_event_in_any_order_and_repetition(
    data: strategies.DataObject, said: list[Any], erasures: list[Any]
) -> None:
    customer_id, person = somebody()
    twice = data.draw(strategies.lists(strategies.sampled_from([*said, *erasures]), max_size=4))
    everything = data.draw(strategies.permutations([*said, *erasures, *twice]))

    read(customer_id, everything)

    row = assert_nothing_is_left(person)
    assert int(row.version) == max(each["version"] for each in erasures)


@_house
@given(_said, _said)
def test_by_an_order_between_any_records(before: list[Any], after: list[Any]) -> None:
    customer_id, person = somebody()
    read(customer_id, before)
    CallOutcome.objects.create(person=person, agent_id=1, outcome="sold", at=timezone.now())

    erase("shop", customer_id, actor=ACTOR, reason="ticket", now=timezone.now())
    # Another broker: to the inbox these are records that it has not seen.
    read(customer_id, [*after, *before])

    assert_nothing_is_left(person)


class Resting:
    """A group that nobody is in."""

    def members(self) -> int:
        return 0

    def committed(self) -> dict[int, int]:
        return {}


@pytest.mark.django_db(databases=["default", "televendas"], transaction=True)
def test_by_an_order_and_a_rebuild_of_all_that_the_topic_holds() -> None:
    customer_id, person = somebody()
    said = [{"version": version, "name": "Name"} for version in (1, 2, 3)]
    broker = read(customer_id, said)
    erase("shop", customer_id, actor=ACTOR, reason="ticket", now=timezone.now())

    rebuild(iter([list(broker.records("customers"))]), Resting(), now=timezone.now())

    assert_nothing_is_left(person)
