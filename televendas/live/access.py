"""Who may hold an agent's socket: read from the session, at the handshake and ever again."""

from accounts.selectors import user_of_session

PERMISSION = "televendas.view_customer"


def is_agent(session_key: str | None) -> bool:
    """Tell whether the session stands, now, for somebody who may see customers."""
    user = user_of_session(session_key) if session_key else None
    return user is not None and bool(user.has_perm(PERMISSION))  # type: ignore[attr-defined]
