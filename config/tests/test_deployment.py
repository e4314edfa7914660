"""The deployment files and the launcher name the same processes."""

import re
from pathlib import Path

import yaml

from config.launcher import image
from config.launcher.plan import GRPC, ROOT, Plan
from messaging import registry


def scraped() -> dict[str, int]:
    content = yaml.safe_load((ROOT / "deploy" / "prometheus.yml").read_text(encoding="utf-8"))
    jobs = content["scrape_configs"][0]["static_configs"]
    return {job["labels"]["process"]: int(job["targets"][0].rpartition(":")[2]) for job in jobs}


def composed() -> dict[str, list[str]]:
    content = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    services = content["services"].items()
    return {name: each["command"] for name, each in services if name != "mariadb"}


class TestDeployment:
    def test_scrapes_every_process_where_it_listens(self) -> None:
        ports = Plan(Path("/nowhere"), environment={}).ports

        told = {name: port for name, port in ports.items() if "Kafka" not in name and name != GRPC}
        assert scraped() == told

    def test_composes_roles_that_the_image_has(self) -> None:
        for role, *arguments in composed().values():
            assert image.command_of(role, arguments)

    def test_runs_every_consumer_that_there_is(self) -> None:
        names = {arguments[0] for role, *arguments in composed().values() if role == "consumer"}
        real = {
            name
            for name, each in registry.consumers().items()
            if not each.__module__.startswith("messaging.tests")
        }

        assert names == real == set(Plan(Path("/nowhere"), environment={}).consumers)

    def test_names_every_required_setting_in_the_example(self) -> None:
        production = (ROOT / "config" / "settings" / "production.py").read_text(encoding="utf-8")
        required = re.search(r"REQUIRED = \((.*?)\)", production, re.DOTALL)
        assert required is not None

        example = (ROOT / ".env.example").read_text(encoding="utf-8")

        for name in re.findall(r'"(\w+)"', required.group(1)):
            assert f"# {name}=" in example

    def test_names_in_the_example_whatever_compose_asks_for(self) -> None:
        compose = (ROOT / "compose.yaml").read_text(encoding="utf-8")
        example = (ROOT / ".env.example").read_text(encoding="utf-8")

        asked = set(re.findall(r"\$\{(\w+):\?", compose))

        assert asked
        assert all(f"# {name}=" in example for name in asked)
