"""One Connect worker of one's own: its files, its command line, and what it waits for."""

import socket
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from messaging.localbroker.node import java_binary

_LOG_SETTINGS: Final = Path(__file__).with_name("log4j2.xml")
_MAIN: Final = "org.apache.kafka.connect.cli.ConnectStandalone"


@dataclass(frozen=True, slots=True)
class Worker:
    """A standalone worker: its data folder, its loopback port for REST, its settings and heap.

    `settings` is the file that holds what does not depend on the machine; `connectors` are files
    in the form that Connect's REST takes: `{"name": ..., "config": {...}}`.
    """

    folder: Path
    port: int
    bootstrap_servers: str
    settings: Path
    connectors: Sequence[Path]
    jars: Sequence[Path]
    plugins: Path
    heap_megabytes: int = 256

    def prepare(self) -> list[str]:
        """Write the worker's settings for this machine; return the command that becomes it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = self.folder / "worker.properties"
        given = self.settings.read_text(encoding="utf-8")
        settings.write_text(f"{given}\n{self._own_settings()}", encoding="utf-8")
        files = [str(settings), *map(str, self.connectors)]
        return [*self._java(), _MAIN, *files]

    def _own_settings(self) -> str:
        return (
            f"bootstrap.servers={self.bootstrap_servers}\n"
            f"listeners=http://127.0.0.1:{self.port}\n"
            f"plugin.path={self.plugins}\n"
            f"offset.storage.file.filename={self.folder / 'offsets'}\n"
        )

    def _java(self) -> list[str]:
        return [
            str(java_binary()),
            f"-Xmx{self.heap_megabytes}m",
            "-XX:+UseSerialGC",
            # It starts with 3.5 s of processor time instead of 6, and stays 40 MB smaller; what a
            # bank changes by hand needs no better code.
            "-XX:TieredStopAtLevel=1",
            # Its counters would leave a folder in /tmp.
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            f"-Dlog4j2.configurationFile={_LOG_SETTINGS}",
            "-cp",
            ":".join(map(str, self.jars)),
        ]


def wait_for(addresses: Iterable[str], timeout: float) -> str:
    """Wait until each `host:port` takes a connection; return the one that did not in time.

    A connector that meets no database ends its worker, and each start costs seconds of Java.
    """
    end = time.monotonic() + timeout
    for address in addresses:
        while not _listens(address):
            if time.monotonic() > end:
                return address
            time.sleep(0.1)
    return ""


def _listens(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=1.0).close()
    except OSError:
        return False
    return True
