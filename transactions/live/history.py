"""Tells panels from the database what stands before the ring, and what retention took."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from channels.db import database_sync_to_async

from transactions import selectors_live
from transactions.live.cursor import Cursor, Positions
from transactions.live.presenter import PanelEvent, tell
from transactions.live.retention import Loss
from transactions.live.ring import Slice, View, in_order
from transactions.models import Transaction

PAGE_ROWS: Final = 250
Row = tuple[datetime, str]


class History:
    """Asks the database, on its thread, for the events of a view."""

    async def before(self, view: View, start: Positions, limit: int) -> list[PanelEvent]:
        """Return up to `limit` events of `view` that stand before `start`, in order.

        What is not yet in Kafka is left out: it will come by itself.
        """
        events = await database_sync_to_async(_newest)(view, limit)
        before = (e for e in events if e.place is None or e.offset < start.get(e.place, 0))
        return in_order(before)[-limit:]

    async def mend(self, view: View, loss: Loss, after: Row | None) -> tuple[Slice, Row | None]:
        """Return a page of what `loss` took from `view`, and the row behind which the next begins.

        The second is None when this was the last page; its cursor is then behind the loss.
        """
        rows, events = await database_sync_to_async(_page)(view, loss, after)
        taken = in_order(event for event in events if loss.took(event))
        if len(rows) < PAGE_ROWS:
            return Slice(taken, loss.mended), None
        last = rows[-1]
        reached = max(loss.cursor.at_ms, int(last.created_at.timestamp() * 1000))
        return Slice(taken, Cursor(loss.cursor.positions, reached)), (last.created_at, last.id)


def _newest(view: View, limit: int) -> list[PanelEvent]:
    return _told(selectors_live.newest_events(view, limit))


def _page(view: View, loss: Loss, after: Row | None) -> tuple[list[Transaction], list[PanelEvent]]:
    since = datetime.fromtimestamp(loss.since_ms / 1000, UTC)
    until = datetime.fromtimestamp(max(loss.untils.values()) / 1000, UTC)
    rows = list(selectors_live.rows_between(view, since, until, after, PAGE_ROWS))
    return rows, _told(selectors_live.events_of(rows))


def _told(events: Iterable[selectors_live.ToldEvent]) -> list[PanelEvent]:
    return [
        tell(
            kind=each.kind,
            at=each.at,
            transaction=each.transaction,
            place=each.place,
            offset=each.offset,
        )
        for each in events
    ]
