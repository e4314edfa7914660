"""Who is told of Banco 1 finds it, in the demo's processes and in another terminal."""

from pathlib import Path

from config.banco1 import access
from config.launcher import banco1


def test_is_what_the_launcher_tells_its_processes(tmp_path: Path) -> None:
    told = banco1.environment(tmp_path, 8000)

    found = access.by_environment(told)

    assert found is not None
    assert (found.address, found.user, found.database) == ("127.0.0.1:8040", "banco1", "legado")
    assert found.password == told["BANCO1_APPLICATION_PASSWORD"]
    assert found.password not in repr(found)


def test_comes_the_same_out_of_the_demos_file(tmp_path: Path) -> None:
    told = access.by_environment(banco1.environment(tmp_path, 8000))
    assert told is not None

    assert access.find({}, {access.KEY: told.as_dict()}) == told


def test_is_by_the_environment_first(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    other = access.by_environment(banco1.environment(there, 9000))
    assert other is not None

    found = access.find(banco1.environment(here, 8000), {access.KEY: other.as_dict()})

    assert found is not None
    assert found.address == "127.0.0.1:8040"


def test_is_nothing_where_nobody_told() -> None:
    assert access.find({}, {}) is None
    assert access.by_environment({"PATH": "/bin"}) is None
