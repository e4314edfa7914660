"""Who gets a socket, and with which code everybody else is sent away."""

import asyncio
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User

from transactions.live.handshake import is_allowed
from transactions.tests.live import wire

pytestmark = pytest.mark.kafka


def close_code(
    url: str, session: str | None = None, origin: str | None = None, message: object = None
) -> int | None:
    async def attempt() -> int | None:
        panel = wire.Panel(url, session, origin)
        await panel.open()
        if message is not None:
            await panel.send(message)
        return await panel.close_code()

    return asyncio.run(attempt())


class TestHandshake:
    def test_without_a_session_closes_with_4401(self, url: str) -> None:
        assert close_code(url) == 4401

    def test_with_an_unknown_session_closes_with_4401(self, url: str) -> None:
        assert close_code(url, "f" * 32) == 4401

    def test_of_a_foreign_page_closes_with_4403(self, url: str, staff: User) -> None:
        assert close_code(url, wire.session_of(staff), "https://evil.example") == 4403

    def test_of_our_own_page_is_answered(self, url: str, staff: User) -> None:
        port = urlsplit(url).port or 0

        async def first_message() -> dict[str, object]:
            origin = f"http://127.0.0.1:{port - 1}"
            panel = wire.Panel(url, wire_session, origin)
            await panel.open()
            await panel.resume()
            message = await panel.take()
            await panel.close()
            return message

        wire_session = wire.session_of(staff)

        assert asyncio.run(first_message())["type"] == "frame"


BAD_MESSAGES = [
    "",
    "{",
    "null",
    "[]",
    '"resume"',
    "{}",
    '{"type": "resume"}',
    '{"type": "subscribe", "cursor": null}',
    '{"type": "resume", "cursor": 7}',
    '{"type": "resume", "cursor": ""}',
    '{"type": "resume", "cursor": "v1."}',
    '{"type": "resume", "cursor": "v1.!!!!"}',
    '{"type": "resume", "cursor": "v2.kpA"}',
    '{"type": "resume", "cursor": "\\ud800"}',
    '{"type": "resume", "cursor": "' + "v1." + "A" * 4000 + '"}',
    '{"type": "resume", "cursor": null, "x": "' + "x" * 5000 + '"}',
    b"\x00\xff",
]


class TestBadMessage:
    @pytest.mark.parametrize("message", BAD_MESSAGES, ids=range(len(BAD_MESSAGES)))
    def test_closes_with_4400(self, url: str, staff: User, message: str | bytes) -> None:
        assert close_code(url, wire.session_of(staff), message=message) == 4400

    def test_closes_when_there_are_too_many_good_ones(self, url: str, staff: User) -> None:
        session = wire.session_of(staff)

        async def flood() -> int | None:
            panel = wire.Panel(url, session)
            await panel.open()
            for _ in range(60):
                await panel.resume()
            return await panel.close_code()

        assert asyncio.run(flood()) == 4400


class TestOrigin:
    @pytest.mark.parametrize(
        ("origin", "host", "allowed"),
        [
            (None, "localhost:8001", True),
            ("http://localhost:8000", "localhost:8001", True),
            ("http://localhost:8001", "localhost:8001", True),
            ("http://[::1]:8000", "[::1]:8001", True),
            ("http://localhost:3000", "localhost:8001", False),
            ("http://127.0.0.1:8000", "localhost:8001", False),
            ("https://evil.example", "localhost:8001", False),
            ("http://evil.example:8000", "evil.example:8001", False),
            ("null", "localhost:8001", False),
            ("", "localhost:8001", False),
            ("file://", "localhost:8001", False),
            ("http://localhost:99999", "localhost:8001", False),
            ("https://pay.example", "localhost:8001", True),
        ],
    )
    def test_is_judged_by_host_and_port(
        self, settings: object, origin: str | None, host: str, allowed: bool
    ) -> None:
        settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]  # type: ignore[attr-defined]
        settings.LIVE_ALLOWED_ORIGINS = ["https://pay.example"]  # type: ignore[attr-defined]

        assert is_allowed(origin, host, "ws") is allowed
