"""What changes accounts: making them, their secrets, who may see them; and counting failures."""

from accounts.services.accounts import change_account, create_account, tie_user, untie_user
from accounts.services.secrets import (
    UnableToFindSecretError,
    UnableToIssueSecretError,
    issue_secret,
    revoke_secret,
    rotate_secret,
)

__all__ = [
    "UnableToFindSecretError",
    "UnableToIssueSecretError",
    "change_account",
    "create_account",
    "issue_secret",
    "revoke_secret",
    "rotate_secret",
    "tie_user",
    "untie_user",
]
