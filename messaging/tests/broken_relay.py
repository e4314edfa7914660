"""A broken build for `test_relay_process`: rows are marked sent before the delivery report."""

import django

django.setup()

from messaging.backlog import Report  # noqa: E402  # models need Django's set-up
from messaging.relay import Relay  # noqa: E402


class MarksTooSoon(Relay):
    """Believes that what was handed to the client is as good as sent."""

    def pump(self) -> int:
        rows = self._backlog.unsent(self._batch)
        self._backlog.mark_sent([Report(row.id, 0, 0) for row in rows])
        self._sender.send(rows, set(), lambda: True)
        return len(rows)


MarksTooSoon().run()
