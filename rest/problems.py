"""The error that every operation answers with, and the table that makes it of a service's error."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from rest_framework.exceptions import APIException


class Problem(APIException):
    """An error of the contract: its code, and what the caller needs to correct the request."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        detail: str | Promise = "",
        param: str = "",
        retry_after: int | None = None,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answer with `status` and `code`; an empty detail stands for the code's own words.

        `extra` are more members of the body, `headers` more of the answer's.
        """
        super().__init__(str(detail) if detail else code, code)
        self.words = detail
        self.status_code = status
        self.param = param
        self.retry_after = retry_after
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})


Answers = Mapping[type[Exception], Callable[[Any], APIException]]
"""An app's error table: what is answered to each error that its services raise."""
