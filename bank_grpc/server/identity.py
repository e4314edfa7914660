"""Says who calls: an account by secret or certificate, a person by password; or nobody.

An account gives the metadata `account-id` and `account-secret`, or a client certificate whose
common name is its id. Staff and holders give `username` and `password`, those of the pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import grpc
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser

from accounts import callers
from accounts.callers import LockedError, Merchant, WrongSecretError
from bank_grpc.models import Card
from bank_grpc.server.endings import Code, EndedError
from bank_grpc.server.fields import text_of

_LONGEST: Final = 255
_LONGEST_ADDRESS: Final = 45
_NAMES: Final = frozenset(("account-id", "account-secret", "username", "password"))
_COMMON_NAME: Final = "x509_common_name"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: an account, or a person, of whom `is_staff` tells whether all cards are open."""

    account: Merchant | None = None
    person: AbstractBaseUser | None = None
    is_staff: bool = False

    @property
    def scope(self) -> str:
        """Return whose keys the caller's are."""
        return f"account:{self.account.account_id}" if self.account else f"user:{self._pk}"

    @property
    def name(self) -> str:
        """Return who did it, for the audit."""
        return self.person.get_username() if self.person else str(self.account)

    def may_see(self, card: Card) -> bool:
        """Tell whether the card is the caller's own, or open to staff."""
        return self.is_staff or (self.person is not None and card.user_id == self._pk)

    @property
    def _pk(self) -> Any:
        return self.person.pk if self.person else None


def is_claimed(told: Mapping[str, str | bytes]) -> bool:
    """Tell whether the metadata, or the way that connections are made, may say who calls."""
    return bool(settings.BANK_TLS_CLIENT_CA) or not _NAMES.isdisjoint(told)


def caller(context: grpc.ServicerContext) -> Caller | None:
    """Return who calls, None for nobody; who says so and cannot prove it is UNAUTHENTICATED."""
    told = {name: text_of(value) for name, value in context.invocation_metadata() or ()}
    try:
        if "account-id" in told or "account-secret" in told:
            return Caller(_account(told, address_of(context.peer())))
        if "username" in told or "password" in told:
            return _person(told, address_of(context.peer()))
        if not settings.BANK_TLS_CLIENT_CA:
            return None
        # The stubs are wrong about its values, which are lists of bytes.
        shown: Any = context.auth_context().get(_COMMON_NAME)
        return Caller(callers.certified(shown[0].decode())) if shown else None
    except WrongSecretError:
        raise _unknown("the caller's id or secret is wrong") from None
    except LockedError:
        raise _unknown("too many wrong secrets: locked for a while") from None


def required(context: grpc.ServicerContext) -> Caller:
    """Return who calls; nobody is UNAUTHENTICATED."""
    found = caller(context)
    if found is None:
        raise _unknown("identify yourself: metadata account-id and account-secret")
    return found


def shop(context: grpc.ServicerContext) -> Merchant:
    """Return the account that calls; people are PERMISSION_DENIED."""
    account = required(context).account
    if account is None:
        raise denied("for accounts only")
    return account


def denied(text: str) -> EndedError:
    """Return the end of a call that is not for this caller."""
    return EndedError(Code.PERMISSION_DENIED, text)


def address_of(peer: str) -> str:
    """Return the network address in gRPC's name of a peer, such as `ipv4:127.0.0.1:50000`."""
    address = peer.partition(":")[2].rpartition(":")[0]
    return address.replace("%5B", "").replace("%5D", "").strip("[]") or peer[:_LONGEST_ADDRESS]


def _account(told: dict[str, str], address: str) -> Merchant:
    return callers.verify(_told(told, "account-id"), _told(told, "account-secret"), address)


def _person(told: dict[str, str], address: str) -> Caller:
    user = callers.signed_in(_told(told, "username"), _told(told, "password"), address)
    return Caller(person=user, is_staff=callers.is_staff(user))


def _told(told: dict[str, str], name: str) -> str:
    value = told.get(name, "")
    if not 1 <= len(value) <= _LONGEST:
        raise WrongSecretError
    return value


def _unknown(text: str) -> EndedError:
    return EndedError(Code.UNAUTHENTICATED, text)
