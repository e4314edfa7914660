"""Dead letters in the admin: seen with their cause, edited by nobody, redriven by a few."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from messaging import deadletter_admin
from messaging.deadletters import key_hash
from messaging.models import ConsumerHalt, DeadLetter, RedriveRun
from messaging.testing import MemoryBroker
from messaging.tests.scratch.consumers.notes import Notes
from messaging.tests.scratch.events import SCRATCH
from messaging.tests.scratch.models import Entry

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, tzinfo=UTC)
LETTERS = "admin:messaging_deadletter_changelist"


def staff(*permissions: str) -> Client:
    user = User.objects.create_user("maria", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> MemoryBroker:
    """Give the admin a broker in memory instead of Kafka."""
    broker = MemoryBroker()
    broker.close = lambda: None  # type: ignore[attr-defined]
    monkeypatch.setattr(deadletter_admin, "KafkaSource", lambda: broker)
    monkeypatch.setattr(deadletter_admin, "KafkaLetterBox", broker.letter_box)
    return broker


def letter(broker: MemoryBroker) -> DeadLetter:
    record = broker.produce(SCRATCH.name, b'{"number": 7}', key=b"k")
    return DeadLetter.objects.create(
        consumer=Notes.name,
        topic=SCRATCH.name,
        topic_id=broker.topic_id(SCRATCH.name),
        partition=record.partition,
        offset=record.offset,
        key_hash=key_hash(b"k"),
        error_class="BugError",
        reason="BugError",
        recorded_at=NOW,
        died_at=NOW,
    )


class TestList:
    def test_shows_the_cause(self, broker: MemoryBroker) -> None:
        letter(broker)

        page = staff("view_deadletter").get(reverse(LETTERS))

        assert "BugError" in page.content.decode()


class TestRedrive:
    def act(self, client: Client, dead: DeadLetter) -> str:
        form = {"action": "redrive", "_selected_action": [dead.pk]}
        return client.post(reverse(LETTERS), form, follow=True).content.decode()

    def test_tries_the_letter_again_and_says_what_came_of_it(self, broker: MemoryBroker) -> None:
        dead = letter(broker)

        page = self.act(staff("view_deadletter", "change_deadletter"), dead)

        assert "1 applied" in page
        assert Entry.objects.get().number == 7
        assert RedriveRun.objects.get().actor == "maria"

    def test_is_not_for_those_who_may_only_look(self, broker: MemoryBroker) -> None:
        dead = letter(broker)

        self.act(staff("view_deadletter"), dead)

        assert not Entry.objects.exists()


class TestForgive:
    def test_lets_a_halted_consumer_start_with_its_full_limits(self) -> None:
        halt = ConsumerHalt.objects.create(consumer="c", reason="r", halted_at=NOW)
        client = staff("view_consumerhalt", "change_consumerhalt")

        form = {"action": "forgive", "_selected_action": [halt.pk]}
        client.post(reverse("admin:messaging_consumerhalt_changelist"), form)

        assert not ConsumerHalt.objects.exists()


class TestEveryPage:
    @pytest.mark.parametrize(
        "model", ["deadletter", "parkedrecord", "redriverun", "consumerhalt", "groupstart"]
    )
    def test_opens_for_who_may_look_and_offers_no_edit(self, model: str) -> None:
        client = staff(f"view_{model}")

        listed = client.get(reverse(f"admin:messaging_{model}_changelist"))
        added = client.get(reverse(f"admin:messaging_{model}_add"))

        assert (listed.status_code, added.status_code) == (200, 403)
