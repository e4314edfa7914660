"""The commands by which a person's rights are served."""

import json
import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings as current
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from messaging.housekeeping import keep_house
from televendas.domain.identity import person_hash
from televendas.models import AuditLine, Customer, Erasure, Snapshot
from televendas.tests.kit import customer

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def said(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_erase_person_erases_says_so_and_is_known_by_name() -> None:
    customer("Maria", customer_id="c-1")

    out = said("erase_person", "shop", "c-1", "--reason", "ticket 12", "--yes")

    assert "is erased and is kept out for good" in out
    assert "Maria" not in out
    assert Customer.objects.get().state == "erased"
    line = AuditLine.objects.get(action="erase")
    assert line.actor_name.startswith("erase_person by ")
    assert line.person == person_hash(current.TELEVENDAS_KEY, "shop", "c-1")


def test_erase_person_asks_first(monkeypatch: pytest.MonkeyPatch) -> None:
    customer("Maria", customer_id="c-1")
    monkeypatch.setattr("builtins.input", lambda _question: "c-2")

    with pytest.raises(CommandError, match="nothing was erased"):
        said("erase_person", "shop", "c-1", "--reason", "ticket 12")

    assert Customer.objects.get().state == "present"


def test_a_source_that_nobody_declared_is_refused() -> None:
    with pytest.raises(CommandError, match="invalid choice: 'shopp'"):
        said("erase_person", "shopp", "c-1", "--reason", "ticket 12", "--yes")


def test_person_report_for_people_and_for_machines() -> None:
    customer("Maria", customer_id="c-1")

    text = said("person_report", "shop", "c-1")
    found = json.loads(said("person_report", "shop", "c-1", "--json"))

    assert "name: Maria" in text
    assert "calls: none" in text
    assert found["held"]["name"] == "Maria"
    assert [each["action"] for each in found["audit"]] == ["report", "report"]


def test_purge_counts_first_and_then_forgets() -> None:
    long_ago = timezone.now().date() - timedelta(days=2)
    customer("Maria", retain_until=long_ago)
    customer("Ana", retain_until=timezone.now().date() + timedelta(days=2))

    assert said("purge_televendas", "--dry-run").startswith("1 people would go")
    assert said("purge_televendas").startswith("1 people are forgotten")
    assert list(Customer.objects.filter(state="present").values_list("name", flat=True)) == ["Ana"]


def test_sweep_says_when_there_is_nothing_to_do() -> None:
    assert said("sweep_televendas") == "No snapshot waits.\n"


def test_housekeeping_purges_and_goes_on_when_the_broker_is_away(
    settings: Settings,
) -> None:
    settings.KAFKA_BOOTSTRAP_SERVERS = "127.0.0.1:1"
    now = timezone.now()
    customer("Maria", retain_until=now.date() - timedelta(days=2))
    Snapshot.objects.create(source="shop", version="9", ended_at=now, ends={"0": 1})

    keep_house(threading.Event())

    assert Customer.objects.get().state == "deleted"
    assert Erasure.objects.get().cause == "purge"
    assert Snapshot.objects.get().swept_at is None
    assert "televendas.televendas_customer: until the day in retain_until" in said(
        "housekeeping", "--list"
    )
