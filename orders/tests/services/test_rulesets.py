"""One rule set decides, shadows run beside it, and a version stays what it was."""

import pytest
from django.db import IntegrityError, transaction

from orders.adapters.fraud_json import BadRuleSetError
from orders.models import FraudAct, FraudRuleSet
from orders.services import rulesets
from orders.tests.kit import NOW

pytestmark = pytest.mark.django_db


def text(version: str = "next", *, review_at: int = 50) -> str:
    told = rulesets.shipped("default").replace("2026-11-1", version)
    return told.replace('"review_at": 50', f'"review_at": {review_at}')


def acts() -> list[tuple[str, str]]:
    return list(FraudAct.objects.order_by("id").values_list("kind", "subject"))


class TestInForce:
    def test_begins_with_the_shipped_one(self) -> None:
        assert [each.version for each in rulesets.in_force(NOW)] == ["2026-11-1"]
        assert [each.version for each in rulesets.in_force(NOW)] == ["2026-11-1"]
        assert FraudRuleSet.objects.count() == 1

    def test_puts_the_one_that_decides_before_the_shadows(self) -> None:
        rulesets.ensure_default_ruleset(NOW)
        for version in ("0-first", "z-last"):
            rulesets.add_shadow(text(version), "ana", NOW)

        versions = [each.version for each in rulesets.in_force(NOW)]

        assert versions == ["2026-11-1", "0-first", "z-last"]

    def test_begins_with_another_where_the_settings_name_one(self, settings) -> None:  # type: ignore[no-untyped-def]  # pytest-django's
        settings.ORDERS_FRAUD_RULES = "lists_only"

        assert rulesets.ensure_default_ruleset(NOW).version == "lists-only"


class TestActivate:
    def test_lets_one_decide_in_the_place_of_the_other(self) -> None:
        rulesets.ensure_default_ruleset(NOW)
        rulesets.add_shadow(text(), "ana", NOW)

        for _ in range(2):
            rulesets.activate("next", "rui", NOW)

        assert [each.version for each in rulesets.in_force(NOW)] == ["next"]
        assert acts() == [("added", "next"), ("activated", "next")]

    def test_the_database_lets_no_second_one_decide(self) -> None:
        rulesets.ensure_default_ruleset(NOW)

        with pytest.raises(IntegrityError), transaction.atomic():
            FraudRuleSet.objects.create(version="b", rules="", is_active=True, created_at=NOW)

    def test_knows_no_other_version(self) -> None:
        with pytest.raises(FraudRuleSet.DoesNotExist):
            rulesets.activate("nowhere", "rui", NOW)


class TestShadow:
    def test_ends_and_runs_again(self) -> None:
        rulesets.ensure_default_ruleset(NOW)
        rulesets.add_shadow(text(), "ana", NOW)

        for runs in (False, False, True):
            assert rulesets.shadow("next", "ana", NOW, runs=runs).is_shadow is runs

        assert [kind for kind, _ in acts()] == ["added", "rested", "shadowed"]

    def test_the_one_that_decides_is_no_shadow(self) -> None:
        rulesets.ensure_default_ruleset(NOW)

        with pytest.raises(rulesets.IsActiveError):
            rulesets.shadow("2026-11-1", "ana", NOW, runs=True)

    def test_a_version_stays_what_it_was(self) -> None:
        rulesets.add_shadow(text(), "ana", NOW)
        rulesets.add_shadow(text(), "ana", NOW)

        with pytest.raises(rulesets.VersionTakenError):
            rulesets.add_shadow(text(review_at=40), "ana", NOW)
        assert len(acts()) == 1

    def test_what_is_no_rule_set_is_refused(self) -> None:
        with pytest.raises(BadRuleSetError):
            rulesets.add_shadow("{}", "ana", NOW)
