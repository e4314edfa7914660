"""A phone is shown for a reason; everything else says why not."""

import pytest
from django.test import Client
from django.urls import reverse

from televendas.models import AuditLine
from televendas.tests.kit import customer, opted_out

pytestmark = pytest.mark.django_db(databases=["default", "televendas"])


def address(person: str) -> str:
    return reverse("televendas:person", args=[person])


class TestReveal:
    def test_shows_the_phone_as_a_link_that_dials(self, agents_client: Client) -> None:
        maria = customer(phone="+5511987654321")
        assert "98765" not in agents_client.get(address(maria.person)).content.decode()

        page = agents_client.post(address(maria.person), {"reason": "call"}).content.decode()

        assert 'href="tel:+5511987654321"' in page
        assert "+55 11 98765-4321" in page
        assert "99 of 100" in page

    def test_gives_a_script_the_part_alone(self, agents_client: Client) -> None:
        page = agents_client.get(address(customer().person), HTTP_HX_REQUEST="true")

        assert b"<html" not in page.content
        assert b"data-customer" in page.content

    @pytest.mark.parametrize(
        "form",
        [
            {},
            {"reason": "because"},
            {"reason": "other"},
            {"reason": "other", "note": "it is 11 98765-4321"},
        ],
    )
    def test_needs_a_reason_that_says_something(
        self, agents_client: Client, form: dict[str, str]
    ) -> None:
        maria = customer(phone="+5511987654321")

        page = agents_client.post(address(maria.person), form).content.decode()

        assert "field-error" in page
        assert "tel:" not in page
        assert not AuditLine.objects.filter(action="reveal").exists()

    def test_keeps_the_note(self, agents_client: Client) -> None:
        maria = customer()

        agents_client.post(address(maria.person), {"reason": "other", "note": "asked by mail"})

        assert AuditLine.objects.get(action="reveal").reason == "other: asked by mail"

    def test_says_that_the_day_is_used_up(self, agents_client: Client, settings: object) -> None:
        settings.TELEVENDAS_REVEALS_PER_DAY = 0  # type: ignore[attr-defined]

        page = agents_client.post(address(customer().person), {"reason": "call"}).content.decode()

        assert "The day&#x27;s phones are used up" in page
        assert "tel:" not in page

    def test_does_not_offer_a_phone_that_is_barred(self, agents_client: Client) -> None:
        maria = customer()
        opted_out(str(maria.phone))

        page = agents_client.get(address(maria.person)).content.decode()
        asked = agents_client.post(address(maria.person), {"reason": "call"}).content.decode()

        assert "This phone is not shown." in page
        assert "Opted out since" in asked
        assert "tel:" not in asked

    def test_knows_nobody_else(self, agents_client: Client) -> None:
        assert agents_client.get(address("0" * 32)).status_code == 404

    def test_is_a_read_that_is_written_down(self, agents_client: Client) -> None:
        maria = customer()

        agents_client.get(address(maria.person))

        assert AuditLine.objects.get().details["people"] == [maria.person]
