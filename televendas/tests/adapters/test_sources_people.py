"""Whom a record of a source is about, and which of its columns are read."""

import pytest
from pytest_django import Settings

from messaging.envelope import Decoder
from messaging.errors import PoisonError
from messaging.records import Record
from televendas.adapters.sources import read
from televendas.consumers.televendas import Televendas
from televendas.domain import versions
from televendas.tests.samples import at, created, flat, maria, record


class TestPeople:
    def test_of_two_sources_may_have_one_id(self) -> None:
        one = read(record(created(10, id="7")))
        two = read(record(flat(CD_CLIENTE="7")))

        assert (one.customer_id, two.customer_id) == ("7", "7")
        assert one.origin != two.origin

    @pytest.mark.parametrize("identity", ["", "x" * 65, None, True, "a\nb", ["1"], {"a": 1}])
    def test_without_a_proper_id_are_poison(self, identity: object) -> None:
        with pytest.raises(PoisonError):
            read(record(created(10, id=identity)))

    @pytest.mark.parametrize(
        ("phone", "problem"),
        [
            (None, "missing"),
            ("  ", "missing"),
            ("none of yours", "unreadable"),
            (190, "unreadable"),
        ],
    )
    def test_without_a_readable_phone_are_kept_with_the_reason(
        self, phone: object, problem: str
    ) -> None:
        found = read(record(created(10, telefone=phone)))

        assert (found.phone, found.phone_problem) == (None, problem)

    def test_have_too_long_texts_cut(self) -> None:
        found = read(record(created(10, nome="A" * 5000, regiao="B" * 5000)))

        assert (len(found.name), len(found.region)) == (120, 32)

    def test_may_have_no_name_and_region(self) -> None:
        found = read(record(created(10, nome=None, regiao=None)))

        assert (found.name, found.region) == ("", "")


class TestTheSettings:
    def test_say_which_columns_are_read(self, settings: Settings) -> None:
        settings.TELEVENDAS_SOURCES = {
            "other": {
                "key": "codigo",
                "name": "razao",
                "phone": "fone",
                "region": "uf",
                "version": "column",
                "version_column": "seq",
                "deleted": {"situacao": ["X", 0]},
            }
        }
        row = {"codigo": "9", "razao": "Ana", "fone": "1133334444", "uf": "SP", "seq": "12"}

        there = read(record({**row, "situacao": "A"}))
        left = read(record({**row, "situacao": 0}))

        assert (there.origin, there.phone, there.version) == (
            "other",
            "+551133334444",
            versions.of_number(12),
        )
        assert left.is_deleted

    def test_are_what_the_consumer_reads_by(self) -> None:
        sample = record(created(10), offset=3)

        message = Decoder(Televendas.takes, lambda _: "an-id").decode(sample)

        assert message is not None
        assert message.event == maria(at(10))
        assert isinstance(message.record, Record)
