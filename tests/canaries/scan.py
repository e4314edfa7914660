"""Looks for a canary in bytes, in every form in which software writes text down."""

import base64
import bz2
import codecs
import html
import json
import lzma
import re
import struct
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

MARK: Final = "Zqxwvkjy/Çanário§"
"""Part of every forbidden text. Its beginning is ASCII, its end is escaped by whoever escapes."""
NUMBER: Final = 77_319_517_731_951
"""The forbidden number."""

_CORE: Final = MARK.partition("/")[0]
_MOST_UNPACKED: Final = 1 << 22
_PIECE: Final = 1 << 26
_MAGIC: Final = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]|BZh[1-9]1AY|\xfd7zXZ\x00")


def forms(text: str = MARK) -> dict[str, bytes]:
    """Return by name every form of `text`; for what is cut or case-folded, of its beginning."""
    plain = text.encode()
    found = {
        "plain": plain,
        "plain, decomposed": unicodedata.normalize("NFD", text).encode(),
        "latin-1": text.encode("latin-1"),
        "utf-16 little": text.encode("utf-16-le"),
        "utf-16 big": text.encode("utf-16-be"),
        "url": quote(text, safe="").encode(),
        "url, small digits": quote(text, safe="").lower().encode(),
        "json": json.dumps(text).strip('"').encode(),
        "html": text.encode("ascii", "xmlcharrefreplace"),
        "html, named": html.escape(text).encode(),
        "python bytes": repr(plain)[2:-1].encode(),
        "hex": plain.hex().encode(),
        "hex, capitals": plain.hex().upper().encode(),
        "beginning": _CORE.encode(),
        "beginning, utf-16": _CORE.encode("utf-16-le"),
        "beginning, rot13": codecs.encode(_CORE, "rot13").encode(),
    }
    found |= {f"base64 at {shift}": _base64(plain, shift) for shift in range(3)}
    found |= {
        f"base64 for urls at {shift}": _base64(plain, shift).translate(
            bytes.maketrans(b"+/", b"-_")
        )
        for shift in range(3)
    }
    found["number"] = str(NUMBER).encode()
    found["number, binary"] = struct.pack("<q", NUMBER)
    found["number, binary big"] = struct.pack(">q", NUMBER)
    return found


def find(data: bytes) -> set[str]:
    """Return the names of the forms in which the canary is in `data`, also after unpacking."""
    found = _plainly(data)
    for unpacked in _unpacked(data):
        found |= {f"compressed, {name}" for name in _plainly(unpacked)}
    return found


def find_in_files(*folders: Path) -> dict[str, set[str]]:
    """Return what was found, by file."""
    found: dict[str, set[str]] = {}
    for path in files(*folders):
        for piece in _pieces(path):
            if forms_here := find(piece):
                found.setdefault(path.name, set()).update(forms_here)
    return found


def holds(needle: bytes, *folders: Path) -> bool:
    """Tell whether some file holds `needle` as it is."""
    return any(needle in piece for path in files(*folders) for piece in _pieces(path))


def files(*folders: Path) -> Iterator[Path]:
    """Give every file below the folders."""
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _plainly(data: bytes) -> set[str]:
    found = {name for name, form in _FORMS.items() if form in data}
    folded = data.lower()
    return found | {name for name, form in _FOLDED.items() if form in folded}


def _base64(data: bytes, shift: int) -> bytes:
    """Return what is always there of `data` in base64, when it begins `shift` bytes into three."""
    encoded = base64.b64encode(b"\0" * shift + data)
    begin = (0, 2, 3)[shift]
    # The last characters depend on what comes after.
    return encoded[begin : (shift + len(data)) // 3 * 4]


def _unpacked(data: bytes) -> Iterator[bytes]:
    for match in _MAGIC.finditer(data):
        packed = data[match.start() : match.start() + _MOST_UNPACKED]
        for make in _UNPACKERS:
            try:
                yield make(packed)
            except (zlib.error, OSError, lzma.LZMAError, ValueError, EOFError):
                continue


def _pieces(path: Path) -> Iterator[bytes]:
    """Give a file in pieces that overlap, so that nothing falls between two."""
    with path.open("rb") as file:
        kept = b""
        while read := file.read(_PIECE):
            yield kept + read
            kept = read[-4096:]


_FORMS: Final = forms()
_FOLDED: Final = {
    "any case": _CORE.lower().encode(),
    "any case, utf-16": _CORE.lower().encode("utf-16-le"),
}
_UNPACKERS: Final[tuple[Callable[[bytes], bytes], ...]] = (
    lambda packed: zlib.decompressobj(47).decompress(packed, _MOST_UNPACKED),
    lambda packed: bz2.BZ2Decompressor().decompress(packed, _MOST_UNPACKED),
    lambda packed: lzma.LZMADecompressor().decompress(packed, _MOST_UNPACKED),
)
