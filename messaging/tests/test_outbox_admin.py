"""The outbox in the admin: everything is seen but the payload, nothing is edited."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from messaging.models import OutboxMessage

pytestmark = pytest.mark.django_db
LIST = "admin:messaging_outboxmessage_changelist"
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def row(**values: Any) -> OutboxMessage:
    given = {"topic": "t", "key": "k", "event_id": "e", "headers": "{}", "created_at": NOW}
    return OutboxMessage.objects.create(**(given | values))


def staff(*permissions: str) -> Client:
    user = User.objects.create_user("staff", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def try_again(client: Client, *rows: OutboxMessage) -> Any:
    chosen = {"action": "try_again", "_selected_action": [each.id for each in rows]}
    return client.post(reverse(LIST), chosen, follow=True)


class TestList:
    def test_shows_state_and_place(self) -> None:
        row(event_id="waiting-one")
        row(event_id="sent-one", sent_at=NOW, partition=3, offset=44)

        page = staff("view_outboxmessage").get(reverse(LIST)).content.decode()

        assert "waiting-one" in page
        assert "3 @ 44" in page

    @pytest.mark.parametrize(
        ("state", "shown"), [("waiting", "event-w"), ("aside", "event-a"), ("sent", "event-s")]
    )
    def test_filters_by_state(self, state: str, shown: str) -> None:
        row(event_id="event-w")
        row(event_id="event-s", sent_at=NOW)
        row(event_id="event-a", set_aside_at=NOW, reason="too_large")

        page = staff("view_outboxmessage").get(reverse(LIST), {"state": state}).content.decode()

        found = {each for each in ("event-w", "event-a", "event-s") if each in page}
        assert found == {shown}


class TestDetail:
    def test_does_not_show_the_payload(self) -> None:
        one = row(payload=b"personal-data")

        address = reverse("admin:messaging_outboxmessage_change", args=[one.id])
        page = staff("view_outboxmessage").get(address)

        assert page.status_code == 200
        assert b"personal-data" not in page.content


class TestTryAgain:
    def test_releases_the_row_and_what_waits_behind_it(self) -> None:
        head = row(set_aside_at=NOW, reason="too_large")
        row(set_aside_at=NOW, reason="waits")
        other = row(key="other", set_aside_at=NOW, reason="too_large")

        page = try_again(staff("view_outboxmessage", "change_outboxmessage"), head)

        assert "2 rows will be tried again." in page.content.decode()
        aside = OutboxMessage.objects.exclude(set_aside_at=None)
        assert list(aside) == [other]

    def test_is_not_for_those_who_may_only_look(self) -> None:
        head = row(set_aside_at=NOW, reason="too_large")

        try_again(staff("view_outboxmessage"), head)

        head.refresh_from_db()
        assert head.set_aside_at == NOW
