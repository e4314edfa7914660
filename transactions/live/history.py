"""Tells panels from the database what stands before the ring."""

from channels.db import database_sync_to_async

from transactions import selectors_live
from transactions.live.cursor import Positions
from transactions.live.presenter import PanelEvent, tell
from transactions.live.ring import View, in_order


class History:
    """Asks the database, on its thread, for the events of a view."""

    async def before(self, view: View, start: Positions, limit: int) -> list[PanelEvent]:
        """Return up to `limit` events of `view` that stand before `start`, in order.

        What is not yet in Kafka is left out: it will come by itself.
        """
        events = await database_sync_to_async(_newest)(view, limit)
        before = (e for e in events if e.place is None or e.offset < start.get(e.place, 0))
        return in_order(before)[-limit:]


def _newest(view: View, limit: int) -> list[PanelEvent]:
    return [
        tell(
            kind=each.kind,
            at=each.at,
            transaction=each.transaction,
            place=each.place,
            offset=each.offset,
        )
        for each in selectors_live.newest_events(view, limit)
    ]
