"""Builds that are broken on purpose, and the check of the suite that must find out each.

A build is a pytest plugin that puts one mistake into the product, in the process of the check
alone; no code of the product knows of it.
"""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import Final

from config.launcher.plan import ROOT


@dataclass(frozen=True, slots=True)
class Build:
    """One mistake: the plugin that makes it, what it means, the check that must fail with it."""

    name: str
    meaning: str
    check: str
    needs_kafka: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a build was found out: its check passed without the mistake and failed with it."""

    build: Build
    is_green_without: bool
    is_red_with: bool

    @property
    def is_found_out(self) -> bool:
        """Tell whether the check did what it is there for."""
        return self.is_green_without and self.is_red_with


_INBOX: Final = "messaging/tests/behaviour/test_inbox.py::TestInbox::"
BUILDS: Final = (
    Build("no_inbox", "no inbox", f"{_INBOX}test_lets_a_copy_change_nothing[memory]"),
    Build(
        "inbox_apart",
        "inbox row in another transaction than the effect",
        f"{_INBOX}test_is_undone_with_the_effect[memory]",
    ),
    Build(
        "hidden_error",
        "a swallowed 1213",
        "messaging/tests/behaviour/test_units_of_work.py::TestAHiddenDatabaseError::"
        "test_undoes_the_whole_unit_which_is_then_tried_again[memory]",
    ),
    Build(
        "no_unique_key",
        "no unique key for idempotency",
        "transactions/tests/api/test_idempotency.py::TestTwins::"
        "test_thirty_two_at_once_have_one_effect_and_one_answer",
    ),
    Build(
        "read_then_write",
        "a limit that is read and then written",
        "accounts/tests/services/test_rates.py::TestInParallel::"
        "test_exactly_the_limit_of_200_calls_pass",
    ),
    Build(
        "push_alone",
        "panel by push alone",
        "transactions/tests/live/test_subscriber.py::TestSubscriber::"
        "test_tells_what_was_missed_whatever_drops[0-12]",
    ),
    Build(
        "letter_too_late",
        "offset moved on before the dead letter is confirmed",
        "messaging/tests/behaviour/test_offsets.py::TestOffsets::"
        "test_stay_while_the_dead_letter_is_not_confirmed[memory]",
    ),
    Build(
        "produced_at_once",
        "produced in the request, without outbox",
        "transactions/tests/api/test_accept.py::TestAcceptTransaction::"
        "test_promises_the_event_under_the_transactions_own_id",
    ),
    Build(
        "default_offsets",
        "the client's default offset storing",
        "messaging/tests/behaviour/test_offsets.py::TestOffsets::"
        "test_are_stored_only_when_the_effect_is_durable[kafka]",
        needs_kafka=True,
    ),
    Build(
        "marked_too_soon",
        "marked sent before the delivery report",
        "messaging/tests/test_relay.py::TestPump::"
        "test_sends_all_in_order_and_writes_down_where_it_went",
        needs_kafka=True,
    ),
    Build(
        "outbox_by_last_id",
        "outbox read by `id > last`",
        "messaging/tests/test_relay.py::TestPump::test_sends_a_row_that_was_committed_late",
        needs_kafka=True,
    ),
    Build(
        "field_filter_off",
        "field filter off",
        "tests/faults/test_lean_copy.py::TestLeanCopy::test_holds_nothing_else_of_anybody",
    ),
)


def judge(build: Build) -> Verdict:
    """Run the build's check without and with its mistake."""
    sound, broken = outcome(build.check), outcome(build.check, plugin=build.name)
    return Verdict(build, sound == "passed", broken == "failed")


def outcome(check: str, *, plugin: str = "") -> str:
    """Run a check, with a mistake or without; return passed or failed.

    Something else, such as skipped or an error, is neither.
    """
    plugins = ["-p", f"{__name__}.{plugin}"] if plugin else []
    with tempfile.TemporaryDirectory() as folder:
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--tb=no", *plugins, check],
            cwd=ROOT,
            env={**kept, "TRILHO_VAR": folder},
            capture_output=True,
            text=True,
            check=False,
        )
    last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""
    if done.returncode == 0 and last.startswith("1 passed"):
        return "passed"
    return "failed" if done.returncode == 1 and last.startswith("1 failed") else last
