"""What plays onto the topic is understood in every shape, and full of what may not be kept."""

import json
from collections import Counter
from random import Random

import pytest

from config.banco1.records import Stream, Written, records_of, source_of
from config.management.commands.simulate_customers import _differences
from messaging.records import Record
from messaging.testing import deliver_record
from televendas.consumers.televendas import Televendas
from televendas.models import Customer

ACTS = 250


def play() -> tuple[Stream, list[Written], Counter[str]]:
    stream, written, acts = Stream(Random(7)), [], Counter[str]()
    for name, records in records_of(stream, ACTS):
        acts[name] += 1
        written += records
    return stream, written, acts


def test_everything_happens_and_the_dice_decide() -> None:
    stream, written, acts = play()

    assert set(acts) == {"create", "move", "change_phone", "change_what_stays", "erase"}
    assert acts.total() == ACTS
    assert len(stream.gone) == acts["erase"]
    assert written == play()[1]
    assert {source_of(each) for each in stream.alive} == {"banco1", "banco1_rows"}


def test_records_are_full_of_what_may_not_be_kept() -> None:
    values = [json.loads(each.value) for each in play()[1] if each.value]

    assert all("cpf" in json.dumps(each).lower() for each in values)
    assert all("email" in json.dumps(each).lower() for each in values)


@pytest.mark.django_db(databases=["default", "televendas"], transaction=True)
def test_the_copy_follows_to_the_letter() -> None:
    stream, written, _ = play()
    for offset, each in enumerate(written):
        deliver_record(Televendas, Record("customers", 0, offset, each.key, each.value, 0))

    assert _differences(stream) == []
    assert Customer.objects.filter(state="present").count() == len(stream.alive)

    Customer.objects.filter(state="present").update(name="Somebody Else")
    assert len(_differences(stream)) == len(stream.alive)
