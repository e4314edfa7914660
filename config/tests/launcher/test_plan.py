"""What a start consists of."""

from pathlib import Path
from typing import Any

from config.launcher.plan import Plan


def plan(**changes: Any) -> Any:
    changes.setdefault("environment", {})
    return Plan(Path("/somewhere"), **changes)


class TestPlan:
    def test_starts_its_own_kafka_first(self) -> None:
        assert plan().programs[0].name == "kafka"

    def test_uses_a_named_broker_instead_of_its_own(self) -> None:
        other = plan(environment={"KAFKA_BOOTSTRAP_SERVERS": "kafka.example:9092"})

        assert "kafka" not in [program.name for program in other.programs]
        assert "Kafka" not in other.ports
        assert other.surroundings["KAFKA_BOOTSTRAP_SERVERS"] == "kafka.example:9092"

    def test_gives_every_process_a_port_of_its_own(self) -> None:
        wanted = list(plan(port=8100).ports.values())

        assert len(set(wanted)) == len(wanted)
        assert {8100, 8101} < set(wanted)

    def test_moves_all_ports_of_its_own_with_the_first(self) -> None:
        assert not set(plan(port=8000, kafka_port=9092, bank_port=50052).ports.values()) & set(
            plan(port=8100, kafka_port=9192, bank_port=50152).ports.values()
        )

    def test_has_a_process_for_each_consumer(self) -> None:
        names = [program.name for program in plan(consumers=("a", "b")).programs]

        assert {"web", "live", "relay", "a", "b", "webhook-sender", "housekeeping"} <= set(names)

    def test_runs_the_bank_where_everybody_is_told_that_it_is(self) -> None:
        other = plan(bank_port=50100)

        [bank] = [program for program in other.programs if program.name == "bank"]
        assert "127.0.0.1:50100" in bank.command
        assert other.surroundings["BANK_ADDRESS"] == "127.0.0.1:50100"
        assert 50100 in other.ports.values()

    def test_simulates_only_when_told_to(self) -> None:
        assert "simulate" not in [program.name for program in plan().programs]
        assert plan(simulate=5).programs[-1].name == "simulate"

    def test_tells_the_pages_where_the_other_processes_say_how_they_are(self) -> None:
        urls = dict(pair.split("=", 1) for pair in plan().surroundings["HEALTH_URLS"].split(","))

        assert urls["relay"].startswith("http://127.0.0.1:")
        assert "web" not in urls
