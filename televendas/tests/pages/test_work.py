"""An agent takes a call, reveals the phone, and says how it ended."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import travel

from televendas.models import CallClaim, CallOutcome, OptOut
from televendas.services import calls
from televendas.tests.kit import BIA, NOON, customer

pytestmark = pytest.mark.django_db(databases=["default", "televendas"])
CALL = reverse("televendas:call")


def follow(client: Client, name: str, *args: str, **form: str) -> str:
    """Post to the view of that name and return the page that it leads to."""
    answer = client.post(reverse(f"televendas:{name}", args=args), form, follow=True)
    return answer.content.decode()


class TestWork:
    def test_goes_from_call_to_call(self, agents_client: Client) -> None:
        maria = customer("Maria")
        assert "No call in hand" in agents_client.get(CALL).content.decode()

        page = follow(agents_client, "next")
        assert "Maria" in page
        assert "yours until 12:15" in page

        page = follow(agents_client, "outcome", maria.person, outcome="sold")
        assert "Kept: sold." in page
        assert CallOutcome.objects.get().person == maria.person
        assert "Nobody is due" in follow(agents_client, "next")

    def test_reveals_in_place(self, agents_client: Client) -> None:
        maria = customer(phone="+5511987654321")
        follow(agents_client, "next")

        part = agents_client.post(
            reverse("televendas:person", args=[maria.person]),
            {"reason": "call", "from": "call"},
            HTTP_HX_REQUEST="true",
        ).content.decode()

        assert 'href="tel:+5511987654321"' in part
        assert "Go to the call in hand" not in part

    def test_asks_when_to_call_back(self, agents_client: Client) -> None:
        maria = customer()
        follow(agents_client, "next")

        for given, complaint in [
            ("", "Say when to call back."),
            ("2026-11-18T11:59", "Choose a time within the next 60 days."),
            ("soon", "Enter a valid date/time."),
        ]:
            page = follow(
                agents_client, "outcome", maria.person, outcome="call_back", call_back_at=given
            )
            assert complaint in page
        follow(
            agents_client,
            "outcome",
            maria.person,
            outcome="call_back",
            call_back_at="2026-11-19T10:30",
        )

        assert CallOutcome.objects.get().call_back_at == NOON + timedelta(hours=22.5)

    def test_opts_out_at_once(self, agents_client: Client) -> None:
        maria = customer()
        follow(agents_client, "next")

        page = follow(agents_client, "outcome", maria.person, outcome="do_not_call")

        assert "nobody calls this phone again" in page
        assert OptOut.objects.count() == 1

    def test_puts_back(self, agents_client: Client) -> None:
        customer()
        follow(agents_client, "next")

        assert "back in the queue" in follow(agents_client, "put-back")
        assert not CallClaim.objects.exists()

    def test_says_when_out_of_hours(self, agents_client: Client) -> None:
        customer()

        with travel(NOON + timedelta(hours=10), tick=False):
            page = follow(agents_client, "next")

        assert "From Thu 11/19 09:00" in page

    def test_takes_a_chosen_customer_unless_somebody_has(self, agents_client: Client) -> None:
        maria, ana = customer("Maria"), customer("Ana")
        calls.take(actor=BIA, person=ana.person, now=NOON)

        assert "Maria" in follow(agents_client, "take", maria.person)
        assert "With another agent" in follow(agents_client, "take", ana.person)

    def test_keeps_no_outcome_of_somebody_elses_call(self, agents_client: Client) -> None:
        ana = customer()
        calls.take(actor=BIA, person=ana.person, now=NOON)

        page = follow(agents_client, "outcome", ana.person, outcome="sold")

        assert "no longer yours" in page
        assert not CallOutcome.objects.exists()
