"""The jars of Connect and of its connector: two committed lists with SHA-256 sums."""

from pathlib import Path
from typing import Final

from messaging.localbroker import jars, progress, relock

DEBEZIUM_VERSION: Final = "3.5.0.Final"
CONNECT_LOCK: Final = Path(__file__).with_name("connect.lock")
CONNECTOR_LOCK: Final = Path(__file__).with_name("connector.lock")
_ENDPOINT: Final = (
    f"org.apache.kafka:connect-runtime:{jars.KAFKA_VERSION}"
    "+org.apache.logging.log4j:log4j-slf4j-impl:2.25.4!"
)
# What the connector's own archive holds, without the clients and codecs that Connect brings.
_DEBEZIUM: Final = (
    "debezium-api",
    "debezium-config",
    "debezium-connect-plugins",
    "debezium-connector-binlog",
    "debezium-connector-common",
    "debezium-connector-mariadb",
    "debezium-ddl-parser",
    "debezium-openlineage-api",
    "debezium-storage-file",
    "debezium-storage-kafka",
    "debezium-util",
)
_BESIDE: Final = (
    "io.debezium:mysql-binlog-connector-java:0.40.6",
    "org.antlr:antlr4-runtime:4.10.1",
    "org.mariadb.jdbc:mariadb-java-client:3.5.3",
)


def fetch(folder: Path) -> list[Path]:
    """Complete `folder` to Connect's and the connector's jars; return Connect's files.

    Connect shares files with the broker of the same version; the connector has a folder of its own
    in `plugins_in(folder)`, for it is loaded apart. Raises UnusableJarsError like the broker's.
    """
    progress.fetch(
        f"Debezium {DEBEZIUM_VERSION}",
        plugins_in(folder) / f"debezium-connector-mariadb-{DEBEZIUM_VERSION}",
        connector(),
    )
    return progress.fetch(
        f"Kafka Connect {jars.KAFKA_VERSION}", folder / jars.KAFKA_VERSION, connect()
    )


def plugins_in(folder: Path) -> Path:
    """Return the folder of which each subfolder is one plugin to Connect."""
    return folder / "plugins"


def connect() -> tuple[jars.Jar, ...]:
    """Return the committed list of Connect's jars; raises UnusableJarsError when it is mixed."""
    return jars.locked(CONNECT_LOCK)


def connector() -> tuple[jars.Jar, ...]:
    """Return the committed list of the connector's jars."""
    return jars.parse(CONNECTOR_LOCK.read_text(encoding="utf-8"))


def relock_both(cache: Path) -> int:
    """Write both lists anew, jgo's files in `cache`; return how many jars they name."""
    by = "`manage.py run_connect --relock` from"
    runtime = relock.resolve(_ENDPOINT, cache)
    relock.write(CONNECT_LOCK, runtime, f"{by} {_ENDPOINT}")
    names = [f"io.debezium:{name}:{DEBEZIUM_VERSION}" for name in _DEBEZIUM]
    plugin = relock.named([*names, *_BESIDE], cache)
    relock.write(CONNECTOR_LOCK, plugin, f"{by} io.debezium's archive {DEBEZIUM_VERSION}")
    return len(runtime) + len(plugin)
