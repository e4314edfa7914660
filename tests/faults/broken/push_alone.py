"""A broken build: the panel lives by push alone, and whoever comes back starts where it is now."""

from typing import Any


def pytest_sessionstart() -> None:
    """Take no cursor for an answer once Django is there."""
    from transactions.live.hub import Hub
    from transactions.live.reader import Reader

    sound: Any = Reader.__init__

    def forgetful(self: Reader, hub: Hub, *others: Any) -> None:
        *kept, cursor = others
        sound(self, hub, *kept, cursor and hub.cursor)

    Reader.__init__ = forgetful
