"""The lock file decides which jars may run."""

import hashlib
from pathlib import Path

import pytest

from messaging.localbroker import jars


def jar_of(content: bytes, *, artifact: str = "part", version: str = "1.0") -> jars.Jar:
    digest = hashlib.sha256(content).hexdigest()
    return jars.Jar("org.example.deep", artifact, version, digest, len(content))


class TestLockFile:
    def test_holds_the_broker_with_one_client_of_its_version(self) -> None:
        found = {jar.artifact: jar.version for jar in jars.locked()}

        assert found["kafka_2.13"] == found["kafka-clients"] == jars.KAFKA_VERSION

    def test_names_a_sum_and_a_size_for_every_jar(self) -> None:
        for jar in jars.locked():
            assert len(jar.sha256) == 64
            assert jar.size > 0

    def test_reads_what_it_writes(self) -> None:
        jar = jar_of(b"bytes")

        assert jars.parse(f"# a comment\n\n{jar.line}\n") == (jar,)


class TestOneClient:
    @pytest.mark.parametrize("versions", [(), ("3.9.1",), (jars.KAFKA_VERSION, "3.9.1")])
    def test_is_required(self, versions: tuple[str, ...]) -> None:
        found = [jar_of(b"", artifact="kafka-clients", version=version) for version in versions]

        with pytest.raises(jars.UnusableJarsError, match="kafka-clients"):
            jars.require_one_client(found)


class TestMissing:
    def test_names_absent_short_and_altered_files_only(self, tmp_path: Path) -> None:
        whole, absent, short, altered = (
            jar_of(name.encode() * 9, artifact=name)
            for name in ("whole", "absent", "short", "altered")
        )
        (tmp_path / whole.filename).write_bytes(b"whole" * 9)
        (tmp_path / short.filename).write_bytes(b"short" * 8)
        (tmp_path / altered.filename).write_bytes(b"ALTERED" * 9)

        assert jars.missing(tmp_path, [whole, absent, short, altered]) == [absent, short, altered]
