"""`simulate_customers` beside a running Banco 1 writes its table, and change capture carries it."""

import json
import re
import subprocess
from collections import Counter
from typing import Any

import pytest

from config.banco1.records import FIRST_ID
from config.launcher import ports
from config.launcher.plan import ROOT, manage
from tests.change_capture.house import House

pytestmark = [pytest.mark.kafka, pytest.mark.mariadb]


class TestSimulateCustomers:
    def test_ends_with_the_same_copy_and_no_record_but_the_connectors(self, house: House) -> None:
        last, _ = house.open_account()
        house.wait_lean(last, state="present")
        before = house.ends("customers")

        done = in_another_terminal(house, "simulate_customers", "--count", "120", "--rate", "40")

        assert done.returncode == 0, done.stdout + done.stderr
        assert "In Banco 1's own table at 127.0.0.1:" in done.stdout
        assert "the lean copy differs in 0." in done.stdout
        new = [
            (json.loads(each.key())["id"], each.value())
            for each in house.records()
            if each.offset() >= dict_of(before)[each.partition()]
        ]
        # An outside producer's customers have ids from there on.
        assert all(customer < FIRST_ID for customer, _ in new)
        events = [json.loads(value) for customer, value in new if customer > last and value]
        assert all(is_the_connectors(each) for each in events)
        assert_tells_of(events, done.stdout)


def in_another_terminal(house: House, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a command that knows the demo's folder and no more, and that can reach no broker."""
    told = house.plan.surroundings
    kept = {name: value for name, value in told.items() if not name.startswith("BANCO1_")}
    return subprocess.run(
        manage(*arguments),
        cwd=ROOT,
        env={**kept, "KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{ports.free_port()}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def dict_of(ends: dict[Any, int]) -> dict[int, int]:
    return {place.partition: offset for place, offset in ends.items()}


def is_the_connectors(event: dict[str, Any]) -> bool:
    """Tell a record of Debezium, with its whole source, from one that only looks like it."""
    source = event["source"]
    told = (source["connector"], source["db"], source["table"], bool(source["version"]))
    row = event["after"] or event["before"]
    return told == ("mariadb", "legado", "clientes", True) and set(row) == {
        *("id", "nome", "telefone", "regiao")
    }


def assert_tells_of(events: list[dict[str, Any]], said: str) -> None:
    """See that whoever the command says came and left did so over the connector."""
    told = {name: int(number) for number, name in re.findall(r"(\d+) (create|erase)", said)}
    ops = Counter(each["op"] for each in events)
    assert told["create"] > 30
    assert (ops["c"], ops["d"]) == (told["create"], told.get("erase", 0))
