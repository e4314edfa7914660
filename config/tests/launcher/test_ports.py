"""Ports that are taken are named, with their holder."""

import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from config.launcher import ports


@pytest.fixture
def taken() -> Iterator[Any]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


class TestRequireFree:
    def test_names_the_port_its_purpose_and_its_holder(self, taken: int) -> None:
        with pytest.raises(ports.PortTakenError) as caught:
            ports.require_free({"web": taken}, "Choose another.")

        assert f"port {taken} (web) is taken" in str(caught.value)
        assert f"process {os.getpid()}" in str(caught.value)
        assert "Choose another." in str(caught.value)

    def test_names_all_that_are_taken_at_once(self, taken: int) -> None:
        with pytest.raises(ports.PortTakenError, match=r"web.*; .*live"):
            ports.require_free({"web": taken, "live": taken}, "")

    def test_leaves_free_what_it_has_looked_at(self) -> None:
        port = ports.free_port()

        ports.require_free({"web": port}, "")

        with socket.socket() as server:
            server.bind(("127.0.0.1", port))
            assert server.getsockname()[1] == port


class TestFreeRun:
    def test_keeps_to_the_range_that_a_run_was_given(self, monkeypatch: Any) -> None:
        monkeypatch.setenv(ports.RANGE, "21000-21100")

        first = ports.free_run(5)

        assert 21_000 <= first <= 21_095

    def test_gives_nothing_twice_while_it_may_be_unbound_yet(self, monkeypatch: Any) -> None:
        monkeypatch.setenv(ports.RANGE, "22000-22400")

        runs = [ports.free_run(10) for _ in range(20)]

        assert len({port for first in runs for port in range(first, first + 10)}) == 200
