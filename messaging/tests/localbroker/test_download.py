"""Downloads over a real connection that breaks, lies, or cannot go on."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import stamina

from messaging.localbroker import jars

CONTENT = bytes(range(256)) * 400


class Repository(BaseHTTPRequestHandler):
    """Serves CONTENT, cutting the line after `cut_after` bytes as often as `cuts` says."""

    cuts = 0
    cut_after = 50_000
    knows_ranges = True
    ranges: list[str | None]

    def do_GET(self) -> None:
        asked = self.headers["Range"]
        type(self).ranges.append(asked)
        start = int(asked[6:-1]) if asked and self.knows_ranges else 0
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        body = CONTENT[start:]
        if type(self).cuts:
            type(self).cuts -= 1
            body = body[: self.cut_after]
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its parent's name
        """Keep the test's output quiet."""


@pytest.fixture
def repository() -> Iterator[Any]:
    handler: Any = type("Handler", (Repository,), {"ranges": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        handler.address = f"http://127.0.0.1:{server.server_port}"
        yield handler
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def quick_retries() -> Iterator[Any]:
    with stamina.set_testing(True, attempts=3):
        yield


def jar_of(content: bytes) -> Any:
    return jars.Jar("g", "part", "1.0", hashlib.sha256(content).hexdigest(), len(content))


def fetch(folder: Path, repository: Any, jar: Any, counts: Any = None) -> Any:
    on_bytes = counts.append if counts is not None else lambda _count: None
    return jars.fetch(folder, on_bytes, jars=[jar], repository=repository.address)


class TestFetch:
    def test_brings_the_jar_and_tells_of_every_byte(self, tmp_path: Path, repository: Any) -> None:
        counts: list[int] = []

        (path,) = fetch(tmp_path, repository, jar_of(CONTENT), counts)

        assert path.read_bytes() == CONTENT
        assert sum(counts) == len(CONTENT)

    def test_goes_on_where_the_line_broke(self, tmp_path: Path, repository: Any) -> None:
        repository.cuts = 1

        (path,) = fetch(tmp_path, repository, jar_of(CONTENT))

        assert path.read_bytes() == CONTENT
        assert repository.ranges[0] is None
        assert repository.ranges[1].startswith("bytes=")

    def test_goes_on_with_what_an_earlier_run_left(self, tmp_path: Path, repository: Any) -> None:
        (tmp_path / "part-1.0.jar.part").write_bytes(CONTENT[:1000])

        (path,) = fetch(tmp_path, repository, jar_of(CONTENT))

        assert path.read_bytes() == CONTENT
        assert repository.ranges == ["bytes=1000-"]

    def test_starts_anew_where_the_server_cannot_go_on(
        self, tmp_path: Path, repository: Any
    ) -> None:
        repository.knows_ranges = False
        (tmp_path / "part-1.0.jar.part").write_bytes(CONTENT[:1000])

        (path,) = fetch(tmp_path, repository, jar_of(CONTENT))

        assert path.read_bytes() == CONTENT

    def test_refuses_another_file_than_the_locked_one(
        self, tmp_path: Path, repository: Any
    ) -> None:
        with pytest.raises(jars.UnusableJarsError, match="SHA-256"):
            fetch(tmp_path, repository, jar_of(b"what was agreed on"))

        assert list(tmp_path.iterdir()) == []

    def test_asks_nothing_when_the_jar_is_there(self, tmp_path: Path, repository: Any) -> None:
        (tmp_path / "part-1.0.jar").write_bytes(CONTENT)

        fetch(tmp_path, repository, jar_of(CONTENT))

        assert repository.ranges == []
