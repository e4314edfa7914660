"""Posts at an even pace over a few keep-alive connections, for little CPU of its own.

A client that costs as much as the server would take its cores, and so slow what is measured.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

import msgspec


class _Accepted(msgspec.Struct):
    id: str


_decoder = msgspec.json.Decoder(_Accepted)


@dataclass(slots=True, kw_only=True)
class Pace:
    """What is posted, how often, and who is told of each 202: `note(id, when)`."""

    port: int
    request: bytes
    per_second: float
    total: int
    note: Callable[[str, float], None]
    connections: int = 16

    async def run(self) -> float:
        """Post all; return the seconds it took. Raises RuntimeError for an answer but 202."""
        begin, numbers = time.perf_counter(), count()
        async with asyncio.TaskGroup() as group:
            for _ in range(self.connections):
                group.create_task(self._post_some(numbers, begin))
        return time.perf_counter() - begin

    async def _post_some(self, numbers: Iterator[int], begin: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        while (number := next(numbers)) < self.total:
            await asyncio.sleep(max(0.0, begin + number / self.per_second - time.perf_counter()))
            writer.write(self.request)
            identity = _decoder.decode(await _answer(reader)).id
            self.note(identity, time.perf_counter())
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    at = head.index(b"content-length:") + len(b"content-length:")
    body = await reader.readexactly(int(head[at:].split(b"\r\n", 1)[0]))
    if not head.startswith(b"http/1.1 202"):
        raise RuntimeError(body.decode("utf-8", "replace"))
    return body


def request(path: str, headers: dict[str, str], body: bytes) -> bytes:
    """Return the bytes of a POST."""
    fields = {"Host": "127.0.0.1", "Content-Type": "application/json", **headers}
    lines = [f"{name}: {value}" for name, value in fields.items()]
    lines = [f"POST {path} HTTP/1.1", *lines, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body
