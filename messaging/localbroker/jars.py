"""The broker's jars: one committed list with SHA-256 sums decides what may be run."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import jgo
import stamina

from messaging.localbroker import download

KAFKA_VERSION = "4.3.1"
# The exclamation mark keeps log4j's own dependency management from choosing kafka-clients for us.
ENDPOINT = (
    f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}+org.apache.logging.log4j:log4j-slf4j-impl:2.25.4!"
)
LOCK_FILE = Path(__file__).with_name("jars.lock")
_PARALLEL_DOWNLOADS = 4


class UnusableJarsError(RuntimeError):
    """The jars that were found are not those that were agreed on."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One line of the lock file: Maven coordinates, the file's SHA-256 and its size in bytes."""

    group: str
    artifact: str
    version: str
    sha256: str
    size: int

    @property
    def filename(self) -> str:
        """Return the name that Maven gives the file."""
        return f"{self.artifact}-{self.version}.jar"

    @property
    def path(self) -> str:
        """Return where the file stands in a Maven repository."""
        return f"{self.group.replace('.', '/')}/{self.artifact}/{self.version}/{self.filename}"

    @property
    def line(self) -> str:
        """Return the jar as it stands in the lock file."""
        return f"{self.group}:{self.artifact}:{self.version} {self.sha256} {self.size}"


def parse(text: str) -> tuple[Jar, ...]:
    """Return the jars of a lock file's text; comments and empty lines are passed over."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(_parse_line(line) for line in lines)


def _parse_line(line: str) -> Jar:
    coordinates, sha256, size = line.split()
    group, artifact, version = coordinates.split(":")
    return Jar(group, artifact, version, sha256, int(size))


def locked(lock_file: Path = LOCK_FILE) -> tuple[Jar, ...]:
    """Return the committed list; raise UnusableJarsError when it mixes versions of Kafka."""
    jars = parse(lock_file.read_text(encoding="utf-8"))
    require_one_client(jars)
    return jars


def require_one_client(jars: Iterable[Jar]) -> None:
    """Raise UnusableJarsError unless there is one kafka-clients and it has the broker's version.

    A second or older one starts well and dies later with NoSuchMethodError.
    """
    versions = [jar.version for jar in jars if jar.artifact == "kafka-clients"]
    if versions != [KAFKA_VERSION]:
        raise UnusableJarsError(f"kafka-clients must be {KAFKA_VERSION} alone, found {versions}")


def is_intact(path: Path, jar: Jar) -> bool:
    """Tell whether the file at `path` is the very jar that was locked."""
    if not path.is_file() or path.stat().st_size != jar.size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256


def missing(folder: Path, jars: Iterable[Jar]) -> list[Jar]:
    """Return the jars that `folder` lacks or holds damaged."""
    return [jar for jar in jars if not is_intact(folder / jar.filename, jar)]


def fetch(
    folder: Path,
    on_bytes: Callable[[int], None] = lambda _count: None,
    *,
    jars: Sequence[Jar] | None = None,
    repository: str = jgo.constants.MAVEN_CENTRAL_URL,
) -> list[Path]:
    """Complete `folder` to the locked list (or to `jars`) and return the files in its order.

    `on_bytes` is told of every piece as it arrives (bytes). What a broken download left is gone on
    with. Raise UnusableJarsError when a file that arrived is not the one that was locked.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = locked() if jars is None else jars

    def complete(jar: Jar) -> None:
        _download(f"{repository}/{jar.path}", folder / jar.filename, jar, on_bytes)

    with ThreadPoolExecutor(_PARALLEL_DOWNLOADS) as pool:
        list(pool.map(complete, missing(folder, wanted)))
    return [folder / jar.filename for jar in wanted]


@stamina.retry(on=(httpx.TransportError, UnusableJarsError), attempts=5, wait_max=10.0)
def _download(address: str, path: Path, jar: Jar, on_bytes: Callable[[int], None]) -> None:
    part = path.with_name(f"{path.name}.part")
    download.continue_download(address, part, on_bytes)
    if not is_intact(part, jar):
        part.unlink()
        raise UnusableJarsError(f"{jar.filename} does not have the agreed SHA-256 sum")
    part.replace(path)
