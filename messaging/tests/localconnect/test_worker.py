"""A worker's files and command line, and the servers that it waits for."""

import socket
from pathlib import Path
from typing import Any

from messaging.localconnect.worker import Worker, wait_for


def worker(folder: Path, **changes: Any) -> Worker:
    settings = folder / "given.properties"
    settings.write_text("offset.flush.interval.ms=1000\n")
    given = {
        "folder": folder / "connect",
        "port": 8083,
        "bootstrap_servers": "kafka.example:9092",
        "settings": settings,
        "connectors": [folder / "one.json"],
        "jars": [folder / "a.jar", folder / "b.jar"],
        "plugins": folder / "plugins",
    }
    return Worker(**{**given, **changes})


class TestPrepare:
    def test_adds_this_machines_addresses_to_the_given_settings(self, tmp_path: Path) -> None:
        worker(tmp_path).prepare()

        lines = (tmp_path / "connect" / "worker.properties").read_text().splitlines()
        assert "offset.flush.interval.ms=1000" in lines
        assert "bootstrap.servers=kafka.example:9092" in lines
        assert "listeners=http://127.0.0.1:8083" in lines
        assert f"plugin.path={tmp_path / 'plugins'}" in lines
        assert f"offset.storage.file.filename={tmp_path / 'connect' / 'offsets'}" in lines

    def test_gives_a_command_with_both_files_and_the_heap(self, tmp_path: Path) -> None:
        command = worker(tmp_path, heap_megabytes=123).prepare()

        assert "-Xmx123m" in command
        assert f"{tmp_path / 'a.jar'}:{tmp_path / 'b.jar'}" in command
        assert command[-2:] == [
            str(tmp_path / "connect" / "worker.properties"),
            str(tmp_path / "one.json"),
        ]


class TestWaitFor:
    def test_names_who_does_not_listen(self) -> None:
        with socket.socket() as listener, socket.socket() as silent:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            silent.bind(("127.0.0.1", 0))
            there = f"127.0.0.1:{listener.getsockname()[1]}"
            away = f"127.0.0.1:{silent.getsockname()[1]}"

            assert wait_for([there], 5) == ""
            assert wait_for([there, away], 0.2) == away
