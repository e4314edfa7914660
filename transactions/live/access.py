"""Who is behind a socket: read from the session at the handshake, and again every few seconds."""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from channels.db import database_sync_to_async
from django.conf import settings
from django.db import Error

from accounts.selectors import may_see_payments, user_of_session, visible_accounts
from config.sockets import sent
from transactions.live.handshake import NO_SESSION, SERVICE_RESTART
from transactions.live.ring import View

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pass:
    """What a session allows: `view` is what its user may see."""

    session_key: str
    view: View


class Member(Protocol):
    """A socket that was let in."""

    admission: Pass | None

    async def end(self, code: int) -> None:
        """Close with `code`."""


def admit(session_key: str | None) -> Pass | None:
    """Return what the session allows now, or None where it does not stand for an active user.

    Somebody who may see no payments at all is as a stranger here.
    """
    user = user_of_session(session_key) if session_key else None
    if session_key is None or user is None or not may_see_payments(user):
        return None
    return Pass(session_key, visible_accounts(user))


class Warden:
    """Ends the sockets of those whose session or membership has ended."""

    def __init__(self) -> None:
        """Nobody is in yet."""
        self.members: set[Member] = set()

    async def run(self) -> None:
        """Look after the members as long as the process lives."""
        while True:
            await asyncio.sleep(settings.LIVE_ACCESS_CHECK_SECONDS)
            members = list(self.members)
            keys = {member.admission.session_key for member in members if member.admission}
            try:
                passes = await database_sync_to_async(_admit_all)(keys)
            except Error as error:
                # Nobody is thrown out because the database is away; the next look is soon.
                _log.warning("sessions cannot be checked: %s", type(error).__name__)
                continue
            for member in members:
                await _judge(member, passes)


async def _judge(member: Member, passes: dict[str, Pass | None]) -> None:
    held = member.admission
    if held is None:
        return
    valid = passes.get(held.session_key)
    if valid is None:
        await sent(member.end(NO_SESSION))
    elif valid != held:
        # It comes back by itself, and is then shown what its user may see now.
        await sent(member.end(SERVICE_RESTART))


def _admit_all(keys: Collection[str]) -> dict[str, Pass | None]:
    return {key: admit(key) for key in keys}
