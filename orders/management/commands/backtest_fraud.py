"""Tells what a rule set would have made of history, and whether every receipt still replays."""

from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from orders.adapters import fraud_json
from orders.domain.fraud import Verdict
from orders.domain.fraud_cost import Cost, Fate, Sum
from orders.domain.fraud_rules import RuleSet
from orders.models import FraudRuleSet
from orders.services import rulesets
from orders.services.backtest import Report, backtest, count_until

_STEP = 500
_WORDS = {Verdict.CLEAR: "would clear", Verdict.REVIEW: "would review", Verdict.FRAUD: "would stop"}


class Command(BaseCommand):
    help = (
        "Judge past orders by a rule set: a version that is kept, or a JSON file. Every receipt is"
        " replayed by its own rules, too; exit 1 where one comes out otherwise."
        " Example: manage.py backtest_fraud --ruleset stricter.json --from 2026-11-01"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--ruleset", default="", help="version or file; default: the active")
        parser.add_argument("--from", dest="begin", type=_day, help="first day (UTC), YYYY-MM-DD")
        parser.add_argument("--to", dest="end", type=_day, help="last day (UTC), YYYY-MM-DD")

    def handle(self, **options: Any) -> None:
        rules = _rules(options["ruleset"])
        end = options["end"] and options["end"] + timedelta(days=1)
        report = self._run(rules, options["begin"], end)
        Console().print(_table(rules, report))
        self._tell_receipts(report)

    def _run(self, rules: RuleSet, begin: datetime | None, end: datetime | None) -> Report:
        total = count_until(end)
        with _progress(total) as progress:
            steps = iter(range(1, total + 1))

            def show() -> None:
                done = next(steps, total)
                if done % _STEP == 0 or done == total:
                    progress.update(progress.task_ids[0], completed=done)

            return backtest(rules, begin=begin, end=end, on_order=show)

    def _tell_receipts(self, report: Report) -> None:
        same = report.replayed - report.differences
        self.stdout.write(f"{same:,} of {report.replayed:,} receipts replay to the same verdict")
        if report.drifted:
            self.stdout.write(
                f"{report.drifted:,} receipts hold facts that history tells otherwise today"
            )
        if report.differences:
            ids = ", ".join(report.differing)
            raise CommandError(f"{report.differences} receipts do not replay, such as {ids}")


def _rules(named: str) -> RuleSet:
    if not named:
        return rulesets.parsed(rulesets.ensure_default_ruleset(timezone.now()))
    row = FraudRuleSet.objects.filter(version=named).first()
    if row is not None:
        return rulesets.parsed(row)
    try:
        return fraud_json.rules_of(Path(named).read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"{named}: neither a version that is kept nor a file") from error
    except fraud_json.BadRuleSetError as error:
        raise CommandError(f"{named}: {error}") from error


def _day(text: str) -> datetime:
    day = parse_date(text)
    if day is None:
        raise ValueError(text)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _table(rules: RuleSet, report: Report) -> Table:
    cost = report.cost
    table = Table(title=f"Rule set {rules.version}")
    table.add_column("")
    table.add_column("orders", justify="right")
    table.add_column("BRL", justify="right")
    _add(table, "orders", cost.judged)
    for verdict, words in _WORDS.items():
        _add(table, words, cost.by_verdict[verdict])
    for (before, now), count in sorted(cost.changed.items()):
        table.add_row(f"  {before or 'not judged'} -> {now}", f"{count:,}", "")
    _add_money(table, cost)
    return table


def _add_money(table: Table, cost: Cost) -> None:
    table.add_section()
    _add(table, "money stopped that was paid", cost.stopped_paid)
    _add(table, "money held for review that was paid", cost.held_paid)
    _add(table, "money let through that was refused as fraud", cost.let_through)
    for fate in (Fate.REFUSED, Fate.CANCELLED, Fate.FRAUD):
        _add(table, f"  stopped, and really {fate}", cost.stopped[fate])


def _add(table: Table, words: str, told: Sum) -> None:
    table.add_row(words, f"{told.orders:,}", f"{told.cents / 100:,.2f}")


def _progress(total: int) -> Progress:
    console = Console(stderr=True)
    progress = Progress(
        TextColumn("judging"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        # A log file wants no bar.
        disable=not console.is_terminal,
    )
    progress.add_task("judging", total=total)
    return progress
