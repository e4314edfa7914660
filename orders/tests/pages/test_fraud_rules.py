"""`/fraud/rules/`: the rules in words, new sets as shadows, and what they would have cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from orders.domain.states import State
from orders.models import FraudRuleSet, Order
from orders.services import rulesets
from orders.tests.kit import NOW
from orders.tests.services.fraud_kit import burst, judged

pytestmark = pytest.mark.django_db
PATH = "/fraud/rules/"


def strict() -> str:
    """Return rules that stop every order of a burst from the second on."""
    text = rulesets.shipped("default").replace("2026-11-1", "strict")
    return text.replace('"at_least": 6, "points": 50', '"at_least": 2, "points": 100')


def add(staff: Client, text: str) -> Any:
    file = SimpleUploadedFile("rules.json", text.encode(), "application/json")
    return staff.post(f"{PATH}add/", {"file": file})


class TestRules:
    def test_shows_the_shipped_ones_in_words(self, staff: Client) -> None:
        said = staff.get(PATH).content.decode()

        assert "2026-11-1" in said
        assert "Spent by this customer within 24" in said
        assert "R$\u00a050,000.00" in said
        assert "No other rule sets" in said

    def test_takes_a_new_set_as_a_shadow(self, staff: Client) -> None:
        assert add(staff, strict()).url == PATH

        assert FraudRuleSet.objects.get(version="strict").is_shadow
        assert 'data-ruleset="strict"' in staff.get(PATH).content.decode()

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("{}", "missing required field"),
            ("[", "no rule set"),
            ("\xff", ""),
            (f'{{"deep": {"[" * 9000}{"]" * 9000}, {strict()[1:]}', "too deeply nested"),
        ],
        ids=["empty", "cut", "binary", "deep"],
    )
    def test_says_what_is_wrong_with_a_file(self, staff: Client, text: str, why: str) -> None:
        answer = add(staff, text)

        assert answer.status_code == 422
        assert why in answer.content.decode()

    def test_refuses_other_rules_under_a_version_that_is_taken(self, staff: Client) -> None:
        add(staff, strict())

        answer = add(staff, strict().replace('"fraud_at": 100', '"fraud_at": 90'))

        assert answer.status_code == 422
        assert "Version strict" in answer.content.decode()

    def test_asks_before_other_rules_decide(self, staff: Client) -> None:
        add(staff, strict())
        staff.get(PATH)

        assert (
            "in the place of 2026-11-1" in staff.get(f"{PATH}at/strict/activate/").content.decode()
        )
        staff.post(f"{PATH}at/strict/activate/")

        assert FraudRuleSet.objects.get(is_active=True).version == "strict"

    def test_a_shadow_ends_and_runs_again(self, staff: Client) -> None:
        add(staff, strict())

        for runs in ("0", "1"):
            staff.post(f"{PATH}at/strict/shadow/", {"runs": runs})
            assert FraudRuleSet.objects.get(version="strict").is_shadow is (runs == "1")

    @pytest.mark.parametrize("act", ["activate", "shadow"])
    def test_an_unknown_version_is_not_there(self, staff: Client, act: str) -> None:
        assert staff.post(f"{PATH}at/nowhere/{act}/").status_code == 404


class TestReport:
    def test_tells_what_a_shadow_would_have_stopped_and_what_that_costs(
        self, staff: Client
    ) -> None:
        rulesets.ensure_default_ruleset(NOW)
        rulesets.add_shadow(strict(), "ana", NOW)
        paid, refused, cancelled = burst(4)[1:]
        for order in (paid, refused, cancelled):
            judged(order, timezone.now())
        for order, state in (
            (paid, State.PAID),
            (refused, State.PAYMENT_REFUSED),
            (cancelled, State.CANCELLED),
        ):
            Order.objects.filter(pk=order.id).update(state=state)
        Order.objects.filter(pk=paid.id).update(charged_cents=8990, refunded_cents=1000)

        (other,) = staff.get(PATH).context["others"]

        report = other["report"]
        assert (report["stopped"].orders, report["stopped"].cents) == (3, 3 * 8990)
        assert [report[each].orders for each in ("paid", "refused", "cancelled")] == [1, 1, 1]
        assert (report["lost"].cents, report["changed"]) == (7990, 3)

    def test_looks_at_the_last_days_that_are_asked_for(self, staff: Client) -> None:
        rulesets.ensure_default_ruleset(NOW)
        rulesets.add_shadow(strict(), "ana", NOW)
        judged(burst(1)[0], timezone.now() - timedelta(days=60))

        reports = {
            days: staff.get(PATH, {"days": days}).context["others"][0]["report"]
            for days in ("7", "30", "90", "0", "x")
        }

        assert {days for days, each in reports.items() if each} == {"90", "0"}
