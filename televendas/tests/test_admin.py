"""The administration shows telesales to its agents and to staff: masked, audited, never edited."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from televendas.models import (
    AuditLine,
    CallClaim,
    CallOutcome,
    Erasure,
    OptOut,
    Snapshot,
    TelesalesDeadLetter,
    TelesalesHalt,
)
from televendas.tests.kit import NOON, agent, customer, opted_out

pytestmark = pytest.mark.django_db(databases=["default", "televendas"])
MODELS = (
    *("customer", "auditline", "optout", "callclaim", "calloutcome"),
    *("erasure", "snapshot", "telesalesdeadletter", "telesaleshalt"),
)


def page(model: str, name: str = "changelist", *args: object) -> str:
    return reverse(f"admin:televendas_{model}_{name}", args=args)


@pytest.fixture
def agents_client(client: Client) -> Client:
    client.force_login(agent())
    return client


@pytest.fixture
def full() -> dict[str, Any]:
    """Give one row of each model, by its name."""
    maria = customer("Maria Souza", phone="+5511987654321")
    letter = {
        "consumer": "televendas",
        "topic": "customers",
        "topic_id": "x",
        "partition": 0,
        "offset": 7,
        "key_hash": "k",
        "error_class": "PoisonError",
        "reason": "bad_shape",
        "recorded_at": NOON,
        "died_at": NOON,
    }
    return {
        "customer": maria,
        "auditline": AuditLine.objects.create(at=NOON, actor_name="ana", action="list"),
        "optout": opted_out("+5511911112222"),
        "callclaim": CallClaim.objects.create(
            person=maria.person, agent_id=1, claimed_at=NOON, expires_at=NOON
        ),
        "calloutcome": CallOutcome.objects.create(
            person=maria.person, agent_id=1, outcome="sold", at=NOON
        ),
        "erasure": Erasure.objects.create(
            person="0" * 32, cause="event", requested_at=NOON, unreadable_at=NOON
        ),
        "snapshot": Snapshot.objects.create(source="shop", version="1", ended_at=NOON, ends={}),
        "telesalesdeadletter": TelesalesDeadLetter.objects.create(**letter),
        "telesaleshalt": TelesalesHalt.objects.create(
            consumer="televendas", reason="too many", halted_at=NOON
        ),
    }


class TestLists:
    @pytest.mark.parametrize("model", MODELS)
    def test_show_and_search_but_never_edit(
        self, agents_client: Client, full: dict[str, Any], model: str
    ) -> None:
        shown = agents_client.get(page(model)).content.decode()
        one = agents_client.get(page(model, "change", full[model].pk))

        assert reverse("admin:index") in shown
        assert agents_client.get(page(model), {"q": "1"}).status_code == 200
        assert one.status_code == 200
        assert "98765" not in shown + one.content.decode()
        assert agents_client.get(page(model, "add")).status_code == 403
        assert agents_client.post(page(model, "change", full[model].pk)).status_code == 403
        assert agents_client.get(page(model, "delete", full[model].pk)).status_code == 403

    def test_are_all_there_are(self) -> None:
        unregistered = {"callturn", "queuemark", "revealquota"}

        names = {model._meta.model_name for model in apps.get_app_config("televendas").get_models()}
        assert names - unregistered == set(MODELS)

    def test_of_customers_are_audited(self, agents_client: Client, full: dict[str, Any]) -> None:
        AuditLine.objects.all().delete()

        agents_client.get(page("customer"), {"q": "Maria"})
        agents_client.get(page("customer", "change", full["customer"].pk))

        people = [line.details["people"] for line in AuditLine.objects.all()]
        assert people == [[full["customer"].pk]] * 2
        assert "Maria" not in str(list(AuditLine.objects.values()))


class TestOptOuts:
    def test_are_taken_back_by_who_may_delete_and_that_is_audited(
        self, admin_client: Client, full: dict[str, Any]
    ) -> None:
        hashed = full["optout"].pk

        admin_client.post(page("optout", "delete", hashed), {"post": "yes"})

        assert not OptOut.objects.exists()
        assert AuditLine.objects.get(action="opt_in").details == {"phone_hash": hashed}
        assert LogEntry.objects.get().object_id == hashed


class TestDeadLetters:
    def test_are_redriven_by_who_may_change_them_alone(
        self, agents_client: Client, full: dict[str, Any]
    ) -> None:
        form = {"action": "redrive", "_selected_action": [full["telesalesdeadletter"].pk]}

        agents_client.post(page("telesalesdeadletter"), form)

        assert TelesalesDeadLetter.objects.get().redrives == 0

    def test_live_in_their_own_database(self, full: dict[str, Any]) -> None:
        assert TelesalesDeadLetter.objects.db == "televendas"
        assert TelesalesDeadLetter.objects.get().died_at < timezone.now()

    def test_of_a_halt_are_forgiven(self, admin_client: Client, full: dict[str, Any]) -> None:
        form = {"action": "forgive", "_selected_action": ["televendas"]}

        admin_client.post(page("telesaleshalt"), form)

        assert not TelesalesHalt.objects.exists()
