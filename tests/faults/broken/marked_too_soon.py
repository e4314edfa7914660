"""A broken build: what was handed to the client is taken for sent, before any delivery report."""


def pytest_sessionstart() -> None:
    """Believe it once Django is there."""
    from messaging.backlog import Report
    from messaging.relay import Relay

    def pump(self: Relay) -> int:
        rows = self._backlog.unsent(self._batch)
        self._backlog.mark_sent([Report(row.id, 0, 0) for row in rows])
        if rows:
            self._sender.send(rows, set(), lambda: True)
        return len(rows)

    Relay.pump = pump
