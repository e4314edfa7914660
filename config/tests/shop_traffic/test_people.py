"""Invented buyers are people whom the shop takes."""

from random import Random

import pytest

from config.shop_traffic.people import document, invent
from orders.domain.customers import document_of, email_of, region_of


class TestDocument:
    @pytest.mark.parametrize("seed", range(50))
    def test_has_the_digits_that_check_it(self, seed: int) -> None:
        made = document(Random(seed))

        assert document_of(made) == made


@pytest.mark.django_db
class TestInvent:
    def test_makes_people_with_cards_that_the_shop_takes(self) -> None:
        buyers = invent(20, Random(1), "run")

        for buyer in buyers:
            told = buyer.customer
            assert email_of(told["email"])
            assert region_of(told["region"])
        assert len({buyer.card["number"] for buyer in buyers}) == 20

    def test_makes_the_same_people_of_the_same_seed(self) -> None:
        first, second = (invent(3, Random(5), "run") for _ in range(2))

        assert [each.customer for each in first] == [each.customer for each in second]
