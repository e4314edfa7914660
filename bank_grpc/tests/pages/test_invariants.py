"""`/bank/invariants/`: for staff alone; red is told with its ids, and since when."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from bank_grpc.models import InvariantResult
from bank_grpc.services.invariants.check import INVARIANTS
from bank_grpc.tests.services.kit import NOW

pytestmark = pytest.mark.django_db
PATH = "/bank/invariants/"


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    return client


def kept(name: str, **changes: Any) -> None:
    values: dict[str, Any] = {"broken": 0, "examples": [], "checked_at": NOW, "seconds": 0.1}
    InvariantResult.objects.create(name=name, **(values | changes))


def test_nobody_else_sees_it(client: Client) -> None:
    assert client.get(PATH).status_code == 302
    client.force_login(User.objects.create_user("holder"))
    assert client.get(PATH).status_code == 403


def test_says_that_nothing_was_checked_yet(staff: Client) -> None:
    answer = staff.get(PATH)

    assert "Not checked yet" in answer.content.decode()
    assert len(answer.context["rows"]) == len(INVARIANTS)


def test_all_hold(staff: Client) -> None:
    for each in INVARIANTS:
        kept(each.name)

    assert "All hold" in staff.get(PATH).content.decode()


def test_what_is_broken_comes_first_with_its_ids(staff: Client) -> None:
    kept("invoices_sum_to_lines", broken=2, examples=["card-x", "card-y"], red_since=NOW)

    answer = staff.get(PATH)

    assert answer.context["rows"][0]["name"] == "invoices_sum_to_lines"
    assert "card-y" in answer.content.decode()


def test_staff_find_the_way_from_the_cards(staff: Client) -> None:
    assert PATH in staff.get("/bank/").content.decode()


def test_portuguese_says_it_too(staff: Client) -> None:
    kept("invoices_sum_to_lines", broken=2, examples=["card-x"], red_since=NOW)

    said = staff.get(PATH, headers={"accept-language": "pt-BR"}).content.decode()

    assert "Quebradas: 1" in said
    assert "Cada fatura fechada é a soma das suas linhas." in said
