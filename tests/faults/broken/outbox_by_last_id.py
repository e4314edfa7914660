"""A broken build: the relay looks for rows above the last id that it sent."""


def pytest_sessionstart() -> None:
    """Look that way once Django is there."""
    from messaging.backlog import Backlog, Unsent

    sound = Backlog.unsent
    last: dict[int, int] = {}

    def unsent(self: Backlog, limit: int) -> list[Unsent]:
        rows = [row for row in sound(self, limit) if row.id > last.get(id(self), 0)]
        last[id(self)] = max((row.id for row in rows), default=last.get(id(self), 0))
        return rows

    Backlog.unsent = unsent
