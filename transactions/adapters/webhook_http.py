"""Posts one webhook message: never into our own network, never longer than its time."""

import asyncio
import contextlib
import socket
import ssl
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import urlsplit

import httpx

from transactions.domain import addresses

TIMEOUT_SECONDS: Final = 10.0
_PORTS: Final = {"http": 80, "https": 443}
_MOST_ADDRESSES: Final = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one post: a status, or the code of why none came."""

    status: int | None
    error: str = ""


class Poster(Protocol):
    """What the sender asks of the network."""

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Post `body` within ten seconds; never raises for what the other side does."""
        ...


class ForbiddenAddressError(Exception):
    """The name leads to an address that is not public."""


class HttpPoster:
    """Posts over HTTP: the name is resolved once, checked, and the checked address is called.

    (Resolving again for the call would let a name server answer with a public address first and
    with ours after.) Redirects are not followed, proxies of the environment not used, the answer's
    body not read.
    """

    def __init__(self, *, allow_private: bool, timeout: float = TIMEOUT_SECONDS) -> None:
        """Make the client; `timeout` is for everything together, in seconds."""
        self._allow_private = allow_private
        self._timeout = timeout
        self._client = httpx.AsyncClient(
            timeout=timeout,
            follow_redirects=False,
            trust_env=False,
            # no connection is kept: the next name may resolve to the same address
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Post `body`; see Poster."""
        try:
            async with asyncio.timeout(self._timeout):
                return await self._post(url, body, headers)
        except (TimeoutError, httpx.TimeoutException):
            return Answer(None, "timeout")
        except ForbiddenAddressError:
            return Answer(None, "forbidden_address")
        except socket.gaierror:
            return Answer(None, "name_not_found")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return Answer(None, _code_of(error))

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        parts = urlsplit(url)
        host = parts.hostname or ""
        request_headers = {**headers, "Host": parts.netloc}
        *others, last = await self._resolve(host, parts.port or _PORTS[parts.scheme])
        for address in others:
            with contextlib.suppress(httpx.ConnectError):
                return await self._call(url, address, host, body, request_headers)
        return await self._call(url, last, host, body, request_headers)

    async def _call(
        self, url: str, address: str, host: str, body: bytes, headers: dict[str, str]
    ) -> Answer:
        target = httpx.URL(url).copy_with(host=address)
        async with self._client.stream(
            "POST", target, content=body, headers=headers, extensions={"sni_hostname": host}
        ) as response:
            return Answer(response.status_code)

    async def _resolve(self, host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        candidates = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not self._allow_private and not all(map(addresses.is_public, candidates)):
            raise ForbiddenAddressError(host)
        return candidates[:_MOST_ADDRESSES]


def _code_of(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "tls_failed"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.RemoteProtocolError):
        return "bad_answer"
    if isinstance(error, ValueError | httpx.InvalidURL):
        return "bad_url"
    return "connection_failed"
