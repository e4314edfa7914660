"""Reading a person: every fault at once, and no card's number in any text."""

import pytest

from orders.services.persons import FIELDS, InvalidPersonError, read_person

_TYPED = {
    "name": " Maria  Silva ",
    "phone": "(11) 98765-4321",
    "email": "Maria@Example.com",
    "document": "529.982.247-25",
    "address": "Rua das Flores, 10",
    "region": "sp",
}


class TestReadPerson:
    def test_brings_every_field_into_one_form(self) -> None:
        person = read_person(_TYPED)

        assert [getattr(person, name) for name in FIELDS] == [
            "Maria Silva",
            "+5511987654321",
            "maria@example.com",
            "52998224725",
            "Rua das Flores, 10",
            "SP",
        ]

    def test_names_every_fault(self) -> None:
        wrong = {**_TYPED, "name": "", "phone": "12", "region": "ZZ"}

        with pytest.raises(InvalidPersonError) as raised:
            read_person(wrong)

        assert raised.value.faults == {"name": "missing", "phone": "phone", "region": "region"}
        assert "12" not in str(raised.value)

    def test_leaves_out_what_a_door_does_not_need(self) -> None:
        person = read_person({**_TYPED, "document": " "}, optional=frozenset({"document"}))

        assert person.document == ""

    def test_finds_a_cards_number_in_a_text(self) -> None:
        wrong = {**_TYPED, "address": "Rua 5105 1051 0510 5100"}

        with pytest.raises(InvalidPersonError) as raised:
            read_person(wrong, card_number="5105105105105100")

        assert raised.value.faults == {"address": "number"}
