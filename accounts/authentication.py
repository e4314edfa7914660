"""Lets merchants in: HTTP Basic or two headers, each with an account's id and secret."""

import base64
import binascii
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.request import Request

from accounts.addresses import client_address
from accounts.services.lockouts import LockedError
from accounts.services.verification import WrongSecretError, verify
from accounts.services.verified import Merchant

__all__ = ["AccountAuthentication", "AccountLocked", "Merchant"]

_SCHEME: Final = "basic "
_LONGEST: Final = 255


class AccountLocked(APIException):
    """Too many wrong secrets; `retry_after` says in how many seconds to try again."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "account_locked"
    default_detail = words = _("Too many wrong secrets: the account is locked for a while.")

    def __init__(self, until: datetime) -> None:
        """Answer for a lock that ends at `until`."""
        super().__init__()
        left = (until - datetime.now(UTC)).total_seconds()
        self.retry_after = max(1, math.ceil(left))
        self.wait = self.retry_after  # the name that DRF's own handler looks for


class AccountAuthentication(BaseAuthentication):
    """Basic `account id:secret`, or the headers X-Account-Id and X-Account-Secret."""

    def authenticate(self, request: Request) -> tuple[Merchant, Merchant] | None:
        """Return the merchant twice (user and auth), or None where no credentials were sent.

        Raises AuthenticationFailed (401) and AccountLocked (429).
        """
        credentials = credentials_of(request.META)
        if credentials is None:
            return None
        account_id, secret = credentials
        try:
            merchant = verify(account_id, secret, client_address(request.META))
        except WrongSecretError as error:
            raise _failed() from error
        except LockedError as error:
            raise AccountLocked(error.until) from error
        return merchant, merchant

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - the same for all
        """Return what a 401 answers in WWW-Authenticate."""
        return 'Basic realm="trilho", charset="UTF-8"'


def credentials_of(meta: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return account id and secret from a request's headers, or None where there are none.

    Raises AuthenticationFailed for credentials that cannot be read.
    """
    header: str = meta.get("HTTP_AUTHORIZATION", "")
    if header[: len(_SCHEME)].lower() == _SCHEME:
        account_id, secret = _from_basic(header[len(_SCHEME) :])
    elif "HTTP_X_ACCOUNT_ID" in meta or "HTTP_X_ACCOUNT_SECRET" in meta:
        account_id = meta.get("HTTP_X_ACCOUNT_ID", "")
        secret = meta.get("HTTP_X_ACCOUNT_SECRET", "")
    else:
        return None
    if not account_id or not secret or len(account_id) > _LONGEST or len(secret) > _LONGEST:
        raise _failed()
    return account_id, secret


def _from_basic(encoded: str) -> tuple[str, str]:
    try:
        account_id, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise _failed() from error
    if not colon:
        raise _failed()
    return account_id, secret


class _WrongSecret(AuthenticationFailed):
    # Translated when it is answered, in the language of the request.
    words = _("The account or its secret is wrong.")


def _failed() -> AuthenticationFailed:
    return _WrongSecret()
