"""What plays onto the topic is understood in every shape, and full of what may not be kept."""

import json
from collections import Counter
from random import Random

import pytest

from config.banco1.comparison import differing
from config.banco1.play import Play
from config.banco1.records import OutsideProducer, Written
from messaging.records import Record
from messaging.testing import deliver_record
from televendas.consumers.televendas import Televendas
from televendas.models import Customer

ACTS = 250


def playing() -> tuple[Play, list[Written], Counter[str]]:
    written: list[Written] = []
    play = Play(OutsideProducer(written.append), Random(7))
    return play, written, Counter(play.act() for _ in range(ACTS))


def test_everything_happens_and_the_dice_decide() -> None:
    play, written, acts = playing()

    assert set(acts) == {"create", "move", "change_phone", "change_what_stays", "erase"}
    assert acts.total() == ACTS
    assert len(play.gone) == acts["erase"]
    assert len(play.there) == acts["create"] - acts["erase"]
    assert written == playing()[1]
    assert {play.book.source_of(each) for each in play.there} == {"banco1", "banco1_rows"}


def test_records_are_full_of_what_may_not_be_kept() -> None:
    values = [json.loads(each.value) for each in playing()[1] if each.value]

    assert all("cpf" in json.dumps(each).lower() for each in values)
    assert all("email" in json.dumps(each).lower() for each in values)


@pytest.mark.django_db(databases=["default", "televendas"], transaction=True)
def test_the_copy_follows_to_the_letter() -> None:
    play, written, _ = playing()
    for offset, each in enumerate(written):
        deliver_record(Televendas, Record("customers", 0, offset, each.key, each.value, 0))

    assert differing(play.book, play.everybody) == []
    assert Customer.objects.filter(state="present").count() == len(play.there)

    Customer.objects.filter(state="present").update(name="Somebody Else")
    assert sorted(differing(play.book, play.everybody)) == sorted(play.there)
