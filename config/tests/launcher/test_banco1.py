"""The legacy bank beside the product: what it adds to a start, and what its connector may read."""

import json
import stat
from pathlib import Path

import pytest
from django.conf import settings

from config.launcher import banco1, health, ports, run
from config.launcher.mariadb import NoMariaDBError
from config.launcher.plan import Plan

CONNECTOR = settings.BASE_DIR / "deploy" / "connect" / "banco1" / "connector.json"


class TestPlan:
    def test_gets_four_more_processes_that_tell_their_health(self, tmp_path: Path) -> None:
        plain = Plan(tmp_path, environment={})

        plan = run.with_banco1(plain)

        added = [each.name for each in plan.programs if each not in plain.programs]
        assert added == ["banco1-database", "connect", "capture", "simulate-banco1"]
        assert all(f"{name}=" in plan.surroundings["HEALTH_URLS"] for name in added)
        assert len(set(plan.ports.values())) == len(plan.ports)

    def test_leaves_a_plain_start_alone(self, tmp_path: Path) -> None:
        assert not list(tmp_path.iterdir())
        assert "connect" not in [each.name for each in Plan(tmp_path, environment={}).programs]

    def test_moves_with_the_pages_port(self, tmp_path: Path) -> None:
        plain = Plan(tmp_path, port=8100, environment={})

        moved = run.with_banco1(plain)

        assert set(moved.beside_ports.values()) == {8140, 8141, 8142, 8143}
        assert moved.environment["BANCO1_PORT"] == "8140"

    def test_is_reset_with_the_rest(self, tmp_path: Path) -> None:
        banco1.environment(tmp_path, 8000)
        (tmp_path / "connect").mkdir()

        run.reset(tmp_path)

        assert not list(tmp_path.iterdir())


class TestEnvironment:
    def test_makes_passwords_once_for_their_owner_alone(self, tmp_path: Path) -> None:
        first = banco1.environment(tmp_path, 8000)
        again = banco1.environment(tmp_path, 8000)

        assert first == again
        assert len(first["BANCO1_CAPTURE_PASSWORD"]) >= 20
        assert first["BANCO1_CAPTURE_PASSWORD"] != first["BANCO1_APPLICATION_PASSWORD"]
        path = tmp_path / "banco1" / "access.json"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


class TestComplaint:
    def test_is_one_line_that_says_what_to_install(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        def missing() -> str:
            raise NoMariaDBError("MariaDB is not installed (apt install mariadb-server)")

        monkeypatch.setattr(banco1, "binary_path", missing)
        monkeypatch.setenv("TRILHO_VAR", str(tmp_path))

        code = run.main(["--with", "banco1"])

        said = capsys.readouterr().out.strip()
        assert code == 1
        assert said == (
            "Trilho did not start: --with banco1 needs MariaDB: MariaDB is not installed"
            " (apt install mariadb-server)."
        )


@pytest.mark.mariadb
class TestHealth:
    def test_asks_the_database_itself(self, mariadb_url: str) -> None:
        assert health.is_ready(mariadb_url)

    def test_knows_a_port_where_no_database_listens(self) -> None:
        assert not health.is_ready(f"mysql://saude@127.0.0.1:{ports.free_port()}")


class TestConnector:
    def test_reads_the_declared_columns_and_no_others(self) -> None:
        config = json.loads(CONNECTOR.read_text())["config"]
        declared = settings.TELEVENDAS_SOURCES["banco1"]
        wanted = [declared[each] for each in ("key", "name", "phone", "region")]

        assert config["column.include.list"] == f"legado.clientes.({'|'.join(wanted)})"
        assert config["table.include.list"] == "legado.clientes"
        assert config["include.query"] == config["include.schema.changes"] == "false"
        assert config["skip.messages.without.change"] == "true"
        assert "message.key.columns" not in config

    def test_holds_no_password(self) -> None:
        config = json.loads(CONNECTOR.read_text())["config"]

        assert config["database.password"] == "${env:BANCO1_CAPTURE_PASSWORD}"

    def test_is_told_every_variable_that_it_asks_for(self, tmp_path: Path) -> None:
        text = CONNECTOR.read_text()
        told = banco1.environment(tmp_path, 8000)

        for name in told:
            text = text.replace(f"${{env:{name}}}", "told")
        assert "${env:" not in text
