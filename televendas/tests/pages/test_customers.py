"""The list shows who may be called and why the others may not; that it was read is written down."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import travel

from televendas.models import AuditLine, Customer
from televendas.selectors_list import Count
from televendas.services import calls
from televendas.tests.kit import BIA, NOON, customer, opted_out

pytestmark = pytest.mark.django_db(databases=["default", "televendas"])
LIST = reverse("televendas:customers")


def names(client: Client, **query: str) -> list[str]:
    """Return the names on the page that the query asks for, in their order."""
    return [row.name for row in client.get(LIST, query).context["rows"]]


def text(client: Client, **query: str) -> str:
    return client.get(LIST, query).content.decode()


class TestList:
    def test_masks_every_phone(self, agents_client: Client) -> None:
        customer("Maria", phone="+5511987654321")

        page = text(agents_client)

        assert "•••••-••21" in page
        assert "98765" not in page

    def test_shows_who_may_be_called_and_says_why_others_may_not(
        self, agents_client: Client
    ) -> None:
        customer("Ana")
        opted_out(str(customer("Bruno").phone))
        customer("Carla", phone=None, phone_problem="withheld")
        customer("Davi", phone=None, phone_problem="unreadable")
        calls.take(actor=BIA, person=customer("Elisa").person, now=NOON)

        assert names(agents_client) == ["Ana"]
        assert names(agents_client, show="barred") == ["Bruno", "Carla", "Davi", "Elisa"]
        assert len(names(agents_client, show="all")) == 5
        barred = text(agents_client, show="barred")
        for reason in (
            "Opted out since 11/18/2026",
            "Phone withheld",
            "Not a phone number",
            "With another agent",
        ):
            assert reason in barred

    def test_says_from_when_calls_may_be_made_out_of_hours(self, agents_client: Client) -> None:
        customer("Ana")

        with travel(NOON + timedelta(days=4), tick=False):
            page = text(agents_client)

        assert "No calls now, from Mon 11/23 09:00" in page
        assert "Ana" in page

    def test_filters_by_region_and_the_beginning_of_the_name(self, agents_client: Client) -> None:
        customer("Maria Souza", region="SE")
        customer("Mario Lima", region="S")
        customer("Ana Maria", region="S")

        assert names(agents_client, q="mari") == ["Maria Souza", "Mario Lima"]
        assert names(agents_client, region="S") == ["Ana Maria", "Mario Lima"]
        assert names(agents_client, q="mari", region="S") == ["Mario Lima"]
        assert names(agents_client, q="%") == []

    def test_names_regions_by_their_label(self, agents_client: Client) -> None:
        customer(region="SE")

        assert "Sudeste" in text(agents_client)

    def test_leaves_out_who_is_gone(self, agents_client: Client) -> None:
        customer("Ana", state=Customer.State.DELETED)

        assert names(agents_client, show="all") == []
        assert "No customers yet" in text(agents_client)

    @pytest.mark.parametrize("sort", ["name", "-name", "-changed"])
    def test_pages_forth_and_back_over_equal_names(self, agents_client: Client, sort: str) -> None:
        for number in range(120):
            customer(f"Nome {number // 50}")
        seen: list[str] = []
        pages = []
        place: dict[str, str] = {}
        while True:
            answer = agents_client.get(LIST, {"sort": sort, **place}).context
            pages.append([row.person for row in answer["rows"]])
            seen += pages[-1]
            if not answer["page"].after:
                break
            place = {"after": answer["page"].after}

        assert len(seen) == len(set(seen)) == 120
        back = agents_client.get(LIST, {"sort": sort, "before": pages[2][0]}).context
        assert [row.person for row in back["rows"]] == pages[1]
        assert back["page"].before
        first = agents_client.get(LIST, {"sort": sort, "before": pages[1][0]}).context
        assert [row.person for row in first["rows"]] == pages[0]
        assert first["page"].before is None

    def test_counts_exactly_while_they_are_few(self, agents_client: Client) -> None:
        for _ in range(60):
            customer()
        opted_out(str(customer().phone))
        assert agents_client.get(LIST).context["count"] == Count(60, is_exact=True)

        for _ in range(400):
            customer()

        assert "at least 399" in text(agents_client)
        assert agents_client.get(LIST, {"show": "all"}).context["count"] == Count(461, True)

    def test_begins_anew_when_the_place_is_gone(self, agents_client: Client) -> None:
        customer("Ana")

        assert names(agents_client, after="0" * 32) == ["Ana"]

    @pytest.mark.parametrize(
        "query", [{"show": "x"}, {"sort": "phone"}, {"after": "'"}, {"q": "\x00\ud800"[:1]}]
    )
    def test_takes_nonsense_as_nothing(self, agents_client: Client, query: dict[str, str]) -> None:
        customer("Ana")

        assert names(agents_client, **query) == ["Ana"]

    def test_is_kept_nowhere(self, agents_client: Client) -> None:
        assert "no-store" in agents_client.get(LIST)["Cache-Control"]


class TestAudit:
    def test_has_who_whose_and_when_of_a_list_but_no_name(self, agents_client: Client) -> None:
        maria = customer("Maria Souza")

        agents_client.get(LIST, {"q": "Maria"})

        line = AuditLine.objects.get()
        assert (line.action, line.actor_name, line.at) == ("list", "agente", NOON)
        assert line.details["people"] == [maria.person]
        assert line.details["searched"] is True
        assert "Maria" not in str(line.details)


class TestSheet:
    def test_needs_a_reason(self, agents_client: Client) -> None:
        answer = agents_client.post(reverse("televendas:sheet"))

        assert answer.status_code == 302
        assert not AuditLine.objects.exists()
        assert agents_client.get(reverse("televendas:sheet")).status_code == 405

    def test_has_masked_phones_and_its_lines_in_the_audit(self, agents_client: Client) -> None:
        maria = customer("=Maria", phone="+5511987654321")
        customer("Ana", region="S")

        answer: Any = agents_client.post(
            reverse("televendas:sheet"), {"reason": "check", "region": "SE"}
        )
        lines = b"".join(answer.streaming_content).decode().splitlines()

        assert lines[0].startswith("name,region,phone,may_call")
        assert lines[1].startswith("'=Maria,SE,•••••-••21,yes")
        assert len(lines) == 2
        asked, given = AuditLine.objects.order_by("id")
        assert (asked.action, asked.reason, asked.details["region"]) == ("export", "check", "SE")
        assert given.details["people"] == [maria.person]
        assert asked.details["export"] == given.details["export"]

    def test_is_in_the_audit_before_its_first_byte(self, agents_client: Client) -> None:
        customer()

        agents_client.post(reverse("televendas:sheet"), {"reason": "check"})

        assert AuditLine.objects.filter(action="export").count() == 1
