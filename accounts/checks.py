"""Refuses settings under which no secret could be verified, before anybody is refused."""

from typing import Any, Final

from django.conf import settings
from django.core.checks import Error, register

_SHORTEST_PEPPER: Final = 32


@register()
def peppers_fit(**_arguments: Any) -> list[Error]:
    """Tell what is wrong with the peppers: the current one unknown, or one too short."""
    peppers = settings.ACCOUNTS_SECRET_PEPPERS
    found = []
    if settings.ACCOUNTS_CURRENT_PEPPER not in peppers:
        found.append(
            Error(
                "ACCOUNTS_CURRENT_PEPPER is not one of ACCOUNTS_SECRET_PEPPERS.",
                hint=f"Name one of: {', '.join(peppers)}.",
                id="accounts.E001",
            )
        )
    found += [
        Error(
            f"The pepper {pepper_id!r} is shorter than {_SHORTEST_PEPPER} characters.",
            hint="python -c 'import secrets; print(secrets.token_urlsafe(32))' makes a good one.",
            id="accounts.E002",
        )
        for pepper_id, pepper in peppers.items()
        if len(pepper) < _SHORTEST_PEPPER
    ]
    return found
