"""A back-test counts as the queries did, replays every receipt, and tells what would change."""

import random
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.core.management import CommandError, call_command

from orders.adapters import fraud_json
from orders.domain.fraud import Verdict
from orders.domain.fraud_cost import Fate
from orders.domain.fraud_rules import RuleSet
from orders.domain.states import State
from orders.models import FraudReceipt, FraudRuleSet, Order
from orders.services import rulesets
from orders.services.backtest import backtest
from orders.tests.kit import NOW, made_customer
from orders.tests.services.fraud_kit import burst, judged, placed

pytestmark = pytest.mark.django_db


def rules(**changes: str) -> RuleSet:
    text = rulesets.shipped("default")
    for old, new in changes.items():
        text = text.replace(old, new)
    return fraud_json.rules_of(text)


def strict() -> RuleSet:
    """Return rules by which the second order of a burst waits and the sixth is stopped."""
    text = rulesets.shipped("default").replace('"at_least": 10,', '"at_least": 4,')
    return fraud_json.rules_of(text.replace('"orders", "at_least": 6,', '"orders", "at_least": 2,'))


def some_history(count: int) -> None:
    """Place orders of few cards, customers and phones over a day and a bit, many at one moment."""
    chance = random.Random(7)
    customers = [made_customer() for _ in range(4)]
    for _ in range(count):
        customer = chance.choice(customers)
        placed(
            customer=customer,
            region=chance.choice(["SP", "BA"]),
            total_cents=chance.choice([8990, 50000, 120000]),
            card_fingerprint=chance.choice("ab") * 64,
            phone_hash=chance.choice(["", "p" * 64]),
            phone_region=chance.choice(["", "SP", "BA", "RJ"]),
            created_at=NOW - timedelta(minutes=5 * chance.randrange(400)),
        )


class TestBacktest:
    def test_counts_what_the_queries_counted(self) -> None:
        some_history(60)
        for order in Order.objects.order_by("created_at", "id"):
            judged(order)

        report = backtest(rules())

        assert (report.replayed, report.differences, report.drifted) == (60, 0, 0)
        assert report.cost.judged.orders == 60
        assert not report.cost.changed

    def test_judges_what_has_no_receipt(self) -> None:
        burst(10)

        cost = backtest(rules()).cost

        assert [cost.by_verdict[each].orders for each in Verdict] == [5, 4, 1]
        assert cost.changed["", "review"] == 4

    def test_tells_what_stricter_rules_would_have_cost(self) -> None:
        paid = {"state": State.PAID, "charged_cents": 8990, "refunded_cents": 990}
        burst(5, **paid)
        refused = burst(1, state=State.PAYMENT_REFUSED)

        cost = backtest(strict()).cost

        assert (cost.held_paid.orders, cost.held_paid.cents) == (2, 16000)
        assert (cost.stopped_paid.orders, cost.stopped_paid.cents) == (2, 16000)
        assert cost.stopped[Fate.REFUSED].orders == len(refused)

    def test_tells_what_would_have_been_let_through(self) -> None:
        for order in burst(10):
            judged(order)
        calm = rulesets.shipped("lists_only")

        cost = backtest(fraud_json.rules_of(calm)).cost

        assert (cost.let_through.orders, cost.let_through.cents) == (1, 8990)
        assert cost.changed == {("review", "clear"): 4, ("fraud", "clear"): 1}

    def test_what_came_before_is_history(self) -> None:
        burst(6)

        cost = backtest(rules(), begin=NOW - timedelta(seconds=5)).cost

        assert (cost.judged.orders, cost.by_verdict[Verdict.REVIEW].orders) == (1, 1)
        assert backtest(rules(), end=NOW).cost.judged.orders == 5

    def test_finds_a_receipt_that_does_not_replay(self) -> None:
        order = placed()
        judged(order)
        FraudReceipt.objects.update(score=1)

        report = backtest(rules())

        assert (report.differences, report.differing) == (1, [order.id])

    def test_finds_facts_that_history_tells_otherwise(self) -> None:
        burst_of_two = burst(2)
        judged(burst_of_two[1])
        Order.objects.filter(pk=burst_of_two[0].pk).update(created_at=NOW - timedelta(days=2))

        report = backtest(rules())

        assert (report.drifted, report.differences) == (1, 0)


class TestCommand:
    def run(self, **options: Any) -> str:
        out = StringIO()
        call_command("backtest_fraud", stdout=out, **options)
        return out.getvalue()

    def test_replays_to_zero_differences(self) -> None:
        for order in burst(3):
            judged(order)

        assert "3 of 3 receipts replay to the same verdict" in self.run()

    def test_prints_a_table(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        burst(10)
        file = tmp_path / "strict.json"
        file.write_bytes(msgspec.json.encode(strict()))

        self.run(ruleset=str(file), begin=datetime(2026, 11, 20, tzinfo=UTC))

        table = capsys.readouterr().out
        assert "would stop" in table
        assert "money let through" in table
        assert "899.00" in table

    def test_fails_where_a_receipt_does_not_replay(self) -> None:
        judged(placed())
        FraudReceipt.objects.update(verdict="fraud")

        with pytest.raises(CommandError, match="1 receipts do not replay"):
            self.run()

    def test_takes_a_version_that_is_kept(self) -> None:
        rulesets.ensure_default_ruleset(NOW)

        assert "0 of 0" in self.run(ruleset=FraudRuleSet.objects.get().version)

    @pytest.mark.parametrize("text", [None, "{}"])
    def test_says_what_is_no_rule_set(self, tmp_path: Path, text: str | None) -> None:
        file = tmp_path / "bad.json"
        if text is not None:
            file.write_text(text, encoding="utf-8")

        with pytest.raises(CommandError, match=r"bad\.json"):
            self.run(ruleset=str(file))
