"""The bank's people are complete, and nobody's."""

from random import Random

from config.banco1 import people


def expected_digit(digits: list[int]) -> int:
    weighted = sum(each * weight for each, weight in zip(digits, range(10, 1, -1), strict=True))
    rest = weighted % 11
    return 0 if rest < 2 else 11 - rest


class TestInvent:
    def test_fills_every_column(self) -> None:
        for seed in range(50):
            columns = people.invent(Random(seed)).columns

            assert all(value is not None for value in columns.values())
            assert columns["email"].endswith("@banco1.example")

    def test_shows_no_more_than_telesales_may_see_in_its_repr(self) -> None:
        person = people.invent(Random(1))

        assert person.cpf not in repr(person)
        assert person.email not in repr(person)
        assert person.endereco not in repr(person)


class TestCpf:
    def test_has_the_form_and_never_the_check_digit(self) -> None:
        for seed in range(500):
            text = people.cpf(Random(seed))
            digits = [int(each) for each in text if each.isdigit()]

            assert len(text) == 14
            assert len(digits) == 11
            assert digits[9] != expected_digit(digits[:9])
