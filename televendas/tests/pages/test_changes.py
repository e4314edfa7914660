"""What changed is given once asked for: rows in place, newcomers beside the list."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from televendas.models import AuditLine, Customer
from televendas.tests.kit import NOON, customer

pytestmark = pytest.mark.django_db(databases=["default", "televendas"])


def ask(client: Client, since: object, *people: str) -> tuple[int, str]:
    form = {"since": str(since), "person": list(people)}
    answer = client.post(reverse("televendas:changes"), form)
    return answer.status_code, answer.content.decode()


def since(client: Client) -> str:
    return str(client.get(reverse("televendas:customers")).context["news"].since)


class TestChanges:
    def test_say_nothing_when_nothing_changed(self, agents_client: Client) -> None:
        maria = customer()

        assert ask(agents_client, NOON - timedelta(minutes=1), maria.person) == (204, "")
        assert not AuditLine.objects.exists()

    def test_bring_a_newcomer_and_a_row_that_changed(self, agents_client: Client) -> None:
        maria = customer("Maria")
        beginning = since(agents_client)
        AuditLine.objects.all().delete()
        later = NOON + timedelta(seconds=1)
        Customer.objects.filter(pk=maria.pk).update(name="Maria Lima", changed_at=later)
        ana = customer("Ana", first_seen_at=later)

        status, text = ask(agents_client, beginning, maria.person)

        assert status == 200
        assert f'id="c-{maria.person}"' in text
        assert "Maria Lima" in text
        assert f'data-arrival="{ana.person}"' in text
        seen = AuditLine.objects.get().details
        assert set(seen["people"]) >= {maria.person, ana.person}
        assert seen["live"] is True

    def test_take_the_name_of_somebody_erased_off_the_page(self, agents_client: Client) -> None:
        maria = customer("Maria")
        beginning = since(agents_client)
        Customer.objects.filter(pk=maria.pk).update(
            state=Customer.State.ERASED, name="", phone=None, changed_at=NOON, first_seen_at=None
        )

        _, text = ask(agents_client, beginning, maria.person)

        assert "No longer a customer" in text
        assert "Maria" not in text

    def test_take_an_erased_newcomer_off_the_page_too(self, agents_client: Client) -> None:
        maria = customer("Maria")
        beginning = since(agents_client)
        Customer.objects.filter(pk=maria.pk).update(
            state=Customer.State.ERASED, name="", phone=None, changed_at=NOON, first_seen_at=None
        )

        answer = agents_client.post(
            reverse("televendas:changes"), {"since": beginning, "arrival": maria.person}
        )

        assert answer.status_code == 200
        assert "Nobody yet" in answer.content.decode()

    @pytest.mark.parametrize("nonsense", ["", "yesterday", "2026-99-99T00:00:00Z", "2026-11-18"])
    def test_take_a_wrong_moment_for_now(self, agents_client: Client, nonsense: str) -> None:
        assert ask(agents_client, nonsense, "x", "0" * 32) == (204, "")
