"""What bin/run says and leaves alone, short of a whole start."""

import json
import os
import shlex
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config.launcher import banner, demo, run
from config.launcher.plan import ROOT

DEMO = {
    "base_url": "http://127.0.0.1:8000",
    "websocket_url": "ws://127.0.0.1:8001/ws/panel/",
    "bootstrap_servers": "127.0.0.1:9092",
    "bank_address": "127.0.0.1:50052",
    "accounts": [{"id": "an-id", "secret": "a-secret"}],
    "logins": [{"username": "operator", "password": "a-password", "role": "staff"}],
    "metrics": {},
}


@pytest.fixture(autouse=True)
def own_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRILHO_VAR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)


class TestRun:
    def test_names_a_taken_port_instead_of_starting(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            port = listener.getsockname()[1]

            code = run.main(["--port", str(port)])

        assert code == 1
        assert f"port {port} (web) is taken" in capsys.readouterr().out

    def test_refuses_a_port_meant_for_two(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run.main(["--port", "8700", "--kafka-port", "8701"]) == 1
        assert "port 8701 is meant for" in capsys.readouterr().out

    def test_refuses_to_reset_what_is_not_its_own(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", "mysql://root@127.0.0.1/trilho")

        assert run.main(["--reset"]) == 1
        assert "DATABASE_URL" in capsys.readouterr().out

    def test_ends_without_a_trace_when_nobody_reads_what_it_says(self) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        with socket.socket() as listener, os.fdopen(writer, "wb") as nobody:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            port = str(listener.getsockname()[1])

            done = subprocess.run(
                [sys.executable, "-m", "config.launcher.run", "--port", port],
                check=False,
                cwd=ROOT,
                stdout=nobody,
                stderr=subprocess.PIPE,
                text=True,
            )

        assert (done.returncode, done.stderr) == (1, "")

    def test_is_stopped_when_its_reader_goes(self, capfd: pytest.CaptureFixture[str]) -> None:
        program = (
            "from config.launcher import run\n"
            "try:\n"
            "    while True: run.say('a line')\n"
            "except run.Stopped: pass\n"
        )
        done = subprocess.run(
            f"{shlex.quote(sys.executable)} -c {shlex.quote(program)} | head -n 1",
            shell=True,
            check=True,
            cwd=ROOT,
        )

        assert done.returncode == 0
        assert capfd.readouterr() == ("a line\n", "")


class TestReset:
    def test_deletes_the_data_and_nothing_else(self, tmp_path: Path) -> None:
        for name in ("trilho.sqlite3", "trilho.sqlite3-wal", "demo.json", "mine.txt"):
            (tmp_path / name).touch()
        for name in ("kafka", "log", "jars"):
            (tmp_path / name).mkdir()

        run.reset(tmp_path)

        assert {path.name for path in tmp_path.iterdir()} == {"mine.txt", "jars"}


class TestDemoFile:
    def test_is_for_its_owner_alone(self, tmp_path: Path) -> None:
        path = demo.write(tmp_path, DEMO)

        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert demo.read(tmp_path) == DEMO

    def test_is_empty_when_broken_or_away(self, tmp_path: Path) -> None:
        assert demo.read(tmp_path) == {}
        demo.path_in(tmp_path).write_text("{")
        assert demo.read(tmp_path) == {}


class TestBanner:
    def test_shows_addresses_logins_and_a_line_to_paste(self) -> None:
        text = banner.render(DEMO, seconds=7.4)

        assert "http://127.0.0.1:8000/panel/" in text
        assert "a-password" in text
        assert "-u an-id:a-secret" in text

    def test_says_where_banco_1_is_where_it_runs(self) -> None:
        beside = {"host": "127.0.0.1", "port": 8040, "password": "of-the-bank"}

        text = banner.render(DEMO | {"banco1": beside}, seconds=7.4)

        assert "Banco 1       127.0.0.1:8040 (MariaDB)" in text
        assert "of-the-bank" not in text
        assert "Banco 1" not in banner.render(DEMO, seconds=7.4)

    def test_pastes_a_body_that_is_json(self) -> None:
        line = banner.curl_line(DEMO)

        body = json.loads(line.split("-d '")[1].split("'")[0])

        assert body["amount"] == "129.90"
