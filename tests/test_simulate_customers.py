"""`simulate_customers` against the running product: the lean copy follows an outside producer."""

import json
import subprocess
import sys

import pytest

from config.launcher.plan import ROOT
from tests.stack import Stack, wait_until


def manage(stack: Stack, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=stack.plan.surroundings,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.kafka
class TestSimulateCustomers:
    def test_ends_with_a_copy_that_is_the_same_to_the_letter(self, stack: Stack) -> None:
        done = manage(stack, "simulate_customers", "--count", "150", "--rate", "50", "--seed", "4")

        assert done.returncode == 0, done.stdout + done.stderr
        assert "150 acts: " in done.stdout
        assert "the lean copy differs in 0." in done.stdout

    def test_the_copy_is_not_built_anew_under_a_running_reader(self, stack: Stack) -> None:
        def is_refused(*options: str) -> bool:
            done = manage(stack, "rebuild_televendas", *options)
            assert "nothing was changed" in done.stderr or "--dry-run" in options, done.stderr
            return "stop run_consumer televendas" in done.stderr

        # Another test may have had the broker away: the reader comes back when it has noticed.
        wait_until(lambda: is_refused("--dry-run"), what="the reader back in its group")
        wait_until(is_refused, what="the refusal")

    def test_a_person_who_was_never_seen_can_be_kept_out(self, stack: Stack) -> None:
        order = ["erase_person", "shop", "nobody-4711", "--reason", "test", "--yes"]
        assert "is kept out for good" in manage(stack, *order).stdout

        told = json.loads(manage(stack, "person_report", "shop", "nobody-4711", "--json").stdout)
        assert (told["state"], told["held"]) == ("erased", {})
        assert [each["action"] for each in told["audit"]] == ["erase", "report"]
