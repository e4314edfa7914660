"""Pages of a card's statement over gRPC, by the selectors of pages and REST."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bank_grpc import selectors
from bank_grpc.domain.periods import BadPeriodError, begin_of, end_of
from bank_grpc.models import StatementLine
from bank_grpc.protos import bank_pb2
from bank_grpc.server.endings import malformed


def page_of(card_id: str, request: Any) -> Any:
    """Return a page of the lines posted from `from` until before `to` (days or RFC 3339)."""
    begin = _moment("from", begin_of, getattr(request, "from"))
    wanted = selectors.Wanted(begin=begin, end=_moment("to", end_of, request.to))
    try:
        page = selectors.statement_of(card_id, wanted, cursor=request.cursor)
    except selectors.BadCursorError:
        raise malformed("cursor: want next_cursor of the page before") from None
    return bank_pb2.GetStatementResponse(
        data=[_line(each) for each in page.data],
        has_more=page.has_more,
        next_cursor=page.next_cursor,
    )


def _line(line: StatementLine) -> Any:
    return bank_pb2.StatementLine(
        id=line.movement_id,
        kind=line.kind,
        amount_cents=line.amount_cents,
        store=line.store,
        description=line.description,
        authorised_at=_text(line.authorised_at),
        posted_at=_text(line.posted_at),
        balance_after_cents=line.balance_after_cents,
    )


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _moment(name: str, read: Callable[[str], datetime | None], given: str) -> datetime | None:
    try:
        return read(given)
    except BadPeriodError:
        raise malformed(f"{name}: want a day or a time with its zone (RFC 3339)") from None
