"""The scan finds a canary in every form, wherever it stands, and nothing where there is none."""

import bz2
import gzip
import json
import lzma
import zlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.canaries import people, scan
from tests.canaries.scan import MARK, NUMBER

_WRITTEN: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "capitals": lambda text: text.upper().encode(),
    "small letters": lambda text: text.lower().encode(),
    "latin-1": lambda text: text.encode("latin-1"),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16 big": lambda text: text.encode("utf-16-be"),
    "url": lambda text: quote(text).encode(),
    "json": lambda text: json.dumps({"x": text}).encode(),
    "hex": lambda text: text.encode().hex().encode(),
    "gzip": lambda text: gzip.compress(text.encode()),
    "zlib": lambda text: zlib.compress(text.encode()),
    "bz2": lambda text: bz2.compress(text.encode()),
    "xz": lambda text: lzma.compress(text.encode()),
    "base64": lambda text: b64encode(text.encode()),
    "base64 for urls": lambda text: urlsafe_b64encode(text.encode()),
}


@pytest.mark.parametrize("manner", _WRITTEN)
@pytest.mark.parametrize("before", ["", "a", "ab"])
def test_finds_it_however_it_is_written(manner: str, before: str) -> None:
    written = _WRITTEN[manner](f"{before}{MARK} 17")

    assert scan.find(b"\0abc " + written + b" xyz")


@pytest.mark.parametrize("order", ["little", "big"])
def test_finds_the_number(order: str) -> None:
    assert scan.find(NUMBER.to_bytes(8, "big" if order == "big" else "little"))
    assert scan.find(f"renda={NUMBER}".encode())


def test_finds_nothing_in_what_may_be_kept() -> None:
    assert scan.find(f"{people.NAME} 17 {people.phone(17)} SE".encode() * 1000) == set()


def test_names_the_files(tmp_path: Path) -> None:
    (tmp_path / "clean").write_bytes(b"nothing")
    (tmp_path / "dirty").write_bytes(b"x" * 100 + MARK.encode())

    assert set(scan.find_in_files(tmp_path)) == {"dirty"}
    assert scan.holds(b"nothing", tmp_path)


def test_every_record_of_the_run_holds_canaries() -> None:
    sent = [each for each in people.records(600) if each.value is not None]

    assert all(scan.find(each.value or b"") for each in sent)
    assert sum(each.is_kept for each in sent) == 600 - 6 - 12
