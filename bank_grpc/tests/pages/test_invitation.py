"""A holder chooses a login by an invitation: which passwords are none, and that it works once."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from bank_grpc.services import holders
from bank_grpc.tests.services.kit import issued

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def path(db: None) -> str:
    return f"/bank/invitation/{holders.invite(issued().card_id, now=timezone.now())}/"


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("ana.souza.lima", "ana.souza.lima"),
        ("ana.souza.lima", "Ana.Souza.Lima1"),
        ("ana", "password"),
        ("ana", "91827364556"),
        ("ana", "k3#x"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused_and_spends_nothing(
    path: str, name: str, password: str
) -> None:
    client = Client()

    refused = client.post(path, {"username": name, "password": password})

    assert refused.status_code == 422
    assert "password" in refused.context["form"].errors
    assert not User.objects.exists()
    assert client.get(path).status_code == 200


def test_works_once(path: str) -> None:
    login = {"username": "ana", "password": "four plain words here"}

    assert Client().post(path, login).status_code == 302

    assert Client().get(path).status_code == 404
    assert Client().post(path, {**login, "username": "eva"}).status_code == 404
    assert User.objects.count() == 1
