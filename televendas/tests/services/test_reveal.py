"""A phone is shown with a reason, within the limit, and never without a line in the audit."""

from datetime import timedelta
from typing import Any

import pytest

from televendas.domain.calling import Obstacle
from televendas.models import AuditLine, Customer, RevealQuota
from televendas.services.reveal import (
    QuotaSpentError,
    UnableToRevealError,
    left_today,
    reveal_phone,
)
from televendas.tests.kit import ANA, BIA, NOON, customer, opted_out

pytestmark = pytest.mark.django_db(databases=["default", "televendas"])


def reveal(person: str, actor: Any = ANA, now: Any = NOON) -> str:
    return reveal_phone(actor=actor, person=person, reason="call", now=now).phone


class TestRevealPhone:
    def test_shows_the_phone_and_writes_who_whose_when_and_why(self) -> None:
        maria = customer(phone="+5511987654321")

        revealed = reveal_phone(actor=ANA, person=maria.person, reason="call", now=NOON)

        line = AuditLine.objects.get()
        assert revealed.phone == "+5511987654321"
        assert (line.action, line.person, line.reason) == ("reveal", maria.person, "call")
        assert (line.actor_id, line.actor_name, line.at) == (ANA.id, "ana", NOON)
        assert "98765" not in f"{line.details}{line.reason}"

    def test_stops_at_the_days_limit_for_this_agent_alone(self, settings: Any) -> None:
        settings.TELEVENDAS_REVEALS_PER_DAY = 2
        people = [customer().person for _ in range(3)]
        reveal(people[0])
        reveal(people[1])

        with pytest.raises(QuotaSpentError):
            reveal(people[2])

        assert left_today(ANA, NOON) == 0
        assert reveal(people[2], actor=BIA)
        assert AuditLine.objects.filter(actor_id=ANA.id).count() == 2

    def test_counts_the_same_person_once_a_day_but_writes_every_look(self, settings: Any) -> None:
        settings.TELEVENDAS_REVEALS_PER_DAY = 1
        person = customer().person

        reveal(person)
        reveal(person)

        assert AuditLine.objects.count() == 2
        assert RevealQuota.objects.get().used == 1

    def test_begins_anew_with_the_business_day(self, settings: Any) -> None:
        settings.TELEVENDAS_REVEALS_PER_DAY = 1
        reveal(customer().person)
        # Midnight in Sao Paulo is three in the morning in UTC.
        with pytest.raises(QuotaSpentError):
            reveal(customer().person, now=NOON + timedelta(hours=11, minutes=59))

        assert reveal(customer().person, now=NOON + timedelta(hours=12))

    @pytest.mark.parametrize(
        ("fields", "obstacle"),
        [
            ({"phone": None, "phone_problem": "withheld"}, Obstacle.WITHHELD),
            ({"phone": None, "phone_problem": "unreadable"}, Obstacle.UNREADABLE),
            ({"state": Customer.State.DELETED, "phone": None}, Obstacle.GONE),
        ],
    )
    def test_refuses_where_there_is_none(self, fields: Any, obstacle: Obstacle) -> None:
        with pytest.raises(UnableToRevealError) as refused:
            reveal(customer(**fields).person)

        assert refused.value.verdict.obstacle is obstacle
        assert left_today(ANA, NOON) == 100

    def test_refuses_who_opted_out(self) -> None:
        maria = customer()
        opted_out(str(maria.phone))

        with pytest.raises(UnableToRevealError):
            reveal(maria.person)

    def test_refuses_who_is_unknown(self) -> None:
        with pytest.raises(UnableToRevealError):
            reveal("0" * 32)
