"""A node's files and command line; and a real broker that is started, stopped, started again."""

import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]

from messaging.localbroker import node, properties

MANAGE = Path(__file__).parents[3] / "manage.py"


class TestProperties:
    def test_keep_the_controller_on_loopback_and_tell_clients_the_given_name(
        self, tmp_path: Path
    ) -> None:
        text = properties.render(host="kafka", port=9092, controller_port=9093, data=tmp_path)

        assert "listeners=PLAINTEXT://0.0.0.0:9092,CONTROLLER://127.0.0.1:9093" in text
        assert "advertised.listeners=PLAINTEXT://kafka:9092" in text

    def test_stay_on_loopback_without_a_name(self, tmp_path: Path) -> None:
        text = properties.render(host="127.0.0.1", port=1, controller_port=2, data=tmp_path)

        assert "0.0.0.0" not in text


class TestJava:
    def test_takes_a_new_enough_java_home(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "release").write_text('IMPLEMENTOR="X"\nJAVA_VERSION="21.0.4"\n')
        monkeypatch.setenv("JAVA_HOME", str(tmp_path))

        assert node.java_binary() == tmp_path / "bin" / "java"

    @pytest.mark.parametrize("release", ['JAVA_VERSION="11.0.2"\n', "", None])
    def test_falls_back_to_the_wheel(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, release: str | None
    ) -> None:
        if release is not None:
            (tmp_path / "release").write_text(release)
        monkeypatch.setenv("JAVA_HOME", str(tmp_path))

        assert node.java_binary().is_file()


@pytest.mark.kafka
class TestRunKafka:
    def test_keeps_its_topics_over_a_stop_and_a_start_on_another_port(
        self, tmp_path: Path, kafka_bootstrap: str
    ) -> None:
        with broker(tmp_path, free_pair()) as first:
            topics = first.create_topics([NewTopic("kept", 1)])
            topics["kept"].result(10)

        with broker(tmp_path, free_pair()) as second:
            assert "kept" in second.list_topics(timeout=10).topics


class broker:  # noqa: N801 - a context manager, used as a word
    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.command = [sys.executable, str(MANAGE), "run_kafka", "--port", str(port)]
        self.command += ["--folder", str(folder), "--heap", "128"]

    def __enter__(self) -> Any:
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
        address = f"127.0.0.1:{self.port}"
        assert node.wait_until_ready(address, 60)
        return AdminClient({"bootstrap.servers": address})

    def __exit__(self, *_details: Any) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) in {0, 143}


def free_pair() -> int:
    """Return a port that is free with its successor: the controller takes that one."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
