"""Who is behind a socket: read from the session at the handshake, and again every few seconds."""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    load_backend,
)
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.backends.base import SessionBase
from django.db import Error
from django.utils.crypto import constant_time_compare

from accounts.selectors import visible_accounts
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

    Only reads: Channels' own look-up ends a session whose key was signed before the newest
    secret key, although the page would have renewed it.
    """
    user = _user_of(session_key) if session_key else None
    return Pass(session_key, visible_accounts(user)) if session_key and user else None


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
        await member.end(NO_SESSION)
    elif valid != held:
        # It comes back by itself, and is then shown what its user may see now.
        await member.end(SERVICE_RESTART)


def _admit_all(keys: Collection[str]) -> dict[str, Pass | None]:
    return {key: admit(key) for key in keys}


def _user_of(session_key: str) -> AbstractBaseUser | None:
    session: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    backend_path = session.get(BACKEND_SESSION_KEY)
    if backend_path not in settings.AUTHENTICATION_BACKENDS:
        return None
    backend: Any = load_backend(backend_path)
    user: AbstractBaseUser | None = backend.get_user(session.get(SESSION_KEY))
    return user if user and _is_signed_by(user, session.get(HASH_SESSION_KEY, "")) else None


def _is_signed_by(user: Any, signature: str) -> bool:
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(signature, each) for each in hashes)
